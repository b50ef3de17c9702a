"""Questions about everybody that a lake is asked, and what they are answered with: sets of customers, and numbers.

A lake may be all of a state, what a filter lets through of it, or some customers of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids, bitmap_of_mask
from segments.personas.meaning import Meaning

# The most frequent values of a thing; a text that is different for everybody says nothing of a group.
MOST_VALUES = 500


@dataclass(frozen=True)
class Values:
    """Who has each value, the most frequent first; who has any; and who has only values that are left out."""

    holders: Mapping[str, BitMap]
    known: BitMap
    rest: BitMap


@dataclass(frozen=True)
class Numbers:
    """Customers, each once, and the number of each."""

    customers: npt.NDArray[np.uint32]
    values: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Orders:
    """Buyers, each once: how many orders each has, their sum and what was taken off (NaN where nothing is known of
    it), how many orders something was taken off, and the day of the last one, from 1 January 1970 on. Lines with
    one number are one order; each of the `unnumbered` is one of its own."""

    customers: npt.NDArray[np.uint32]
    orders: npt.NDArray[np.int64]
    spend: npt.NDArray[np.float64]
    discount: npt.NDArray[np.float64]
    reduced: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    unnumbered: npt.NDArray[np.int64]


def attribute_of(lake: Any, slug: str, kind: str) -> Values:
    profiles = lake.tables.profiles
    known = profiles.filter(profiles[slug].length() > 0 if kind == "list" else profiles[slug].notnull())
    value = known[slug].unnest() if kind == "list" else known[slug].cast("string")
    return values_of(lake.frame(known.select("customer_id", value=value)))


def numbers_of(lake: Any, slug: str) -> Numbers:
    profiles = lake.tables.profiles
    known = profiles.filter(profiles[slug].notnull())
    frame = lake.frame(known.select("customer_id", value=known[slug].cast("float64")))
    return Numbers(_ids(frame), frame["value"].to_numpy())


def orders_of(lake: Any, meaning: Meaning) -> Orders:
    """Of an organisation that has a purchase."""
    bought = _bought(lake, meaning.purchase)
    lines = {
        "orders": bought.count(),
        "spend": _sum(bought, meaning.amount),
        "discount": _sum(bought, meaning.discount),
        "reduced": _reduced(bought, meaning),
        "last": bought.day.max(),
    }
    if meaning.order is None:
        told = bought.group_by("customer_id").aggregate(**lines, unnumbered=ibis.literal(0))
    else:
        told = _by_number(bought, meaning.order, lines)
    frame = lake.frame(told)
    wholes = (pc.cast(frame[name], pa.int64()).to_numpy() for name in ("orders", "reduced", "unnumbered"))
    orders, reduced, unnumbered = wholes
    last = frame["last"].cast(pa.int32()).to_numpy().astype(np.int64)
    spend, discount = (_floats(frame, name) for name in ("spend", "discount"))
    return Orders(_ids(frame), orders, spend, discount, reduced, last, unnumbered)


def _by_number(bought: ir.Table, order: str, lines: Mapping[str, ir.Value]) -> ir.Table:
    """Each order once. Numbers are long texts, and a hash of them tells those of one customer apart as well."""
    numbered = bought[order].notnull()
    orders = bought.group_by("customer_id", number=bought[order].hash(), numbered=numbered).aggregate(**lines)
    one = orders.numbered
    return orders.group_by("customer_id").aggregate(
        orders=one.ifelse(1, orders.orders).sum(),
        spend=orders.spend.sum(),
        discount=orders.discount.sum(),
        reduced=one.ifelse((orders.reduced > 0).cast("int64"), orders.reduced).sum(),
        last=orders["last"].max(),
        unnumbered=one.ifelse(0, orders.orders).sum(),
    )


def goods_of(lake: Any, purchase: str | None, slug: str, kind: str) -> Values:
    bought = _bought(lake, purchase)
    known = bought.filter(bought[slug].notnull())
    value = known[slug].unnest() if kind == "list" else known[slug]
    return values_of(lake.frame(known.select("customer_id", value=value).distinct()))


def doers_between(lake: Any, after: date, last: date) -> BitMap:
    """Who did anything later than on the one day, and not later than on the other."""
    events = lake.tables.events
    recent = events.filter((events.day > after) & (events.day <= last))
    return bitmap_of_ids(_ids(lake.frame(recent.select("customer_id").distinct())))


def values_of(frame: pa.Table) -> Values:
    """Of customer_id and value, a row for each customer and value that belong together."""
    coded = frame["value"].combine_chunks().dictionary_encode()
    ids, codes = _ids(frame), coded.indices.to_numpy()
    # NumPy sorts short numbers by their digits, in a tenth of the time.
    short = codes.astype(np.uint16) if len(coded.dictionary) <= 2**16 else codes
    order = np.argsort(short, kind="stable")
    counts = np.bincount(codes, minlength=len(coded.dictionary))
    groups = np.split(ids[order], np.cumsum(counts)[:-1])
    names = coded.dictionary.to_pylist()
    ranked = sorted(range(len(names)), key=lambda code: (-counts[code], names[code]))[:MOST_VALUES]
    holders, known = by_number({names[code]: _set(groups[code]) for code in ranked}), _set(ids)
    rest = BitMap() if len(ranked) == len(names) else known - BitMap.union(*holders.values())
    return Values(holders, known, rest)


def by_number(holders: Mapping[str, BitMap]) -> dict[str, BitMap]:
    """What most have first."""
    return dict(sorted(holders.items(), key=lambda one: (-len(one[1]), one[0])))


def _bought(lake: Any, purchase: str | None) -> ir.Table:
    events = lake.tables.events
    return events.filter(events.event == purchase) if purchase else events


def _set(ids: npt.NDArray[np.uint32]) -> BitMap:
    """Many at once are written as bits, in any order; a few are listed."""
    if len(ids) < 4096:
        return bitmap_of_ids(ids)
    mask = np.zeros(int(ids.max()) + 1, dtype=bool)
    mask[ids] = True
    return bitmap_of_mask(mask)


def _sum(rows: ir.Table, slug: str | None) -> ir.Value:
    return rows[slug].cast("float64").sum() if slug else ibis.null("float64")


def _reduced(rows: ir.Table, meaning: Meaning) -> ir.Value:
    """How many orders something was taken off."""
    discount, coupon = (rows[slug] if slug else None for slug in (meaning.discount, meaning.coupon))
    signs = [discount.cast("float64") > 0] if discount is not None else []
    signs += [coupon.notnull()] if coupon is not None else []
    return ibis.or_(*signs).fill_null(False).cast("int64").sum() if signs else ibis.literal(0)


def _floats(frame: pa.Table, name: str) -> npt.NDArray[np.float64]:
    return frame[name].cast("float64").to_numpy(zero_copy_only=False).astype(np.float64)


def _ids(frame: pa.Table) -> npt.NDArray[np.uint32]:
    return pc.cast(frame["customer_id"], pa.uint32()).to_numpy()

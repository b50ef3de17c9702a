"""What everybody is and did, as sets of customers by value, asked once for each state of the lake.

A group's figures are then the sizes of intersections, so the second segment looked at costs next to nothing.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Lock
from typing import Any, TypeVar

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids, bitmap_of_mask, ids_of_bitmap
from segments.personas.cohorts import firsts
from segments.personas.meaning import Meaning

from .deeds import Deeds, deeds_read, doers_by_month
from .orders import Asked, Bought, bought_by
from .reaching import reached_read
from .visits import done_by

T = TypeVar("T")
# A state and the one before it, for whoever is still being drawn.
STATES_KEPT = 2
# The most frequent values of a thing; a text that is different for everybody says nothing of a group.
MOST_VALUES = 500
EPOCH = date(1970, 1, 1)

_beside = ThreadPoolExecutor(1, thread_name_prefix="everyone")
_kept: OrderedDict[str, dict[Any, Any]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Values:
    """Who has each value, the most frequent first; who has any; and who has only values that are left out."""

    holders: Mapping[str, BitMap]
    known: BitMap
    rest: BitMap


@dataclass(frozen=True)
class Numbers:
    """Customers, ascending, and the number of each."""

    customers: npt.NDArray[np.uint32]
    values: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Orders:
    """Buyers, ascending: how many orders each has, their sum and what was taken off (NaN where nothing is known of
    it), how many orders something was taken off, and the day of the last one, from 1 January 1970 on."""

    customers: npt.NDArray[np.uint32]
    orders: npt.NDArray[np.int64]
    spend: npt.NDArray[np.float64]
    discount: npt.NDArray[np.float64]
    reduced: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]


class Everyone:
    """Answers about all customers of one state of the lake; each is worked out once and kept for the next group."""

    def __init__(self, lake: Any) -> None:
        self._lake = lake
        with _lock:
            self._answers = _kept.setdefault(lake.version, {})
            _kept.move_to_end(lake.version)
            while len(_kept) > STATES_KEPT:
                _kept.popitem(last=False)

    def once(self, key: Any, work: Callable[[], T]) -> T:
        """What `work` gives, the first time of this state."""
        if isinstance(begun := self._answers.get(key), Future):
            del self._answers[key]
            if begun.exception() is None:
                self._answers[key] = begun.result()
        if key not in self._answers:
            self._answers[key] = work()
        return self._answers[key]

    def ahead(self, steps: tuple[str, ...]) -> None:
        """Begin, beside all else, to read who came to each of the events: reading leaves a core free."""
        key = ("reached", steps)
        if steps and key not in self._answers:
            self._answers[key] = _beside.submit(reached_read, self._lake, steps)

    @property
    def events(self) -> frozenset[str]:
        """Of which anything is kept."""
        return frozenset(part.event for part in self._lake.parts())

    @property
    def deeds(self) -> Deeds:
        return self.once("deeds", lambda: deeds_read(self._lake))

    def attribute(self, slug: str, kind: str) -> Values:
        return self.once(("attribute", slug), lambda: self._attribute(slug, kind))

    def _attribute(self, slug: str, kind: str) -> Values:
        profiles = self._lake.tables.profiles
        known = profiles.filter(profiles[slug].length() > 0 if kind == "list" else profiles[slug].notnull())
        value = known[slug].unnest() if kind == "list" else known[slug].cast("string")
        return values_of(self._lake.frame(known.select("customer_id", value=value)))

    def numbers(self, slug: str) -> Numbers:
        return self.once(("numbers", slug), lambda: self._numbers(slug))

    def _numbers(self, slug: str) -> Numbers:
        profiles = self._lake.tables.profiles
        known = profiles.filter(profiles[slug].notnull())
        frame = self._lake.frame(known.select("customer_id", value=known[slug].cast("float64")))
        return Numbers(_ids(frame), frame["value"].to_numpy())

    def orders(self, meaning: Meaning) -> Orders:
        """Of an organisation that has a purchase."""
        return self.once(("orders", meaning), lambda: self._orders(meaning))

    def _orders(self, meaning: Meaning) -> Orders:
        bought = self._bought(meaning.purchase)
        asked = {
            "orders": bought.count(),
            "spend": _sum(bought, meaning.amount),
            "discount": _sum(bought, meaning.discount),
            "reduced": _reduced(bought, meaning),
            "last": bought.day.max(),
        }
        frame = self._lake.frame(bought.group_by("customer_id").aggregate(**asked))
        wholes = (pc.cast(frame[name], pa.int64()).to_numpy() for name in ("orders", "reduced"))
        orders, reduced = wholes
        return Orders(
            _ids(frame),
            orders,
            _floats(frame, "spend"),
            _floats(frame, "discount"),
            reduced,
            frame["last"].cast(pa.int32()).to_numpy().astype(np.int64),
        )

    def breadth(self) -> npt.NDArray[np.float64]:
        """On how many channels each was who did anything, in the order of `deeds.done`."""
        return self.once("breadth", self._breadth)

    def _breadth(self) -> npt.NDArray[np.float64]:
        customers = self.deeds.done.customers
        found = np.zeros(int(customers.max(initial=0)) + 1)
        for on in self.deeds.channels.values():
            found[ids_of_bitmap(on)] += 1
        return found[customers]

    def goods(self, purchase: str | None, slug: str, kind: str) -> Values:
        return self.once(("goods", purchase, slug), lambda: self._goods(purchase, slug, kind))

    def _goods(self, purchase: str | None, slug: str, kind: str) -> Values:
        bought = self._bought(purchase)
        known = bought.filter(bought[slug].notnull())
        value = known[slug].unnest() if kind == "list" else known[slug]
        return values_of(self._lake.frame(known.select("customer_id", value=value).distinct()))

    def _bought(self, purchase: str | None) -> ir.Table:
        events = self._lake.tables.events
        return events.filter(events.event == purchase) if purchase else events

    def bought(self, purchase: str) -> Mapping[str, BitMap]:
        """Month → who bought in it."""
        return self.once(("bought", purchase), lambda: doers_by_month(self._lake, purchase))

    def first_bought(self, purchase: str) -> Mapping[str, BitMap]:
        """Month → who bought in it and in none before."""
        return self.once(("first bought", purchase), lambda: firsts(self.bought(purchase)))

    def reached(self, steps: tuple[str, ...]) -> Sequence[BitMap]:
        """Who came to each of the events, one after the other in time."""
        return self.once(("reached", steps), lambda: reached_read(self._lake, steps))

    def done_by(self, customers: BitMap, months: Sequence[str]) -> Any:
        """What some customers did in these months; not kept, since it is theirs."""
        return done_by(self._lake, customers, months)

    def bought_by(self, asked: Asked, customers: BitMap, months: Sequence[str]) -> Bought:
        """Lines of their orders in these months; not kept, as above."""
        return bought_by(self._lake, asked, customers, months)

    def active(self, last: date, days: int) -> BitMap:
        """Who did anything on these days, the last one included."""
        return self.once(("active", last, days), lambda: self._active(last, days))

    def _active(self, last: date, days: int) -> BitMap:
        done, until = self.deeds.done, (last - EPOCH).days
        if done.last.max(initial=until) > until:
            # Who did something later may have done something then, too.
            return self._doers(last - timedelta(days=days), last)
        return bitmap_of_ids(done.customers[done.last > until - days])

    def _doers(self, after: date, last: date) -> BitMap:
        events = self._lake.tables.events
        recent = events.filter((events.day > after) & (events.day <= last))
        return bitmap_of_ids(_ids(self._lake.frame(recent.select("customer_id").distinct())))


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
    holders, known = {names[code]: _set(groups[code]) for code in ranked}, _set(ids)
    rest = BitMap() if len(ranked) == len(names) else known - BitMap.union(*holders.values())
    return Values(holders, known, rest)


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

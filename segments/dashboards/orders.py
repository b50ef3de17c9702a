"""The lines of lately made orders of some customers, as they lie."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyroaring import BitMap

from cdp.bitmaps import mask_of_bitmap, places_in_mask
from segments.personas.baskets import Baskets

from .deeds import EventLake

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """Slugs: of the purchase, of the order's number (None: what one customer buys at one moment is one order), of
    how many items a line has (None: one), and of the goods."""

    purchase: str
    goods: str
    order: str | None = None
    items: str | None = None


@dataclass(frozen=True)
class Bought:
    """A place each line. `goods` are places in `names`, −1 where they are not known."""

    customers: Ints
    orders: Ints
    items: Floats
    goods: Ints
    names: Sequence[str]


@dataclass(frozen=True)
class Read:
    """Orders of two samples: the group's and everyone's, and the goods that are told apart in them; `note` says of
    how many."""

    asked: Asked
    goods: Sequence[str]
    ours: Baskets
    theirs: Baskets
    note: str


def bought_by(lake: EventLake, asked: Asked, customers: BitMap, months: Sequence[str]) -> Bought:
    wanted = mask_of_bitmap(customers)
    places: dict[str, int] = {}
    found, before = [], 0
    for part in lake.parts((asked.purchase,)):
        if part.month not in months:
            continue
        columns = ("customer_id", asked.goods, asked.order or "time", *([asked.items] if asked.items else []))
        rows = lake.rows_of(part, list(dict.fromkeys(columns)))
        ids = rows["customer_id"].to_numpy()
        ours = places_in_mask(ids, wanted)
        rows = rows.take(pa.array(ours))
        orders = _orders(rows[asked.order or "time"], bool(asked.order), before)
        before = int(orders.max(initial=before)) + 1
        items = _items(rows[asked.items]) if asked.items else np.ones(len(ours))
        found.append((ids[ours].astype(np.int64), orders, items, _goods(rows[asked.goods], places)))
    if not found:
        nothing = np.zeros(0, np.int64)
        return Bought(nothing, nothing, np.zeros(0), nothing, ())
    who, orders, items, goods = (np.concatenate(column) for column in zip(*found, strict=True))
    return Bought(who, orders, items, goods, list(places))


def _orders(column: pa.ChunkedArray, named: bool, before: int) -> Ints:
    """A number each; a line without the order's number is an order of its own, and none goes over a month's end."""
    if not named:
        return column.cast(pa.int64()).to_numpy()
    coded = _coded(column)
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    alone = codes < 0
    codes[alone] = len(coded.dictionary) + np.arange(int(alone.sum()))
    return codes + before


def _items(column: pa.ChunkedArray) -> Floats:
    """One where it is not known, and where it is less."""
    found = column.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return np.where(np.isnan(found) | (found < 1), 1.0, found)


def _goods(column: pa.ChunkedArray, places: dict[str, int]) -> Ints:
    coded = _coded(column)
    names = coded.dictionary.to_pylist()
    own = np.array([places.setdefault(name, len(places)) for name in names] + [-1], np.int64)
    return own[coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)]


def _coded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    whole = column.unify_dictionaries().combine_chunks() if pa.types.is_dictionary(column.type) else None
    whole = whole if whole is not None else column.combine_chunks().dictionary_encode()
    return whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole

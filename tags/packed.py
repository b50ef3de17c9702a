"""Customers' numbers in as few bytes as they need: the customers as a roaring bitmap, and the numbers, where all
of them are whole or hundredths, as short integers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids, ids_of_bitmap

from .tables import NUMBERS, numbers_table, table_read, table_write

SHORT = (np.uint8, np.uint16, np.int32)
# What a number is a whole multiple of, by what it is divided by.
PARTS = (1, 100)
LOOKED_AT_FIRST = 1000


@dataclass(frozen=True)
class Packed:
    """Numbers as they are kept: of `ids` (uint32, rising) the `kept` ones, each divided by `parts`."""

    ids: np.ndarray
    kept: np.ndarray
    parts: int

    @cached_property
    def values(self) -> np.ndarray:
        return self.meant(self.kept)

    def meant(self, kept: np.ndarray) -> np.ndarray:
        """The numbers (float64) that some of `kept` stand for."""
        return kept.astype(np.float64) if self.parts == 1 else kept / self.parts

    def table(self) -> pa.Table:
        return numbers_table(self.ids, self.values)

    def of(self, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The numbers of some customers, and which of them have one (the others have any number)."""
        if not len(self.ids):
            return np.zeros(len(wanted)), np.zeros(len(wanted), bool)
        place = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        return self.meant(self.kept[place]), self.ids[place] == wanted

    def write(self) -> bytes:
        members = bitmap_of_ids(self.ids)
        members.run_optimize()
        told = {"customers": members.serialize(), "parts": str(self.parts)}
        return table_write(pa.table({"value": self.kept}).replace_schema_metadata(told))


def pack(numbers: pa.Table) -> Packed:
    """Of a table of NUMBERS, rising by customer."""
    ids, values = numbers["customer_id"].to_numpy(), numbers["value"].to_numpy()
    for parts in PARTS:
        if (kept := _shortened(values, parts)) is not None:
            return Packed(ids, kept, parts)
    return Packed(ids, values, 1)


@dataclass(frozen=True)
class Stored:
    """Numbers as they were written: of `members`, in their order, the `kept` ones, each divided by `parts`. For
    looking at one customer at a time, which takes a microsecond; a few bytes a customer."""

    members: BitMap
    kept: np.ndarray
    parts: int

    def of(self, customer_id: int) -> float | None:
        if customer_id not in self.members:
            return None
        return float(self.kept[self.members.rank(customer_id) - 1]) / self.parts

    @cached_property
    def bytes(self) -> int:
        return self.kept.nbytes + len(self.members.serialize())


def unpack(blob: bytes | memoryview) -> Packed:
    """What was written; or a table of NUMBERS, as it was kept earlier."""
    table = table_read(blob)
    if table.schema.names == NUMBERS.names:
        return Packed(table["customer_id"].to_numpy(), table["value"].to_numpy(), 1)
    stored = _stored(table)
    return Packed(ids_of_bitmap(stored.members), stored.kept, stored.parts)


def stored(blob: bytes | memoryview) -> Stored:
    """The same, without telling the customers one by one."""
    table = table_read(blob)
    if table.schema.names == NUMBERS.names:
        return Stored(bitmap_of_ids(table["customer_id"].to_numpy()), table["value"].to_numpy(), 1)
    return _stored(table)


def _stored(table: pa.Table) -> Stored:
    told = table.schema.metadata
    members = BitMap.deserialize(told[b"customers"])
    return Stored(members, table["value"].to_numpy(), int(told[b"parts"]))


def _shortened(values: np.ndarray, parts: int) -> np.ndarray | None:
    """So many times the numbers as short integers; None where that would not be exactly the same."""
    few = values[:: max(1, len(values) // LOOKED_AT_FIRST)]
    if _times(few, parts) is None or (times := _times(values, parts)) is None:
        return None
    low, high = (times.min(), times.max()) if len(times) else (0, 0)
    for short in SHORT:
        if np.iinfo(short).min <= low and high <= np.iinfo(short).max:
            return times.astype(short)
    return None


def _times(values: np.ndarray, parts: int) -> np.ndarray | None:
    """Whole numbers that are exactly so many times the values; none for what is no number."""
    with np.errstate(over="ignore"):
        times = np.rint(values * parts)
    return times if np.array_equal(times / parts, values) else None

"""Where the quartiles of numbers lie, kept in such a way that they follow when some of the numbers change.

Of the numbers in order only the stretches around the quartiles are kept. As long as a quartile stays within its
stretch, it is known exactly without looking at the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from .packed import Packed, pack
from .tables import numbers_only, table_read, table_write

QUARTERS = (0.25, 0.5, 0.75)
# So many places before and after a quartile: this share of all, and at least so many.
SHARE, FEWEST = 1 / 128, 1000
STRETCHES = pa.schema([("below", pa.int64()), ("values", pa.list_(pa.float64())), ("counts", pa.list_(pa.int64()))])


@dataclass(frozen=True)
class Stretch:
    """The different numbers (rising) between two of them, how often there is each, and how many are lower."""

    below: int
    values: np.ndarray
    counts: np.ndarray

    def changed(self, values: np.ndarray, counts: np.ndarray) -> "Stretch":
        """With so many more or fewer of some numbers (rising)."""
        start, end = np.searchsorted(values, self.values[0]), np.searchsorted(values, self.values[-1], side="right")
        both, place = np.unique(np.concatenate([self.values, values[start:end]]), return_inverse=True)
        found = np.bincount(place, np.concatenate([self.counts, counts[start:end]]), len(both)).astype(np.int64)
        return Stretch(self.below + int(counts[:start].sum()), both, found)

    def at(self, rank: int) -> float | None:
        """The number at a place of all in order, counted from 0; None where that is not in the stretch."""
        upto = np.cumsum(self.counts)
        if not self.below <= rank < self.below + upto[-1]:
            return None
        return float(self.values[np.searchsorted(upto, rank - self.below, side="right")])


@dataclass(frozen=True)
class Spread:
    """Of so many numbers."""

    size: int
    stretches: tuple[Stretch, ...]

    def changed(self, gone: np.ndarray, come: np.ndarray) -> "Spread":
        """After some of the numbers went and others came."""
        values, place = np.unique(np.concatenate([gone, come]), return_inverse=True)
        counts = np.bincount(place, np.repeat([-1, 1], [len(gone), len(come)]), len(values)).astype(np.int64)
        other = np.flatnonzero(counts)
        changed = tuple(stretch.changed(values[other], counts[other]) for stretch in self.stretches)
        return Spread(self.size - len(gone) + len(come), changed)

    def quartiles(self) -> list[float] | None:
        """None where they are outside of what is known. None of no numbers is told as no quartiles."""
        found = [self._quantile(quarter) for quarter in QUARTERS if self.size]
        known = [cut for cut in found if cut is not None]
        return known if len(known) == len(found) else None

    def _quantile(self, quarter: float) -> float | None:
        """Between two numbers it lies on the line between them, worked out as NumPy does."""
        place = quarter * (self.size - 1)
        rank = int(place)
        low, high = self._at(rank), self._at(min(rank + 1, self.size - 1))
        if low is None or high is None:
            return None
        part, step = place - rank, high - low
        return low + step * part if part < 0.5 else high - step * (1 - part)

    def _at(self, rank: int) -> float | None:
        return next((number for s in self.stretches if (number := s.at(rank)) is not None), None)

    def write(self) -> bytes:
        columns = [[getattr(stretch, name) for stretch in self.stretches] for name in STRETCHES.names]
        told = STRETCHES.with_metadata({"size": str(self.size)})
        return table_write(pa.table([pa.array(c, f.type) for c, f in zip(columns, told, strict=True)], schema=told))


def spread_read(blob: bytes | memoryview) -> Spread:
    table = table_read(blob)
    rows = zip(*(table[name] for name in STRETCHES.names), strict=True)
    stretches = (Stretch(b.as_py(), v.values.to_numpy(), c.values.to_numpy()) for b, v, c in rows)
    return Spread(int(table.schema.metadata[b"size"]), tuple(stretches))


def spread_of(packed: Packed) -> Spread:
    """Counted in the integers that are kept, where they are."""
    kept = packed.kept
    if kept.dtype.itemsize <= 2:
        counts = np.bincount(kept) if len(kept) else np.zeros(0, np.int64)
        there = np.flatnonzero(counts)
        stretches: Sequence[Stretch] = [Stretch(0, there, counts[there])] if len(there) else []
    else:
        stretches = _around(kept)
    return Spread(len(kept), tuple(Stretch(s.below, packed.meant(s.values), s.counts) for s in stretches))


def quartiles_of(numbers: pa.Table) -> list[float]:
    """Of a table of NUMBERS, by counting them now."""
    found = spread_of(pack(numbers_only(numbers))).quartiles()
    assert found is not None
    return found


def _around(kept: np.ndarray) -> list[Stretch]:
    """The stretches around the quartiles; all numbers where they are few."""
    size, reach = len(kept), max(FEWEST, int(SHARE * len(kept)))
    places = [int(quarter * (size - 1)) for quarter in QUARTERS]
    spans = [(max(0, place - reach), min(size, place + reach + 2)) for place in places]
    if spans[0][1] >= spans[1][0]:
        spans = [(0, size)]
    ordered = np.partition(kept, sorted({end for low, high in spans for end in (low, high - 1)}))
    return [_stretch(ordered, low, high) for low, high in spans]


def _stretch(ordered: np.ndarray, low: int, high: int) -> Stretch:
    """Of the places from `low` to before `high`, with whatever is equal to the first and last beyond them."""
    values, counts = np.unique(ordered[low:high], return_counts=True)
    below = int(np.count_nonzero(ordered < values[0]))
    counts[0] += low - below
    counts[-1] += np.count_nonzero(ordered <= values[-1]) - high
    return Stretch(below, values, counts)

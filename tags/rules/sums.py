"""Adding the rows of one part after the other to dense arrays of all customers."""

from collections.abc import Iterable
from typing import Protocol, TypeAlias, assert_never

import numpy as np

from .money import SAFE
from .parts import Part, Reading
from .rows import Chosen, PartRows, Runs, customers_of
from .tally import DAY, Kind, Tallied, Tally

ONE = np.int32(1)
# What telling apart the values of a property may take, a byte for each customer and value.
MOST_CELLS = 64 * 2**20


class Sums(Protocol):
    def add(self, rows: Chosen) -> None: ...

    def done(self) -> Tallied | None:
        """None where a sum got too large for 64 bits, or a property has too many values to tell them apart."""


# A part or a range of its customers, the tallies that it adds to, and its rows.
Added: TypeAlias = tuple[Part, list[Tally], PartRows]


def added(
    wanted: Iterable[Tally], everything: Iterable[Added], reading: Reading, size: int
) -> dict[Tally, Tallied | None]:
    """What all the rows come to, for the customers 0 to `size` - 1."""
    found = {tally: sums_of(tally, size) for tally in wanted}
    for part, using, rows in everything:
        for tally in using:
            if chosen := rows.chosen(reading.cut(tally, part), reading.flag(tally)):
                found[tally].add(chosen)
    return {tally: sums.done() for tally, sums in found.items()}


def sums_of(tally: Tally, size: int) -> Sums:
    match tally.kind:
        case Kind.ANY:
            return Anything(size)
        case Kind.COUNT:
            return Count(size)
        case Kind.DAYS:
            return Days(size) if len(tally.what.events) == 1 and "*" not in tally.what.events else EventDays(size)
        case Kind.SUM:
            return Sum(size, tally.of)
        case Kind.LOW | Kind.HIGH:
            return Extreme(size, tally.of, highest=tally.kind is Kind.HIGH)
        case Kind.DIFFERENT:
            return Different(size, tally.of)
        case _:
            assert_never(tally.kind)


class Anything:
    def __init__(self, size: int) -> None:
        self._there = np.zeros(size, bool)

    def add(self, rows: Chosen) -> None:
        self._there[rows.customers] = True

    def done(self) -> Tallied:
        return Tallied(self._there, self._there)


class Count:
    def __init__(self, size: int) -> None:
        self._counts = np.zeros(size, np.int32)

    def add(self, rows: Chosen) -> None:
        np.add.at(self._counts, rows.customers, ONE)

    def done(self) -> Tallied:
        return Tallied(self._counts, self._counts)


class Days:
    """Of one event: a part holds a month of it, so no day is in two parts."""

    def __init__(self, size: int) -> None:
        self._counts = np.zeros(size, np.int32)

    def add(self, rows: Chosen) -> None:
        np.add.at(self._counts, rows.day_by_day, ONE)

    def done(self) -> Tallied:
        return Tallied(self._counts, self._counts)


class EventDays:
    """Of several events, which may share a day."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._days = [np.empty(0, np.int64)]

    def add(self, rows: Chosen) -> None:
        self._days.append(rows.days)

    def done(self) -> Tallied:
        different = np.unique(np.concatenate(self._days))
        counts = np.bincount(customers_of(different), minlength=self._size).astype(np.int32)
        return Tallied(counts, counts)


class Sum:
    """Of amounts in whole hundredths (exact), or of numbers in floating point."""

    def __init__(self, size: int, of: str) -> None:
        self._of = f"of {of}"
        self._values: np.ndarray | None = None
        self._times = np.zeros(size, np.int32)
        self._most = 0

    def add(self, rows: Chosen) -> None:
        values, runs = rows.values(self._of)
        if not len(values):
            return
        if self._values is None:
            self._values = np.zeros(len(self._times), values.dtype)
        if values.dtype.kind == "i":
            self._most += int(np.abs(values).max()) * int(runs.counts.max())
        if self._most < SAFE:
            self._values[runs.customers] += np.add.reduceat(values, runs.starts)
            self._times[runs.customers] += runs.counts

    def done(self) -> Tallied | None:
        if self._most >= SAFE:
            return None
        return Tallied(np.zeros(len(self._times)) if self._values is None else self._values, self._times)


class Extreme:
    def __init__(self, size: int, of: str, *, highest: bool) -> None:
        self._of = DAY if of == DAY else f"of {of}"
        self._better = np.maximum if highest else np.minimum
        self._values: np.ndarray | None = None
        self._times = np.zeros(size, np.int32)

    def add(self, rows: Chosen) -> None:
        values, runs = rows.values(self._of)
        if not len(values):
            return
        if self._values is None:
            self._values = np.zeros(len(self._times), values.dtype)
        best = self._better.reduceat(values, runs.starts)
        self._values[runs.customers] = self._best(best, runs)
        self._times[runs.customers] += runs.counts

    def _best(self, best: np.ndarray, runs: Runs) -> np.ndarray:
        """A customer seen for the first time has nothing to compare with."""
        assert self._values is not None
        earlier = self._values[runs.customers]
        return np.where(self._times[runs.customers] > 0, self._better(best, earlier), best)

    def done(self) -> Tallied:
        return Tallied(np.zeros(len(self._times)) if self._values is None else self._values, self._times)


class Different:
    """Of the different values of a property: who has which, as long as they are few."""

    def __init__(self, size: int, of: str) -> None:
        self._size, self._of = size, f"different {of}"
        self._seen = np.zeros(0, bool)
        self._many = False

    def add(self, rows: Chosen) -> None:
        kinds = rows.kinds(self._of)
        self._many = self._many or kinds is None or kinds * self._size > MOST_CELLS
        if self._many or kinds is None:
            return
        numbers, customers = rows.numbered(self._of)
        if not len(self._seen):
            self._seen = np.zeros(kinds * self._size, bool)
        self._seen[numbers * np.int64(self._size) + customers] = True

    def done(self) -> Tallied | None:
        if self._many:
            return None
        if not len(self._seen):
            return Tallied(*(np.zeros(self._size, np.int32),) * 2)
        counts = self._seen.reshape(-1, self._size).sum(axis=0, dtype=np.int32)
        return Tallied(counts, counts)

"""The rows of one part of the lake: which of them a tally means, and each customer's as a run of neighbours."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import pyarrow as pa

from .tally import DAY, TIME

Cut = tuple[datetime, datetime]


@dataclass
class Runs:
    """Neighbours with the same customer: where each run starts, whose it is and how long it is."""

    starts: np.ndarray
    customers: np.ndarray
    counts: np.ndarray


def runs_of(customers: np.ndarray) -> Runs:
    """Of customer ids in ascending order."""
    if not len(customers):
        return Runs(*(np.empty(0, np.int64),) * 3)
    starts = np.flatnonzero(np.concatenate([[True], customers[1:] != customers[:-1]]))
    return Runs(starts, customers[starts], np.diff(starts, append=len(customers)))


class PartRows:
    """Rows of one part in the order of `customers`; who makes it says where its columns come from."""

    customers: np.ndarray

    def __init__(self) -> None:
        self._chosen: dict[tuple[Cut | None, str | None], Chosen | None] = {}

    def column(self, name: str) -> np.ndarray:
        """Numbers; times as microseconds and days as days since 1970, amounts as hundredths, flags as booleans."""
        raise NotImplementedError

    def there(self, name: str) -> np.ndarray | None:
        """Where a column has values; None where it has them everywhere."""
        raise NotImplementedError

    def days_told_apart(self) -> np.ndarray:
        """Numbers in the order of the days: the same ones are the same day."""
        return self.column(DAY)

    def kinds(self, name: str) -> int | None:
        """How many different values a column is numbered by (`Kind.DIFFERENT`); None where it is not."""
        return None

    def chosen(self, cut: Cut | None, flag: str | None) -> "Chosen | None":
        """The rows inside the times and with the flag; None when there are none. Asked once, kept for others."""
        key = (cut, flag)
        if key not in self._chosen:
            self._chosen[key] = self._choose(cut, flag)
        return self._chosen[key]

    def _choose(self, cut: Cut | None, flag: str | None) -> "Chosen | None":
        mask = None if flag is None else self.column(flag)
        if cut is not None:
            times = self.column(TIME)
            start, end = (np.datetime64(edge, "us").astype(np.int64) for edge in cut)
            inside = (times >= start) & (times < end)
            mask = inside if mask is None else mask & inside
        index = None if mask is None else np.flatnonzero(mask)
        there = len(self.customers if index is None else index)
        return Chosen(self, index) if there else None


class Rows(PartRows):
    """What was read of a part, put in the order of customers where it is not."""

    def __init__(self, table: pa.Table, size: int) -> None:
        super().__init__()
        self._table = table
        self._columns: dict[str, np.ndarray] = {}
        customers = numbers_of(table["customer_id"])
        self._order = _order(customers, size)
        self.customers = customers if self._order is None else customers[self._order]

    def column(self, name: str) -> np.ndarray:
        if name not in self._columns:
            values = numbers_of(self._table[name])
            self._columns[name] = values if self._order is None else values[self._order]
        return self._columns[name]

    def there(self, name: str) -> np.ndarray | None:
        column = self._table[name]
        if not column.null_count:
            return None
        valid = column.is_valid().to_numpy()
        return valid if self._order is None else valid[self._order]


class Chosen:
    """Some rows of a part, or all (`index` None)."""

    def __init__(self, rows: PartRows, index: np.ndarray | None) -> None:
        self._rows, self._index = rows, index
        self.customers = self._of(rows.customers)

    def _of(self, column: np.ndarray) -> np.ndarray:
        return column if self._index is None else column.take(self._index)

    @cached_property
    def runs(self) -> Runs:
        return runs_of(self.customers)

    @cached_property
    def days(self) -> np.ndarray:
        """Each customer's different days as one number each, see `day_key`, ascending."""
        keys = day_key(self.customers, self._of(self._rows.column(DAY)))
        step = np.diff(keys)
        if (step < 0).any():
            return np.unique(keys)
        return keys[np.concatenate([[True], step != 0])]

    @cached_property
    def day_by_day(self) -> np.ndarray:
        """Customers, each as often as there are different days of theirs."""
        customers, days = self.customers, self._of(self._rows.days_told_apart())
        same = customers[1:] == customers[:-1]
        if (same & (days[1:] < days[:-1])).any():
            return customers_of(self.days)
        return customers.compress(np.concatenate([[True], ~same | (days[1:] != days[:-1])]))

    def values(self, name: str) -> tuple[np.ndarray, Runs]:
        """The values that are there, and their runs."""
        values, there = self._of(self._rows.column(name)), self._rows.there(name)
        if there is None:
            return values, self.runs
        there = self._of(there)
        return values[there], runs_of(self.customers[there])

    def kinds(self, name: str) -> int | None:
        return self._rows.kinds(name)

    def numbered(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """The number of each value that is there, and whose it is."""
        numbers, there = self._of(self._rows.column(name)), self._rows.there(name)
        if there is None:
            return numbers, self.customers
        there = self._of(there)
        return numbers[there], self.customers[there]


DAY_BITS = 24
DAY_ZERO = 2**22


def day_key(customers: np.ndarray, days: np.ndarray) -> np.ndarray:
    return (customers.astype(np.int64) << DAY_BITS) | (days + DAY_ZERO)


def customers_of(keys: np.ndarray) -> np.ndarray:
    return keys >> DAY_BITS


def _order(customers: np.ndarray, size: int) -> np.ndarray | None:
    """How to sort the rows and leave out customers beyond `size`; None where nothing has to be done."""
    steps = np.diff(customers)
    if not len(customers) or ((steps >= 0).all() and customers[-1] < size):
        return None
    order = np.argsort(customers, kind="stable")
    return order[: np.searchsorted(customers, size, sorter=order)]


def numbers_of(column: pa.ChunkedArray) -> np.ndarray:
    """A column's raw numbers; what stands in place of a missing value means nothing."""
    column = column.combine_chunks()
    kind = column.type
    if pa.types.is_boolean(kind):
        return column.fill_null(False).to_numpy(zero_copy_only=False)
    if pa.types.is_decimal(kind):
        each = kind.bit_width // 64
        return _words(column, "<i8", each)[::each]
    return _words(column, {1: "i1", 2: "<i2", 4: "<i4", 8: "<i8"}[kind.bit_width // 8], 1).view(_dtype(kind))


def _words(column: pa.Array, word: str, each: int) -> np.ndarray:
    """The buffer of an array as words of which each value has so many; amounts fit the lower of two."""
    data = column.buffers()[1]
    words = np.frombuffer(data, dtype=word) if data else np.empty(0, word)
    return words[column.offset * each : (column.offset + len(column)) * each]


def _dtype(kind: pa.DataType) -> str:
    return "<f8" if pa.types.is_float64(kind) else f"<i{kind.bit_width // 8}"

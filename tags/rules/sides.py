"""What stands on the left of a comparison when it is more than a plain column."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis
import ibis.expr.types as ir
from pyroaring import BitMap

from .windows import Interval


@dataclass(frozen=True)
class DateSide:
    """A column of instants, the column of their business days, and the clock the instants are kept by."""

    instants: Any
    days: Any
    clock: Callable[[datetime], datetime] = lambda local: local

    def __lt__(self, local: datetime) -> ir.BooleanValue:
        return self.instants < ibis.literal(self.clock(local))

    def __ge__(self, local: datetime) -> ir.BooleanValue:
        return self.instants >= ibis.literal(self.clock(local))

    def within(self, interval: Interval) -> ir.BooleanValue:
        return (self >= interval.start) & (self < interval.end)

    def outside(self, interval: Interval) -> ir.BooleanValue:
        return (self < interval.start) | (self >= interval.end)

    def anniversary(self, interval: Interval) -> ir.BooleanValue:
        """Month and day fall on one of the interval's days."""
        first, last = interval.start.date(), interval.end.date() - timedelta(days=1)
        month_day = self.days.month().cast("int32") * 100 + self.days.day()
        return reduce(or_, (month_day.between(low, high) for low, high in anniversary_ranges(first, last)))

    def notnull(self) -> ir.BooleanValue:
        return self.instants.notnull()

    def isnull(self) -> ir.BooleanValue:
        return self.instants.isnull()


def anniversary_ranges(first: date, last: date) -> tuple[tuple[int, int], ...]:
    """Ranges of month × 100 + day that the days from first to last take, 29 February kept on the 28th."""
    if (last - first).days >= 366:
        return ((101, 1231),)
    low, high = first.month * 100 + first.day, last.month * 100 + last.day
    if high == 228 and not _is_leap(last.year):
        high = 229
    if first.year == last.year:
        return ((low, high),)
    return ((low, 1231), (101, high))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@dataclass(frozen=True)
class LabelSide:
    """A tag's current values, each with its customers; a customer may have several."""

    values: Mapping[str, BitMap]
    everyone: BitMap

    def any_of(self, values: Iterable[str]) -> BitMap:
        return BitMap.union(BitMap(), *(self.values[v] for v in values if v in self.values))

    def all_of(self, values: Iterable[str]) -> BitMap:
        return reduce(and_, (self.any_of((value,)) for value in values))

    def none_of(self, values: Iterable[str]) -> BitMap:
        """Those who have the tag, but none of these values."""
        return self.notnull() - self.any_of(values)

    def notnull(self) -> BitMap:
        return BitMap.union(BitMap(), *self.values.values())

    def isnull(self) -> BitMap:
        return self.everyone - self.notnull()

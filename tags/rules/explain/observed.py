"""What one customer has: attributes, measures, and the events behind them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from ..compile_columns import column_side, property_side
from ..compile_events import scope_of, what_of
from ..compile_measures import ZERO_WITHOUT_EVENTS, grouped, kind_of_measure
from ..nodes import Agg, Measure, Occurrence
from ..value_kinds import NUMBER
from ..windows import Bounds, Moment, resolve
from .one_customer import CustomerLake

NEWEST = 20
BUILT_IN = ("time", "event", "channel", "source")

# Of which kinds of properties a measure is told exactly by the values themselves.
EXACT = {agg: frozenset[str]() for agg in Agg} | {
    Agg.DISTINCT: frozenset({"text", "boolean", "money"}),
    **dict.fromkeys((Agg.SUM, Agg.AVG, Agg.MIN, Agg.MAX), frozenset({"money"})),
}

Value: TypeAlias = Fraction | str | datetime | bool | list[str] | dict[str, float] | float | None
"""A number exactly, a date by the business's wall clock, None for what is missing."""


@dataclass(frozen=True)
class Observed:
    kind: str
    value: Value

    @property
    def number(self) -> Fraction | None:
        return self.value if isinstance(self.value, Fraction) else None


class Customer:
    """What one customer's rows say at one moment."""

    def __init__(self, lake: CustomerLake, moment: Moment) -> None:
        self.lake, self.moment = lake, moment
        self._profile: dict[str, Any] | None = None

    def attribute(self, slug: str) -> Observed:
        if self._profile is None:
            rows = self.lake.frame(self.lake.tables.profiles, scope=None).to_pylist()
            self._profile = rows[0] if rows else {}
        kind = column_side(self.lake.tables.profiles, slug)[1]
        return Observed(kind, _value(kind, self._profile.get(slug)))

    def measure(self, what: Measure) -> Observed:
        kind = kind_of_measure(what, self.lake.tables.events)
        if self._told_by_rows(what):
            return Observed(kind, self._of_rows(what))
        groups, _taken = grouped(what, self.lake.tables.events, self.moment)
        rows = self.lake.frame(groups, scope=scope_of(what, self.moment)).to_pylist()
        if not rows:
            return Observed(kind, Fraction(0) if what.agg in ZERO_WITHOUT_EVENTS else None)
        value = rows[0]["value"]
        if value is not None and what.agg in (Agg.FIRST, Agg.LAST):
            return Observed(kind, self.wall_clock(value))
        found = _value(kind, value)
        times = rows[0].get("times", 1)
        return Observed(kind, found / times if isinstance(found, Fraction) else found)

    def _told_by_rows(self, what: Measure) -> bool:
        """Whether the rows tell a measure without another question: all but sums and ranks of floating numbers."""
        return what.property is None or property_side(self.lake.tables.events, what.property)[1] in EXACT[what.agg]

    def _of_rows(self, what: Measure) -> Value:
        rows = self.lake.rows(what_of(what), self._bounds(what), self.moment)
        match what.agg:
            case Agg.COUNT:
                return Fraction(rows.num_rows)
            case Agg.DAYS:
                return Fraction(len(rows["day"].unique()))
            case Agg.SHARE:
                every = self.lake.rows(Occurrence(what.events), self._bounds(what), self.moment).num_rows
                return Fraction(rows.num_rows, every) if every else None
            case Agg.FIRST | Agg.LAST:
                times = rows["time"].to_pylist()
                return self.wall_clock((min if what.agg is Agg.FIRST else max)(times)) if times else None
            case Agg.DAYS_SINCE_FIRST | Agg.DAYS_SINCE_LAST:
                days = rows["day"].to_pylist()
                edge = min if what.agg is Agg.DAYS_SINCE_FIRST else max
                return Fraction((self.moment.day - edge(days)).days) if days else None
        return _of_values(what.agg, rows[what.property].drop_null().to_pylist())

    def first_time(self, what: Measure) -> datetime | None:
        """The wall clock at the earliest event a measure is taken over."""
        return min(self.times(what_of(what), self._bounds(what)), default=None)

    def times(self, what: Occurrence, bounds: Bounds) -> list[datetime]:
        """When it happened within the bounds, by the wall clock, in order."""
        rows = self.lake.rows(what, bounds, self.moment)
        return [self.wall_clock(time) for time in sorted(rows["time"].to_pylist())]

    def _bounds(self, what: Measure) -> Bounds:
        return resolve(what.window, self.moment.as_of, self.moment.zone)

    def taken_over(self, what: Measure, properties: Iterable[str]) -> list[dict[str, Any]]:
        """The newest events a measure is taken over; of a share, those its filter holds for."""
        return self._newest(what_of(what), self._bounds(what), properties)

    def happened(
        self, whats: Iterable[Occurrence], bounds: Bounds, properties: Iterable[str], *, first: bool = False
    ) -> list[dict[str, Any]]:
        """The newest events of these kinds within the bounds, or only the very first."""
        found: list[dict[str, Any]] = []
        for what in dict.fromkeys(whats):
            newest = self._newest(what, bounds, properties, first=first)
            found += [row for row in newest if row not in found]
        return sorted(found, key=lambda row: row["time"], reverse=True)[:NEWEST]

    def _newest(
        self, what: Occurrence, bounds: Bounds, properties: Iterable[str], *, first: bool = False
    ) -> list[dict[str, Any]]:
        rows = self.lake.rows(what, bounds, self.moment)
        columns = [*BUILT_IN, *(name for name in sorted(set(properties)) if name in rows.column_names)]
        order = [("time", "ascending" if first else "descending"), ("event_id", "ascending")]
        newest = rows.sort_by(order).slice(0, 1 if first else NEWEST)
        found = newest.select(["event_id", *dict.fromkeys(columns)]).to_pylist()
        return [row | {"time": self.wall_clock(row["time"])} for row in found]

    def wall_clock(self, utc: datetime) -> datetime:
        return utc.replace(tzinfo=UTC).astimezone(ZoneInfo(self.moment.zone)).replace(tzinfo=None)


def _of_values(agg: Agg, values: list[Any]) -> Value:
    """A measure of the values that are there: of amounts, or how many different ones."""
    if agg is Agg.DISTINCT:
        return Fraction(len(set(values)))
    amounts = [Fraction(value) for value in values]
    if agg is Agg.SUM:
        return sum(amounts, Fraction(0))
    if not amounts:
        return None
    if agg is Agg.AVG:
        return sum(amounts, Fraction(0)) / len(amounts)
    return min(amounts) if agg is Agg.MIN else max(amounts)


def _value(kind: str, value: Any) -> Value:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if kind in NUMBER and isinstance(value, int | float | Decimal) and math.isfinite(value):
        return Fraction(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, datetime.min.time())
    return value

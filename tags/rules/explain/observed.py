"""What one customer has: attributes, measures, and the events behind them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

from ..compile_columns import column_side
from ..compile_events import matching, rows_in, scope_in, scope_of
from ..compile_measures import ZERO_WITHOUT_EVENTS, grouped, kind_of_measure
from ..nodes import Agg, Measure, Occurrence
from ..queries import Scope
from ..value_kinds import NUMBER
from ..windows import Bounds, Moment
from .one_customer import CustomerLake

NEWEST = 20
BUILT_IN = ("time", "event", "channel", "source")

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

    def first_time(self, what: Measure) -> datetime | None:
        """The wall clock at the earliest event a measure is taken over."""
        rows = matching(what, self.lake.tables.events, self.moment)
        return self._time(rows.aggregate(value=rows.time.min()), scope_of(what, self.moment))

    def times(self, what: Occurrence, bounds: Bounds) -> list[datetime]:
        """When it happened within the bounds, by the wall clock, in order."""
        rows = rows_in(what, bounds, self.lake.tables.events, self.moment)
        found = self.lake.frame(rows.select("time").order_by("time"), scope=scope_in(what, bounds))
        return [self.wall_clock(time) for time in found["time"].to_pylist()]

    def _time(self, expr: ir.Table, scope: Scope) -> datetime | None:
        value = self.lake.frame(expr, scope=scope)["value"].to_pylist()[0]
        return None if value is None else self.wall_clock(value)

    def taken_over(self, what: Measure, properties: Iterable[str]) -> list[dict[str, Any]]:
        """The newest events a measure is taken over; of a share, those its filter holds for."""
        rows = matching(what, self.lake.tables.events, self.moment)
        return self._newest(rows, properties, scope_of(what, self.moment))

    def happened(
        self, whats: Iterable[Occurrence], bounds: Bounds, properties: Iterable[str], *, first: bool = False
    ) -> list[dict[str, Any]]:
        """The newest events of these kinds within the bounds, or only the very first."""
        found: list[dict[str, Any]] = []
        for what in dict.fromkeys(whats):
            rows = rows_in(what, bounds, self.lake.tables.events, self.moment)
            found += [
                row
                for row in self._newest(rows, properties, scope_in(what, bounds), first=first)
                if row not in found
            ]
        return sorted(found, key=lambda row: row["time"], reverse=True)[:NEWEST]

    def _newest(
        self, rows: ir.Table, properties: Iterable[str], scope: Scope, *, first: bool = False
    ) -> list[dict[str, Any]]:
        columns = [*BUILT_IN, *(name for name in sorted(set(properties)) if name in rows.columns)]
        order = ibis.asc("time") if first else ibis.desc("time")
        newest = rows.order_by([order, ibis.asc("event_id")]).limit(1 if first else NEWEST)
        found = self.lake.frame(newest.select("event_id", *dict.fromkeys(columns)), scope=scope).to_pylist()
        return [row | {"time": self.wall_clock(row["time"])} for row in found]

    def wall_clock(self, utc: datetime) -> datetime:
        return utc.replace(tzinfo=UTC).astimezone(ZoneInfo(self.moment.zone)).replace(tzinfo=None)


def _value(kind: str, value: Any) -> Value:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if kind in NUMBER and isinstance(value, int | float | Decimal) and math.isfinite(value):
        return Fraction(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, datetime.min.time())
    return value

"""A customer's value beside another value of the same customer: attributes and measures on both sides.

Numbers are compared as fractions, by multiplying crosswise, so that nothing is rounded; amounts as
decimals. Dates are compared by their days.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from .compile_columns import column_side, operator_of
from .compile_events import scope_of
from .compile_measures import ZERO_WITHOUT_EVENTS, grouped, kind_of_measure
from .nodes import Attribute, AttributeOf, Event, Measure, MeasureOf
from .queries import Query, Tables, united
from .sides import DateSide
from .windows import Moment

EPOCH = ibis.date("1970-01-01")


@dataclass(frozen=True)
class Day:
    """A day on the left or right of a comparison, as a number of days; it ends where the next one starts."""

    start: Any

    @property
    def end(self) -> Any:
        return self.start + 1

    def __lt__(self, other: Any) -> ir.BooleanValue:
        return self.start < other

    def __ge__(self, other: Any) -> ir.BooleanValue:
        return self.start >= other

    def within(self, other: "Day") -> ir.BooleanValue:
        return self.start == other.start


@dataclass(frozen=True)
class Given:
    """One of the two values: columns named after `side`, in a table of its own unless it is of the profile.

    `zero`: customers who are not in the table have 0.
    """

    side: str
    kind: str
    columns: dict[str, Any]
    groups: ir.Table | None = None
    zero: bool = False


def compile_own(leaf: Attribute | Event, tables: Tables, moment: Moment) -> Query:
    right = leaf.test.value
    assert isinstance(right, AttributeOf | MeasureOf)
    what = leaf.slug if isinstance(leaf, Attribute) else leaf.measure
    other = right.slug if isinstance(right, AttributeOf) else right.measure
    sides = [_given("left", what, tables, moment), _given("right", other, tables, moment)]
    rows = _beside(sides, tables)
    times = right.times if isinstance(right, MeasureOf) else Decimal(1)
    kind = "number" if {side.kind for side in sides} == {"number", "money"} else sides[0].kind
    row = operator_of(leaf.test.op, sides[0].kind)
    scopes = [scope_of(one, moment) for one in (what, other) if isinstance(one, Measure)]
    return Query(
        rows.filter(row.test(*_compared(kind, rows, times))).select("customer_id"),
        scope=united(scopes) if scopes else None,
    )


def _given(side: str, what: str | Measure, tables: Tables, moment: Moment) -> Given:
    if isinstance(what, str):
        column, kind = column_side(tables.profiles, what)
        return Given(side, kind, {side: _number_of_day(column.days) if isinstance(column, DateSide) else column})
    groups, taken = grouped(what, tables.events, moment)
    kind = kind_of_measure(what, tables.events)
    value = groups.value if taken.clock is None else _number_of_day(taken.days(groups))
    parts = {side: value} if taken.times is None else {side: value, f"{side}_times": groups.times}
    return Given(side, kind, parts, groups.select("customer_id", **parts), what.agg in ZERO_WITHOUT_EVENTS)


def _number_of_day(days: Any) -> ir.IntegerValue:
    return days.delta(EPOCH, unit="day")


def _beside(sides: list[Given], tables: Tables) -> ir.Table:
    """A row a customer with both values."""
    profile = {name: column for side in sides if side.groups is None for name, column in side.columns.items()}
    rows = tables.profiles.select("customer_id", **profile)
    for side in sides:
        if side.groups is not None:
            both = rows.join(side.groups, "customer_id", how="left" if side.zero else "inner")
            found = {name: both[name] for name in (*rows.columns[1:], *side.columns)}
            if side.zero:
                found[side.side] = found[side.side].coalesce(0)
            rows = both.select("customer_id", **found)
    return rows


def _compared(kind: str, rows: ir.Table, times: Decimal) -> tuple[Any, tuple[Any]]:
    """What the operator's test takes: the left side, and the right one."""
    if kind == "date":
        return Day(rows.left), (Day(rows.right),)
    if kind == "text":
        return rows.left, (rows.right,)
    exact = _amount if kind == "money" else _float
    multiple, of = times.as_integer_ratio()
    left, right = exact(rows.left) * of, exact(rows.right) * multiple
    if "right_times" in rows.columns:
        left = left * rows.right_times.cast("int32")
    if "left_times" in rows.columns:
        right = right * rows.left_times.cast("int32")
    return left, (right,)


def _amount(column: Any) -> ir.DecimalValue:
    # Medians have one decimal more than amounts.
    return column.cast(dt.Decimal(38, 3))


def _float(column: Any) -> ir.FloatingValue:
    return column.cast("float64")

"""One leaf → one small Ibis expression over the unbound `events` and `profiles` tables.

A leaf that customers without any matching event satisfy (`count < 3`) compiles to its opposite and a
`complement` flag: the customers are those of the universe whom the query does not find.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any, Protocol, assert_never

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from cdp.errors import N_, user_error

from .nodes import (
    ANY_EVENT,
    Agg,
    All,
    AnyOf,
    Attribute,
    Event,
    Measure,
    Node,
    Not,
    OnList,
    Property,
    Segment,
    Tag,
    Test,
)
from .operators import Operator, operator
from .reading import nearest
from .sides import DateSide
from .value_kinds import measure_kind
from .values import arguments
from .windows import Moment, resolve

ZERO_WITHOUT_EVENTS = frozenset({Agg.COUNT, Agg.DAYS, Agg.SUM, Agg.DISTINCT})


class Tables(Protocol):
    """The unbound tables of the lake, with their current columns."""

    @property
    def events(self) -> ir.Table: ...

    @property
    def profiles(self) -> ir.Table: ...


@dataclass(frozen=True)
class Scope:
    """What a query needs of the events: these ones (None: any), from `start` to before `end` (naive UTC)."""

    events: tuple[str, ...] | None
    start: datetime | None
    end: datetime


@dataclass(frozen=True)
class Query:
    """`expr` has one column, customer_id; with `complement` it finds those who do not belong.

    `scope` lets the lake leave out files without reading the expression.
    """

    expr: ir.Table
    complement: bool = False
    scope: Scope | None = None


def compile_leaf(leaf: Attribute | Event, tables: Tables, moment: Moment) -> Query:
    match leaf:
        case Attribute(slug, test):
            side, kind = _side(tables.profiles, slug)
            found = tables.profiles.filter(_compared(side, kind, test, moment))
            return Query(found.select("customer_id"))
        case Event(measure, test):
            return replace(_event(measure, test, tables.events, moment), scope=scope_of(measure, moment))
        case _:
            assert_never(leaf)


def compile_measure(measure: Measure, tables: Tables, moment: Moment) -> ir.Table:
    """Two columns, customer_id and value, for the customers with matching events that have a value."""
    rows = matching(measure, tables.events, moment)
    taken = _taken(measure, rows, moment)
    if taken.clock is not None:
        raise user_error(
            N_('"%(name)s" is a date, and a measure is a number.'),
            N_("Take the days since then instead."),
            name=measure.agg.value,
        )
    groups = rows.group_by("customer_id").aggregate(**taken.columns)
    number = groups.value.cast("float64")
    value = number if taken.times is None else number / groups.times
    return groups.filter(groups.value.notnull()).select("customer_id", value=value)


# Events


def scope_of(measure: Measure, moment: Moment) -> Scope:
    bounds = resolve(measure.window, moment.as_of, moment.zone)
    events = None if measure.events == (ANY_EVENT,) else measure.events
    return Scope(events, bounds.start_utc, bounds.end_utc)


def matching(measure: Measure, events: ir.Table, moment: Moment) -> ir.Table:
    """The events a measure is taken over. `event` and `month` prune files, `time` cuts exactly."""
    bounds = resolve(measure.window, moment.as_of, moment.zone)
    rows: list[Any] = []
    if measure.events != (ANY_EVENT,):
        one = len(measure.events) == 1
        rows.append(events.event == measure.events[0] if one else events.event.isin(measure.events))
    if bounds.first_month is not None and bounds.first_month == bounds.last_month:
        rows.append(events.month == bounds.first_month)
    else:
        rows.append(events.month <= bounds.last_month)
        if bounds.first_month is not None:
            rows.append(events.month >= bounds.first_month)
    rows.append(events.time < bounds.end_utc)
    if bounds.start_utc is not None:
        rows.append(events.time >= bounds.start_utc)
    if measure.where is not None:
        rows.append(_where(measure.where, events, moment))
    return events.filter(*rows)


def _where(node: Node, events: ir.Table, moment: Moment) -> ir.BooleanValue:
    """Missing comparisons may stay null as long as nothing negates them: a filter drops null."""
    match node:
        case All(items):
            return reduce(and_, (_where(item, events, moment) for item in items))
        case AnyOf(items):
            return reduce(or_, (_where(item, events, moment) for item in items))
        case Not(item):
            return ~_where(item, events, moment).coalesce(False)
        case Property(slug, test):
            side, kind = _property_side(events, slug)
            return _compared(side, kind, test, moment)
        case Attribute() | Event() | Tag() | Segment() | OnList():
            raise ValueError("only properties stand in where")
        case _:
            assert_never(node)


def _event(measure: Measure, test: Test, events: ir.Table, moment: Moment) -> Query:
    rows = matching(measure, events, moment)
    kind = _measure_kind(measure, events)
    row = _operator(test.op, kind)
    args = arguments(row, kind, test, moment)
    nothing = _holds_for_nothing(measure, row, args)
    if row.presence is not None and measure.agg in ZERO_WITHOUT_EVENTS:
        return Query(rows.filter(ibis.literal(False)).select("customer_id"), complement=nothing)
    if row.presence is None and _means_any(measure, row, args):
        return Query(rows.select("customer_id").distinct(), complement=nothing)
    taken = _taken(measure, rows, moment)
    groups = rows.group_by("customer_id").aggregate(**taken.columns)
    if row.presence is not None:
        condition = taken.side(groups).notnull()
    else:
        condition = taken.compared(groups, row, kind, args)
    chosen = groups.filter(~condition if nothing and row.presence is None else condition)
    return Query(chosen.select("customer_id"), complement=nothing)


def _holds_for_nothing(measure: Measure, row: Operator, args: tuple) -> bool:
    """Whether a customer without any matching event satisfies the test."""
    if measure.agg not in ZERO_WITHOUT_EVENTS:
        return row.presence is False
    return row.presence if row.presence is not None else bool(row.test(0, args))


def _means_any(measure: Measure, row: Operator, args: tuple) -> bool:
    """Whether counting asks only if there was any event, which needs no grouping."""
    return measure.agg in (Agg.COUNT, Agg.DAYS) and (row.name, args[0]) in ANY_TESTS


ANY_TESTS = ((">=", 1), (">", 0), ("!=", 0), ("=", 0), ("<", 1), ("<=", 0))


@dataclass(frozen=True)
class Taken:
    """A measure as aggregates of a group: its `value`, and what some measures need beside it.

    `times` is the number of amounts a money average is of: comparing sums stays decimal. `clock` and
    `day` belong to dates.
    """

    value: Any
    times: Any = None
    day: Any = None
    clock: Callable[[datetime], datetime] | None = None

    @property
    def columns(self) -> dict[str, Any]:
        found = {"value": self.value, "times": self.times, "day": self.day}
        return {name: column for name, column in found.items() if column is not None}

    def side(self, groups: ir.Table) -> Any:
        if self.clock is None:
            return groups.value
        return DateSide(groups.value, groups.day if self.day is not None else groups.value.date(), self.clock)

    def compared(self, groups: ir.Table, row: Operator, kind: str, args: tuple) -> ir.BooleanValue:
        """The test of the aggregate; amounts are compared as decimals wide enough for both sides."""
        if kind != "money":
            return row.test(self.side(groups), args)
        wide = dt.Decimal(38, max(3, *(_scale(arg) for arg in args)))
        if self.times is None:
            return row.test(groups.value.cast(wide), tuple(ibis.literal(arg, type=wide) for arg in args))
        return row.test(groups.value.cast(wide), tuple((_money(arg) * groups.times).cast(wide) for arg in args))


def _taken(measure: Measure, rows: ir.Table, moment: Moment) -> Taken:
    match measure.agg:
        case Agg.COUNT:
            return Taken(rows.count())
        case Agg.DAYS:
            return Taken(rows.day.nunique())
        case Agg.FIRST:
            return Taken(rows.time.min(), day=rows.day.min(), clock=moment.utc)
        case Agg.LAST:
            return Taken(rows.time.max(), day=rows.day.max(), clock=moment.utc)
        case Agg.DAYS_SINCE_FIRST:
            return Taken(ibis.literal(moment.day).delta(rows.day.min(), unit="day"))
        case Agg.DAYS_SINCE_LAST:
            return Taken(ibis.literal(moment.day).delta(rows.day.max(), unit="day"))
        case Agg.SUM | Agg.AVG | Agg.MIN | Agg.MAX | Agg.MEDIAN | Agg.P90 | Agg.DISTINCT:
            return _taken_of(measure, rows)
        case _:
            assert_never(measure.agg)


def _taken_of(measure: Measure, rows: ir.Table) -> Taken:
    assert measure.property is not None
    side, kind = _property_side(rows, measure.property)
    column = side.instants if isinstance(side, DateSide) else side
    money = kind == "money"
    match measure.agg:
        case Agg.SUM:
            total = column.sum()
            return Taken(total.coalesce(ibis.literal(0, type=total.type())))
        case Agg.AVG:
            return Taken(column.sum(), times=column.count().cast("int32")) if money else Taken(column.mean())
        case Agg.MEDIAN:
            # One more decimal holds the middle of two amounts exactly.
            return Taken(column.cast(dt.Decimal(20, 3)).median() if money else column.median())
        case Agg.P90:
            ranked = _nearest_rank(column.cast("float64"), 0.9)
            return Taken(ranked.cast(column.type()) if money else ranked)
        case Agg.DISTINCT:
            return Taken(column.nunique())
        case Agg.MIN | Agg.MAX:
            extreme = column.min() if measure.agg is Agg.MIN else column.max()
            return Taken(extreme, clock=_wall_clock if kind == "date" else None)
        case _:
            raise ValueError(f"{measure.agg} is not taken of a property")


def _wall_clock(local: datetime) -> datetime:
    """Dates among the properties are kept by the business's own clock."""
    return local


@ibis.udf.agg.builtin(name="quantile_disc", signature=((dt.float64, dt.float64), dt.float64))
def _nearest_rank(column, share): ...


# Columns


def _side(table: ir.Table, slug: str) -> tuple[Any, str]:
    """A column as the left side of a comparison, and its kind, which its type tells."""
    if slug not in table.columns:
        hint = N_("Did you mean %(nearest)s?") if (close := nearest(slug, table.columns)) else ""
        raise user_error(N_('There is no data for "%(name)s".'), hint, name=slug, nearest=", ".join(close))
    column = table[slug]
    kind = kind_of(column.type())
    if kind == "date":
        return DateSide(column, column.date()), kind
    if column.type().is_floating():
        return column.nullif(ibis.literal(float("nan"))), kind
    return column, kind


def _property_side(events: ir.Table, slug: str) -> tuple[Any, str]:
    if slug == "weekday":
        return events.day.day_of_week.index() + 1, "number"
    return _side(events, slug)


def kind_of(column: dt.DataType) -> str:
    """The kind kept in a column of the lake."""
    for kind, test in KINDS_BY_TYPE:
        if test(column):
            return kind
    raise ValueError(f"no kind is kept as {column}")


KINDS_BY_TYPE = (
    ("text", dt.DataType.is_string),
    ("boolean", dt.DataType.is_boolean),
    ("money", dt.DataType.is_decimal),
    ("number", dt.DataType.is_numeric),
    ("date", dt.DataType.is_timestamp),
    ("list", dt.DataType.is_array),
    ("geo", dt.DataType.is_struct),
)


def _measure_kind(measure: Measure, events: ir.Table) -> str:
    of = None if measure.property is None else _property_side(events, measure.property)[1]
    kind = measure_kind(measure.agg, of)
    if kind is None:
        raise ValueError(f"{measure.agg} cannot be taken of {measure.property}")
    return kind


def _operator(name: str, kind: str) -> Operator:
    row = operator(name, kind)
    if row is None:
        raise ValueError(f"{name} does not fit {kind}")
    return row


def _compared(side: Any, kind: str, test: Test, moment: Moment) -> ir.BooleanValue:
    row = _operator(test.op, kind)
    args = arguments(row, kind, test, moment)
    wanted = row.kind_of_value(kind)
    if wanted == "money":
        args = tuple(_money(arg) for arg in args)
    elif wanted == "text" and not row.is_pattern:
        args = tuple(ibis.literal(arg) for arg in args)
    return row.test(side, args)


def _money(value: Decimal) -> ir.DecimalScalar:
    """A decimal literal of exactly the digits it needs; Ibis would round to three places."""
    scale = _scale(value)
    return ibis.literal(value, type=dt.Decimal(16 + scale, scale))


def _scale(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(2, -exponent if isinstance(exponent, int) else 0)

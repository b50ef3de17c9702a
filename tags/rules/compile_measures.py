"""A measure → aggregates of each customer's matching events."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from cdp.errors import N_, user_error

from .compile_columns import money_literal, property_side, scale_of, where_holds
from .compile_events import matching
from .nodes import Agg, Measure
from .operators import Operator
from .queries import Tables
from .sides import DateSide
from .value_kinds import measure_kind
from .windows import Moment

ZERO_WITHOUT_EVENTS = frozenset({Agg.COUNT, Agg.DAYS, Agg.SUM, Agg.DISTINCT})


@dataclass(frozen=True)
class Taken:
    """A measure as aggregates of a group: its `value`, and what some measures need beside it.

    With `times` the measure is value / times (averages, shares): comparing the parts stays exact. `clock`
    and `day` belong to dates.
    """

    value: Any
    times: Any = None
    day: Any = None
    clock: Callable[[datetime], datetime] | None = None

    @property
    def columns(self) -> dict[str, Any]:
        found = {"value": self.value, "times": self.times, "day": self.day}
        return {name: column for name, column in found.items() if column is not None}

    def days(self, groups: ir.Table) -> Any:
        """The business day of a date."""
        return groups.day if self.day is not None else groups.value.date()

    def side(self, groups: ir.Table) -> Any:
        if self.clock is not None:
            return DateSide(groups.value, self.days(groups), self.clock)
        return groups.value if self.times is None else groups.value / groups.times

    def compared(self, groups: ir.Table, row: Operator, kind: str, args: tuple) -> ir.BooleanValue:
        """The test of the aggregate; amounts are compared as decimals wide enough for both sides."""
        if kind != "money":
            return row.test(self.side(groups), args)
        wide = dt.Decimal(38, max(3, *(scale_of(arg) for arg in args)))
        if self.times is None:
            return row.test(groups.value.cast(wide), tuple(ibis.literal(arg, type=wide) for arg in args))
        limits = tuple((money_literal(arg) * groups.times).cast(wide) for arg in args)
        return row.test(groups.value.cast(wide), limits)


def compile_measure(measure: Measure, tables: Tables, moment: Moment) -> ir.Table:
    """Two columns, customer_id and value, for the customers with matching events that have a value."""
    groups, taken = grouped(measure, tables.events, moment)
    if taken.clock is not None:
        raise user_error(
            N_('"%(name)s" is a date, and a measure is a number.'),
            N_("Take the days since then instead."),
            name=measure.agg.value,
        )
    number = groups.value.cast("float64")
    value = number if taken.times is None else number / groups.times
    return groups.filter(groups.value.notnull()).select("customer_id", value=value)


def grouped(measure: Measure, events: ir.Table, moment: Moment) -> tuple[ir.Table, Taken]:
    """The aggregates of every customer with matching events, and how to read them."""
    rows = matching(among(measure), events, moment)
    taken = _taken(measure, rows, moment)
    return rows.group_by("customer_id").aggregate(**taken.columns), taken


def among(measure: Measure) -> Measure:
    """A share is taken among the events its `where` does not filter."""
    return replace(measure, where=None) if measure.agg is Agg.SHARE else measure


def kind_of_measure(measure: Measure, events: ir.Table) -> str:
    of = None if measure.property is None else property_side(events, measure.property)[1]
    kind = measure_kind(measure.agg, of)
    if kind is None:
        raise ValueError(f"{measure.agg} cannot be taken of {measure.property}")
    return kind


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
        case Agg.SHARE:
            if measure.where is None:
                raise ValueError("a share needs a filter")
            inside = rows.customer_id.count(where=where_holds(measure.where, rows, moment))
            return Taken(inside, times=rows.count())
        case Agg.SUM | Agg.AVG | Agg.MIN | Agg.MAX | Agg.MEDIAN | Agg.P90 | Agg.DISTINCT:
            return _taken_of(measure, rows)
        case _:
            assert_never(measure.agg)


def _taken_of(measure: Measure, rows: ir.Table) -> Taken:
    assert measure.property is not None
    side, kind = property_side(rows, measure.property)
    column = side.instants if isinstance(side, DateSide) else side
    money = kind == "money"
    match measure.agg:
        case Agg.SUM:
            total = column.sum()
            return Taken(total.coalesce(ibis.literal(0, type=total.type())))
        case Agg.AVG:
            return Taken(column.sum(), times=column.count().cast("int32"))
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

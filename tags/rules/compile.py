"""One leaf → one small Ibis expression over the unbound `events` and `profiles` tables.

A leaf that customers without any matching event satisfy (`count < 3`) compiles to its opposite and a
`complement` flag: the customers are those of the universe whom the query does not find.
"""

from typing import TypeAlias, assert_never

import ibis

from .compile_columns import column_side, compared, operator_of
from .compile_events import matching, scope_of
from .compile_measures import ZERO_WITHOUT_EVENTS, among, compile_measure, grouped, kind_of_measure
from .compile_own import compile_own
from .compile_patterns import compile_first, compile_regular, compile_resumed, compile_stopped
from .compile_sequence import compile_sequence
from .nodes import (
    Agg,
    Attribute,
    AttributeOf,
    Event,
    First,
    Measure,
    MeasureOf,
    Pattern,
    Regular,
    Resumed,
    Sequence,
    Stopped,
    Test,
)
from .operators import Operator
from .queries import Query, Scope, Tables
from .values import arguments
from .windows import Moment

__all__ = ["Compiled", "Query", "Scope", "Tables", "compile_leaf", "compile_measure"]

Compiled: TypeAlias = Attribute | Event | Pattern


def compile_leaf(leaf: Compiled, tables: Tables, moment: Moment) -> Query:
    match leaf:
        case Attribute(_, Test(_, AttributeOf() | MeasureOf())) | Event(_, Test(_, AttributeOf() | MeasureOf())):
            return compile_own(leaf, tables, moment)
        case Attribute(slug, test):
            side, kind = column_side(tables.profiles, slug)
            return Query(tables.profiles.filter(compared(side, kind, test, moment)).select("customer_id"))
        case Event(measure, test):
            return _event(measure, test, tables, moment)
        case Sequence():
            return compile_sequence(leaf, tables.events, moment)
        case Regular():
            return compile_regular(leaf, tables.events, moment)
        case First():
            return compile_first(leaf, tables.events, moment)
        case Stopped():
            return compile_stopped(leaf, tables.events, moment)
        case Resumed():
            return compile_resumed(leaf, tables.events, moment)
        case _:
            assert_never(leaf)


def _event(measure: Measure, test: Test, tables: Tables, moment: Moment) -> Query:
    scope = scope_of(measure, moment)
    kind = kind_of_measure(measure, tables.events)
    row = operator_of(test.op, kind)
    args = arguments(row, kind, test, moment)
    nothing = _holds_for_nothing(measure, row, args)
    rows = matching(among(measure), tables.events, moment)
    if row.presence is not None and measure.agg in ZERO_WITHOUT_EVENTS:
        return Query(rows.filter(ibis.literal(False)).select("customer_id"), nothing, scope)
    if row.presence is None and _means_any(measure, row, args):
        return Query(rows.select("customer_id").distinct(), nothing, scope)
    groups, taken = grouped(measure, tables.events, moment)
    if row.presence is not None:
        condition = taken.side(groups).notnull()
    else:
        condition = taken.compared(groups, row, kind, args)
    chosen = groups.filter(~condition if nothing and row.presence is None else condition)
    return Query(chosen.select("customer_id"), nothing, scope)


def _holds_for_nothing(measure: Measure, row: Operator, args: tuple) -> bool:
    """Whether a customer without any matching event satisfies the test."""
    if measure.agg not in ZERO_WITHOUT_EVENTS:
        return row.presence is False
    return row.presence if row.presence is not None else bool(row.test(0, args))


def _means_any(measure: Measure, row: Operator, args: tuple) -> bool:
    """Whether counting asks only if there was any event, which needs no grouping."""
    return measure.agg in (Agg.COUNT, Agg.DAYS) and (row.name, args[0]) in ANY_TESTS


ANY_TESTS = ((">=", 1), (">", 0), ("!=", 0), ("=", 0), ("<", 1), ("<=", 0))

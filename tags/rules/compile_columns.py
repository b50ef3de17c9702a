"""Columns as the left side of a comparison, and a filter of events as one condition."""

from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from cdp.errors import N_, user_error

from .nodes import All, AnyOf, Node, Not, Property, Test
from .operators import Operator, operator
from .reading import nearest
from .sides import DateSide
from .values import arguments
from .windows import Moment


def where_holds(node: Node, events: ir.Table, moment: Moment) -> ir.BooleanValue:
    """Missing comparisons may stay null as long as nothing negates them: a filter drops null."""
    match node:
        case All(items):
            return reduce(and_, (where_holds(item, events, moment) for item in items))
        case AnyOf(items):
            return reduce(or_, (where_holds(item, events, moment) for item in items))
        case Not(item):
            return ~where_holds(item, events, moment).coalesce(False)
        case Property(slug, test):
            side, kind = property_side(events, slug)
            return compared(side, kind, test, moment)
        case _:
            raise ValueError("only properties stand in where")


def column_side(table: ir.Table, slug: str) -> tuple[Any, str]:
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


def property_side(events: ir.Table, slug: str) -> tuple[Any, str]:
    if slug == "weekday":
        return events.day.day_of_week.index() + 1, "number"
    return column_side(events, slug)


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


def operator_of(name: str, kind: str) -> Operator:
    row = operator(name, kind)
    if row is None:
        raise ValueError(f"{name} does not fit {kind}")
    return row


def compared(side: Any, kind: str, test: Test, moment: Moment) -> ir.BooleanValue:
    row = operator_of(test.op, kind)
    args = arguments(row, kind, test, moment)
    wanted = row.kind_of_value(kind)
    if wanted == "money":
        args = tuple(money_literal(arg) for arg in args)
    elif wanted == "text" and not row.is_pattern:
        args = tuple(ibis.literal(arg) for arg in args)
    return row.test(side, args)


def money_literal(value: Decimal) -> ir.DecimalScalar:
    """A decimal literal of exactly the digits it needs; Ibis would round to three places."""
    scale = scale_of(value)
    return ibis.literal(value, type=dt.Decimal(16 + scale, scale))


def scale_of(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(2, -exponent if isinstance(exponent, int) else 0)

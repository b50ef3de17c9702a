"""Which events a leaf looks at: the rows, and the scope that lets the lake leave files out."""

from typing import Any

import ibis.expr.types as ir

from .compile_columns import where_holds
from .nodes import ANY_EVENT, Measure, Occurrence
from .queries import Scope
from .windows import Bounds, Moment, resolve


def what_of(measure: Measure) -> Occurrence:
    return Occurrence(measure.events, measure.where)


def scope_of(measure: Measure, moment: Moment) -> Scope:
    return scope_in(what_of(measure), resolve(measure.window, moment.as_of, moment.zone))


def scope_in(what: Occurrence, bounds: Bounds) -> Scope:
    return Scope(None if what.events == (ANY_EVENT,) else what.events, bounds.start_utc, bounds.end_utc)


def matching(measure: Measure, events: ir.Table, moment: Moment) -> ir.Table:
    """The events a measure is taken over."""
    return rows_in(what_of(measure), resolve(measure.window, moment.as_of, moment.zone), events, moment)


def rows_in(what: Occurrence, bounds: Bounds, events: ir.Table, moment: Moment) -> ir.Table:
    """The events that match within the bounds."""
    held = [] if what.where is None else [where_holds(what.where, events, moment)]
    return events.filter(*named(what.events, events), *timed(bounds, events), *held)


def named(slugs: tuple[str, ...], events: ir.Table) -> list[Any]:
    if slugs == (ANY_EVENT,):
        return []
    return [events.event == slugs[0] if len(slugs) == 1 else events.event.isin(slugs)]


def timed(bounds: Bounds, events: ir.Table) -> list[Any]:
    """`month` prunes files, `time` cuts exactly."""
    if bounds.first_month is not None and bounds.first_month == bounds.last_month:
        rows = [events.month == bounds.first_month]
    else:
        rows = [events.month <= bounds.last_month]
        if bounds.first_month is not None:
            rows.append(events.month >= bounds.first_month)
    rows.append(events.time < bounds.end_utc)
    if bounds.start_utc is not None:
        rows.append(events.time >= bounds.start_utc)
    return rows

"""First, stopped, resumed and regular behaviour: one pass over the matching events each."""

import ibis.expr.types as ir

from .compile_events import rows_in, scope_in
from .nodes import First, Regular, Resumed, Stopped, Unit
from .queries import Query
from .windows import Bounds, Moment, periods, resolve, resumed_bounds, stopped_bounds


def compile_first(node: First, events: ir.Table, moment: Moment) -> Query:
    """What comes after the window cannot be the first, so nothing of it is read."""
    window = resolve(node.window, moment.as_of, moment.zone)
    until = _joined(None, window)
    rows = rows_in(node.what, until, events, moment)
    if window.start_utc is None:
        found = rows.select("customer_id").distinct()
    else:
        groups = rows.group_by("customer_id").aggregate(first=rows.time.min())
        found = groups.filter(groups["first"] >= window.start_utc).select("customer_id")
    return Query(found, scope=scope_in(node.what, until))


def compile_stopped(node: Stopped, events: ir.Table, moment: Moment) -> Query:
    """The last one since the active stretch began lies before the silent one."""
    active, silent = stopped_bounds(node.quiet, node.after, moment)
    both = _joined(active, silent)
    rows = rows_in(node.what, both, events, moment)
    groups = rows.group_by("customer_id").aggregate(last=rows.time.max())
    found = groups.filter(groups["last"] < silent.start_utc)
    return Query(found.select("customer_id"), scope=scope_in(node.what, both))


def compile_resumed(node: Resumed, events: ir.Table, moment: Moment) -> Query:
    """The last one is in the active stretch, the last before that lies before the silent one."""
    before, silent, active = resumed_bounds(node.quiet, node.after, moment)
    ever = _joined(before, active)
    rows = rows_in(node.what, ever, events, moment)
    last = {"last": rows.time.max(), "earlier": rows.time.max(where=rows.time < active.start_utc)}
    groups = rows.group_by("customer_id").aggregate(**last)
    found = groups.filter(groups["last"] >= active.start_utc, groups.earlier < silent.start_utc)
    return Query(found.select("customer_id"), scope=scope_in(node.what, ever))


def _joined(first: Bounds | None, last: Bounds) -> Bounds:
    """From the start of the one (None: from ever) to the end of the other."""
    start, start_utc = (None, None) if first is None else (first.start, first.start_utc)
    return Bounds(start, last.end, start_utc, last.end_utc)


def compile_regular(node: Regular, events: ir.Table, moment: Moment) -> Query:
    """Events of each period, then periods of each customer."""
    all_periods = periods(node.per, node.of, moment)
    bounds = _joined(all_periods[0], all_periods[-1])
    rows = rows_in(node.what, bounds, events, moment)
    keyed = rows.select("customer_id", **PERIOD_KEYS[node.per](rows))
    if node.times == 1:
        busy = keyed.distinct()
    else:
        times = keyed.group_by(keyed.columns).aggregate(times=keyed.count())
        busy = times.filter(times.times >= node.times)
    if node.least == 1:
        found = busy.select("customer_id").distinct()
    else:
        counted = busy.group_by("customer_id").aggregate(periods=busy.count())
        found = counted.filter(counted.periods >= node.least)
    return Query(found.select("customer_id"), scope=scope_in(node.what, bounds))


# What names the period an event is in, by the business's calendar.
PERIOD_KEYS = {
    Unit.HOUR: lambda rows: {"period": rows.day, "hour": rows.hour},
    Unit.DAY: lambda rows: {"period": rows.day},
    Unit.WEEK: lambda rows: {"period": rows.day.truncate("W")},
    Unit.MONTH: lambda rows: {"period": rows.month},
    Unit.QUARTER: lambda rows: {"period": rows.day.truncate("Q")},
    Unit.YEAR: lambda rows: {"period": rows.day.truncate("Y")},
}

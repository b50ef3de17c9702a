"""Where in time an answer may turn: the moments before or after which events count.

Two answers to the same question, asked at two moments of the same events, differ only for customers who have
an event between an edge of the one and the same edge of the other.
"""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import ibis.expr.types as ir

from .compile_sequence import roles_of
from .nodes import (
    ANY_EVENT,
    Agg,
    Ago,
    Ahead,
    AttributeOf,
    Event,
    Measure,
    MeasureOf,
    Node,
    Occurrence,
    Property,
    Sequence,
    Span,
    StartOf,
    Test,
)
from .questions import numbers, question
from .windows import Bounds, Moment, resolve

Asked = Node | Measure
Events = tuple[str, ...]
Edge = tuple[Events, datetime | None]
# By what moves with the moment although no event is between.
CLOCKS = Ago | Ahead | StartOf | Span | AttributeOf
DAYS_AGO = frozenset({Agg.DAYS_SINCE_FIRST, Agg.DAYS_SINCE_LAST})
DATES = frozenset({Agg.FIRST, Agg.LAST}) | DAYS_AGO


def edges(asked: Asked, events: ir.Table, moment: Moment) -> tuple[Edge, ...] | None:
    """Each with the events it is about; None for what turns by something else too. The same question has its
    edges in the same order at any moment. A measure of days since then is one day more each day besides."""
    if any(_moves(where) for where in _wheres(asked)):
        return None
    what = numbers(asked, events, moment) if isinstance(asked, Measure) else question(asked, events, moment)
    if what is not None:
        return tuple(edge for t in what.tallies for edge in ((t.what.events, t.start), (t.what.events, t.end)))
    return _alone(asked, moment)


def _alone(asked: Asked, moment: Moment) -> tuple[Edge, ...] | None:
    """Of what is not asked by tallies."""
    match asked:
        case Measure():
            return None if asked.agg in DATES else _window(asked, moment)
        case Event(measure, Test(_op, value)):
            measures = [measure, value.measure] if isinstance(value, MeasureOf) else [measure]
            if isinstance(value, CLOCKS) or any(one.agg in DATES for one in measures):
                return None
            return tuple(edge for one in measures for edge in _window(one, moment))
        case Sequence():
            return tuple(edge for what, bounds in roles_of(asked, moment) for edge in _edges(what.events, bounds))
        case _:
            return None


def _window(measure: Measure, moment: Moment) -> tuple[Edge, ...]:
    return _edges(measure.events, resolve(measure.window, moment.as_of, moment.zone))


def _edges(events: Events, bounds: Bounds) -> tuple[Edge, ...]:
    return (events, bounds.start_utc), (events, bounds.end_utc)


def _wheres(node: Any) -> Iterable[Any]:
    """Every filter of events anywhere in a question."""
    if isinstance(node, Measure | Occurrence) and node.where is not None:
        yield node.where
    for part in _parts(node):
        yield from _wheres(part)


def _moves(where: Any) -> bool:
    return isinstance(where, CLOCKS) or _by_calendar(where) or any(map(_moves, _parts(where)))


def _by_calendar(where: Any) -> bool:
    return isinstance(where, Property) and where.test.op == "anniversary_within"


def _parts(node: Any) -> Iterable[Any]:
    if isinstance(node, tuple):
        return node
    if is_dataclass(node):
        return [getattr(node, field.name) for field in fields(node)]
    return ()


def strips(before: Iterable[Edge], after: Iterable[Edge]) -> set[tuple[Events, datetime, datetime]] | None:
    """The stretches between the same edges at two moments; None where they are not the same edges."""
    found = set()
    old, new = list(before), list(after)
    if len(old) != len(new):
        return None
    for (events, then), (same, now) in zip(old, new, strict=True):
        if events != same or (then is None) != (now is None):
            return None
        if then is not None and now is not None and then != now:
            found.add((events, min(then, now), max(then, now)))
    return found


def any_event(events: Events) -> bool:
    return events == (ANY_EVENT,)

"""Leaves about events → tallies, and what the tallies mean: the way of asking that shares scans.

Different values are tallied only over columns that are held in memory (`held_columns.py`). Whatever has no row
here (medians, sequences, a customer's own right-hand sides, …) is asked by itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any

import ibis.expr.types as ir
import numpy as np

from . import tally
from .compile import ANY_TESTS
from .compile_columns import property_side
from .compile_measures import ZERO_WITHOUT_EVENTS
from .money import SCALE, Amounts
from .nodes import (
    Agg,
    AttributeOf,
    Event,
    Ever,
    First,
    Measure,
    MeasureOf,
    Node,
    Occurrence,
    Regular,
    Resumed,
    Stopped,
    Test,
)
from .operators import Operator, operator
from .stretches import BEGINNING, DaysSide, Stretches, TimeSide, stretch
from .tally import Kind, Tallied, Tally
from .value_kinds import measure_kind
from .values import arguments
from .windows import Bounds, Moment, periods, resolve, resumed_bounds, stopped_bounds

Judge = Callable[[Sequence[Tallied]], np.ndarray]


@dataclass(frozen=True)
class Question:
    """`judge` gets what was tallied, in the order of `tallies`, and gives a boolean for every customer id."""

    tallies: tuple[Tally, ...]
    judge: Judge


def question(leaf: Node, events: ir.Table, moment: Moment) -> Question | None:
    """None for what cannot be asked this way."""
    match leaf:
        case Event(measure, test):
            return (
                None if isinstance(test.value, AttributeOf | MeasureOf) else _event(measure, test, events, moment)
            )
        case First(what, window):
            bounds = resolve(window, moment.as_of, moment.zone)
            ever = _of(resolve(Ever(), moment.as_of, moment.zone))
            return _edge_in(what, _of(bounds) & ever, ever, first=True)
        case Stopped(what, quiet, after):
            active, silent = stopped_bounds(quiet, after, moment)
            return _all_of(what, (active,), (silent,))
        case Resumed(what, quiet, after):
            earlier, silent, active = resumed_bounds(quiet, after, moment)
            return _all_of(what, (earlier, active), (silent,))
        case Regular(what, times, per, least, of):
            tallies = tuple(_tally(what, bounds, Kind.COUNT) for bounds in periods(per, of, moment))
            return Question(tallies, lambda found: np.sum([one.value >= times for one in found], axis=0) >= least)
        case _:
            return None


def _of(bounds: Bounds) -> Stretches:
    return stretch(bounds.start_utc, bounds.end_utc)


def _tally(what: Occurrence, bounds: Bounds, kind: Kind, of: str = "") -> Tally:
    return Tally(what, bounds.start_utc or BEGINNING, bounds.end_utc, kind, of)


def _all_of(what: Occurrence, some: tuple[Bounds, ...], none: tuple[Bounds, ...]) -> Question:
    tallies = tuple(_tally(what, bounds, Kind.ANY) for bounds in (*some, *none))

    def judge(found: Sequence[Tallied]) -> np.ndarray:
        return reduce(and_, (one.value if i < len(some) else ~one.value for i, one in enumerate(found)))

    return Question(tallies, judge)


# When something happened first or last, as whether anything happened in stretches of time


def _edge_in(what: Occurrence, wanted: Stretches, window: Stretches, *, first: bool) -> Question:
    """The first (or last) event of the window lies in a wanted span ⇔ one is there and none before (after)."""
    if not window.spans:
        return _nobody(what)
    low, high = window.spans[0]
    tallies: list[Tally] = []
    for start, end in wanted.spans:
        beyond = (low, start) if first else (end, high)
        tallies += [Tally(what, start, end), Tally(what, *beyond)]
    if not tallies:
        return _nobody(what)

    def judge(found: Sequence[Tallied]) -> np.ndarray:
        pairs = zip(found[::2], found[1::2], strict=True)
        return reduce(or_, (there.value & ~beyond.value for there, beyond in pairs))

    return Question(tuple(tallies), judge)


def _nobody(what: Occurrence) -> Question:
    return Question((Tally(what, BEGINNING, BEGINNING),), lambda found: found[0].value)


# Measures


def _event(measure: Measure, test: Test, events: ir.Table, moment: Moment) -> Question | None:
    of = None if measure.property is None else property_side(events, measure.property)[1]
    kind = measure_kind(measure.agg, of)
    row = None if kind is None else operator(test.op, kind)
    if kind is None or row is None or test.op == "anniversary_within":
        return None
    args = arguments(row, kind, test, moment)
    what = Occurrence(measure.events, measure.where)
    bounds = resolve(measure.window, moment.as_of, moment.zone)
    if measure.agg in EDGES:
        return _edge(measure, what, row, args, _of(bounds), moment)
    if measure.agg is Agg.SHARE:
        return _share(what, bounds, row, args)
    asked = measured(measure, of, bounds)
    return None if asked is None else Question(*_judged(measure, asked, row, args, kind))


def _share(what: Occurrence, bounds: Bounds, row: Operator, args: tuple) -> Question:
    def judge(found: Sequence[Tallied]) -> np.ndarray:
        if row.presence is not None:
            return found[1].there == row.presence
        return row.test(share(found), args) & found[1].there

    return Question(_share_tallies(what, bounds), judge)


def _share_tallies(what: Occurrence, bounds: Bounds) -> tuple[Tally, Tally]:
    every = Occurrence(what.events)
    return _tally(what, bounds, Kind.COUNT), _tally(every, bounds, Kind.COUNT)


def share(found: Sequence[Tallied]) -> np.ndarray:
    some, every = found
    return some.value / np.maximum(every.value, 1)


EDGES = {Agg.FIRST: True, Agg.DAYS_SINCE_FIRST: True, Agg.LAST: False, Agg.DAYS_SINCE_LAST: False}


def _edge(
    measure: Measure, what: Occurrence, row: Operator, args: tuple, window: Stretches, moment: Moment
) -> Question:
    first = EDGES[measure.agg]
    if row.presence is not None:
        there = _edge_in(what, window, window, first=first)
        return there if row.presence else Question(there.tallies, lambda found: ~there.judge(found))
    side: Any = TimeSide(moment.utc) if measure.agg in (Agg.FIRST, Agg.LAST) else DaysSide(moment)
    return _edge_in(what, row.test(side, args) & window, window, first=first)


def _judged(
    measure: Measure, asked: Tally, row: Operator, args: tuple, kind: str
) -> tuple[tuple[Tally, ...], Judge]:
    zero = measure.agg in ZERO_WITHOUT_EVENTS
    if row.presence is not None:
        if zero:
            return (asked,), lambda found: np.full(len(found[0].value), row.presence)
        return (asked,), lambda found: found[0].there == row.presence
    if measure.agg in (Agg.COUNT, Agg.DAYS) and (row.name, args[0]) in ANY_TESTS:
        anything = Tally(asked.what, asked.start, asked.end)
        wanted = not row.test(0, args)
        return (anything,), lambda found: found[0].value == wanted
    money = kind == "money"
    nothing = zero and bool(row.test(0, args))

    def judge(found: Sequence[Tallied]) -> np.ndarray:
        if money:
            return _spread(found[0], nothing, lambda some: row.test(_side(measure.agg, some, money), args))
        holds = row.test(_side(measure.agg, found[0], money), args)
        return holds if zero else holds & found[0].there

    return (asked,), judge


def _spread(found: Tallied, nothing: bool, test: Callable[[Tallied], np.ndarray]) -> np.ndarray:
    """A test of those who have something, the others as `nothing` says: comparing amounts takes long."""
    index = np.flatnonzero(found.there)
    holds = np.full(len(found.value), nothing)
    holds[index] = test(Tallied(found.value.take(index), found.times.take(index)))
    return holds


def _side(agg: Agg, found: Tallied, money: bool) -> Any:
    if money:
        return Amounts(found.value, found.times if agg is Agg.AVG else None)
    return average(found) if agg is Agg.AVG else found.value


def average(found: Tallied) -> np.ndarray:
    return found.value / np.maximum(found.times, 1)


def numbers(measure: Measure, events: ir.Table, moment: Moment) -> Question | None:
    """Of a measure that is a number: `judge` gives for every customer id the number, and nan for those without
    matching events (of sums and counts) or without the measure (of all others)."""
    of = None if measure.property is None else property_side(events, measure.property)[1]
    bounds = resolve(measure.window, moment.as_of, moment.zone)
    if measure.agg is Agg.SHARE:
        what = Occurrence(measure.events, measure.where)
        return Question(_share_tallies(what, bounds), lambda found: np.where(found[1].there, share(found), np.nan))
    asked = measured(measure, of, bounds)
    if asked is None:
        return None
    if measure.agg in (Agg.SUM, Agg.DISTINCT):
        anything = Tally(asked.what, asked.start, asked.end)
        return Question((asked, anything), lambda found: _number(measure.agg, found[0], of, found[1].there, moment))
    return Question((asked,), lambda found: _number(measure.agg, found[0], of, found[0].there, moment))


def _number(agg: Agg, found: Tallied, of: str | None, there: np.ndarray, moment: Moment) -> np.ndarray:
    number = found.value.astype(np.float64)
    if agg in (Agg.DAYS_SINCE_FIRST, Agg.DAYS_SINCE_LAST):
        number = moment.day.toordinal() - UNIX_DAY - number
    elif agg in KINDS and of == "money":
        number /= 10**SCALE
    if agg is Agg.AVG:
        number /= np.maximum(found.times, 1)
    return np.where(there, number, np.nan)


UNIX_DAY = date(1970, 1, 1).toordinal()


def measured(measure: Measure, of: str | None, bounds: Bounds) -> Tally | None:
    """The tally behind a measure that is a number; `of` is its property's kind."""
    what = Occurrence(measure.events, measure.where)
    match measure.agg:
        case Agg.COUNT:
            return _tally(what, bounds, Kind.COUNT)
        case Agg.DAYS:
            return _tally(what, bounds, Kind.DAYS)
        case Agg.DAYS_SINCE_FIRST:
            return _tally(what, bounds, Kind.LOW, tally.DAY)
        case Agg.DAYS_SINCE_LAST:
            return _tally(what, bounds, Kind.HIGH, tally.DAY)
        case Agg.DISTINCT if of in ("text", "number", "boolean") and measure.property:
            return _tally(what, bounds, Kind.DIFFERENT, measure.property)
        case Agg.SUM | Agg.AVG | Agg.MIN | Agg.MAX if of in ("number", "money") and measure.property:
            return _tally(what, bounds, KINDS[measure.agg], measure.property)
        case _:
            return None


KINDS = {Agg.SUM: Kind.SUM, Agg.AVG: Kind.SUM, Agg.MIN: Kind.LOW, Agg.MAX: Kind.HIGH}

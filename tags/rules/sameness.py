"""When a leaf asked twice of the same data gives the same answer, though asked at different moments."""

from collections.abc import Hashable, Iterator, Sequence

from .compile_sequence import bounds_of
from .nodes import (
    Agg,
    Ago,
    Ahead,
    Attribute,
    Event,
    Measure,
    MeasureOf,
    Node,
    Occurrence,
    Property,
    Span,
    StartOf,
    Test,
)
from .nodes import Sequence as Steps
from .parts import Part, clipped
from .questions import Question
from .stretches import BEGINNING
from .tally import Tally
from .walk import leaves, wheres_of
from .windows import Bounds, Moment, elapsed, resolve

RELATIVE = Ago | Ahead | StartOf | Span


def asked_alike(leaf: Node, what: Question | None, moment: Moment, parts: Sequence[Part]) -> Hashable:
    """Equal for askings with the same answer: windows that take in the same data are the same.

    The moment itself counts where the leaf looks at it by more than its windows.
    """
    looked = _looked(leaf, moment) if what is None else what.tallies
    if (
        looked is None
        or any(_moves(one, what) for one in _measures(leaf))
        or any(map(relative, _tests(leaf, what)))
    ):
        return leaf, moment
    return leaf, clipped(looked, parts)


def events_alike(events: Measure, moment: Moment, parts: Sequence[Part]) -> Hashable:
    """Equal for the same events on the same business day."""
    if events.where is not None and any(map(relative, tests_in(events.where))):
        return events, moment
    looked = _stretch(Occurrence(events.events, events.where), resolve(events.window, moment.as_of, moment.zone))
    return events, moment.day, clipped((looked,), parts)


def _looked(leaf: Node, moment: Moment) -> tuple[Tally, ...] | None:
    """The stretches of time a leaf that is asked by itself looks at; None for what is not known here."""
    match leaf:
        case Attribute() | Event():
            return tuple(
                _stretch(Occurrence(one.events, one.where), resolve(one.window, moment.as_of, moment.zone))
                for one in _measures(leaf)
            )
        case Steps(steps):
            return tuple(
                _stretch(steps[0].what, bounds) for bounds in bounds_of(leaf, elapsed(leaf.within), moment)
            )
        case _:
            return None


def _stretch(what: Occurrence, bounds: Bounds) -> Tally:
    return Tally(what, bounds.start_utc or BEGINNING, bounds.end_utc)


def _measures(leaf: Node) -> Iterator[Measure]:
    if isinstance(leaf, Event):
        yield leaf.measure
    if isinstance(leaf, Event | Attribute) and isinstance(leaf.test.value, MeasureOf):
        yield leaf.test.value.measure


def _moves(measure: Measure, what: Question | None) -> bool:
    """Days since something grow by themselves; tallies say from which day on that is."""
    return what is None and measure.agg in (Agg.DAYS_SINCE_FIRST, Agg.DAYS_SINCE_LAST)


def _tests(leaf: Node, what: Question | None) -> Iterator[Test]:
    """Those that are not already in what is tallied."""
    if isinstance(leaf, Attribute) or (isinstance(leaf, Event) and what is None):
        yield leaf.test
    for where in wheres_of([leaf]):
        yield from tests_in(where)


def tests_in(where: Node) -> Iterator[Test]:
    """Those of a filter of events."""
    return (one.test for one in leaves(where) if isinstance(one, Property))


def relative(test: Test) -> bool:
    """Whether what a test compares with depends on the moment."""
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    return any(isinstance(value, RELATIVE) for value in values)

"""JSON → what happened in order, regularly, for the first time, no longer, or again."""

from typing import Any

from cdp.errors import N_

from .nodes import First, Node, Regular, Resumed, Sequence, Span, Step, Stopped, Unit
from .parse_measures import read_occurrence, window_in
from .parse_windows import read_span, read_unit
from .reading import Path, Reading

MOST_STEPS = 10
MOST_PERIODS = 366
MOST_TIMES = 1_000_000


def read_sequence(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    reading.known_keys(data, ("sequence", "within", "window"), path)
    steps = _steps(reading, data["sequence"], (*path, "sequence"))
    within = _within(reading, data.get("within"), (*path, "within"))
    window = window_in(reading, data, path)
    return None if steps is None or within is None or window is None else Sequence(steps, within, window)


def _steps(reading: Reading, data: Any, path: Path) -> tuple[Step, ...] | None:
    if not isinstance(data, list) or not 2 <= len(data) <= MOST_STEPS:
        hint = N_('For example [{"event": "add_to_cart"}, {"event": "purchase", "absent": true}].')
        reading.refuse(path, N_("From two to %(most)s steps are needed, in order."), hint, most=MOST_STEPS)
        return None
    read = [_step(reading, step, (*path, i), first=i == 0) for i, step in enumerate(data)]
    steps = tuple(step for step in read if step is not None)
    return steps if len(steps) == len(read) else None


def _step(reading: Reading, data: Any, path: Path, *, first: bool) -> Step | None:
    if (data := reading.mapping(data, path)) is None:
        return None
    reading.known_keys(data, ("event", "where", "absent"), path)
    what = read_occurrence(reading, data, path)
    absent = reading.flag(data.get("absent", False), (*path, "absent"))
    if first and absent:
        hint = N_("Begin with something that happens.")
        reading.refuse((*path, "absent"), N_("The first step cannot be one that does not happen."), hint)
    return None if what is None else Step(what, absent)


def _within(reading: Reading, data: Any, path: Path) -> Span | None:
    """Counted from each event, so only units that always have the same length."""
    span = _length(reading, data, path)
    if span is not None and span.unit not in (Unit.HOUR, Unit.DAY, Unit.WEEK):
        hint = N_("Give hours, days or weeks, for example 30 days.")
        reading.refuse((*path, "unit"), N_("The time from the first step to the last has a fixed length."), hint)
        return None
    return span


def _length(reading: Reading, data: Any, path: Path) -> Span | None:
    span = read_span(reading, data, path)
    if span is not None and span.n == 0:
        reading.refuse((*path, "n"), N_("A whole number of at least 1 is needed."))
        return None
    return span


def read_regular(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    reading.known_keys(data, ("regular",), path)
    path = (*path, "regular")
    if (inner := reading.mapping(data["regular"], path)) is None:
        return None
    reading.known_keys(inner, ("event", "where", "times", "per", "in", "of"), path)
    what = read_occurrence(reading, inner, path)
    times = reading.whole(inner.get("times", 1), (*path, "times"), 1, MOST_TIMES)
    per = read_unit(reading, inner.get("per"), (*path, "per"))
    of = reading.whole(inner.get("of"), (*path, "of"), 1, MOST_PERIODS)
    least = reading.whole(inner.get("in"), (*path, "in"), 1, of or MOST_PERIODS)
    if what is None or times is None or per is None or of is None or least is None:
        return None
    return Regular(what, times, per, least, of)


def read_first(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    reading.known_keys(data, ("first",), path)
    path = (*path, "first")
    if (inner := reading.mapping(data["first"], path)) is None:
        return None
    reading.known_keys(inner, ("event", "where", "window"), path)
    what = read_occurrence(reading, inner, path)
    window = window_in(reading, inner, path)
    return None if what is None or window is None else First(what, window)


def read_stopped(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    return _turned(reading, data, "stopped", Stopped, path)


def read_resumed(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    return _turned(reading, data, "resumed", Resumed, path)


def _turned(
    reading: Reading, data: dict[str, Any], key: str, make: type[Stopped] | type[Resumed], path: Path
) -> Node | None:
    reading.known_keys(data, (key,), path)
    path = (*path, key)
    if (inner := reading.mapping(data[key], path)) is None:
        return None
    reading.known_keys(inner, ("event", "where", "quiet", "after"), path)
    what = read_occurrence(reading, inner, path)
    quiet, after = (_length(reading, inner.get(name), (*path, name)) for name in ("quiet", "after"))
    return None if what is None or quiet is None or after is None else make(what, quiet, after)

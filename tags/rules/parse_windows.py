"""JSON → windows and lengths of time."""

from datetime import date, datetime
from typing import Any

from cdp.errors import N_

from .nodes import BetweenAgo, Ever, Fixed, Last, Previous, Span, This, Unit, Window
from .reading import Path, Reading
from .values import date_read
from .windows import midnight

# About a hundred years of each.
LIMITS = {
    Unit.HOUR: 876_000,
    Unit.DAY: 36_500,
    Unit.WEEK: 5_200,
    Unit.MONTH: 1_200,
    Unit.QUARTER: 400,
    Unit.YEAR: 100,
}
WINDOW_HINT = N_('For example {"last": 30, "unit": "day"}, {"this": "month"} or "ever".')


def read_window(reading: Reading, data: Any, path: Path) -> Window | None:
    if data == "ever":
        return Ever()
    if not isinstance(data, dict):
        reading.refuse(path, N_("A window is needed here."), WINDOW_HINT)
        return None
    for key, read in WINDOWS.items():
        if key in data:
            return read(reading, data, path)
    reading.refuse(path, N_("This window is not known."), WINDOW_HINT)
    return None


def _last(reading: Reading, data: dict[str, Any], path: Path) -> Window | None:
    reading.known_keys(data, ("last", "unit", "complete"), path)
    unit = read_unit(reading, data.get("unit"), (*path, "unit"))
    complete = reading.flag(data.get("complete", False), (*path, "complete"))
    if unit is None:
        return None
    if complete and unit is Unit.HOUR:
        reading.refuse((*path, "complete"), N_("Hours roll with the clock, so there are no complete ones."))
    n = reading.whole(data["last"], (*path, "last"), 0 if unit is Unit.DAY else 1, LIMITS[unit])
    return None if n is None else Last(n, unit, complete)


def _previous(reading: Reading, data: dict[str, Any], path: Path) -> Window | None:
    reading.known_keys(data, ("previous",), path)
    unit = read_unit(reading, data["previous"], (*path, "previous"))
    return None if unit is None else Previous(unit)


def _this(reading: Reading, data: dict[str, Any], path: Path) -> Window | None:
    reading.known_keys(data, ("this",), path)
    unit = read_unit(reading, data["this"], (*path, "this"))
    return None if unit is None else This(unit)


def _fixed(reading: Reading, data: dict[str, Any], path: Path) -> Window | None:
    reading.known_keys(data, ("from", "to"), path)
    found = len(reading.problems)
    start, end = (_wall_clock(reading, data, key, path) for key in ("from", "to"))
    if start and end and start >= end:
        reading.refuse((*path, "to"), N_("The end must be later than the start."), N_("The end day is left out."))
    return Fixed(start, end) if len(reading.problems) == found else None


def _wall_clock(reading: Reading, data: dict[str, Any], key: str, path: Path) -> datetime | None:
    if key not in data:
        return None
    read = date_read(data[key]) if isinstance(data[key], str) else None
    if read is None:
        reading.refuse((*path, key), N_("A date is needed."), N_('For example "2026-06-18".'))
        return None
    return read if isinstance(read, datetime) else midnight(date(read.year, read.month, read.day))


def _between_ago(reading: Reading, data: dict[str, Any], path: Path) -> Window | None:
    reading.known_keys(data, ("between_ago", "unit"), path)
    unit = read_unit(reading, data.get("unit"), (*path, "unit"))
    pair, here = data["between_ago"], (*path, "between_ago")
    if not isinstance(pair, list) or len(pair) != 2:
        reading.refuse(here, N_("Two numbers are needed, the earlier first."), N_("For example [60, 30]."))
        return None
    if unit is None:
        return None
    far = reading.whole(pair[0], (*here, 0), 1, LIMITS[unit])
    near = reading.whole(pair[1], (*here, 1), 0, LIMITS[unit])
    if far is None or near is None:
        return None
    if far <= near:
        reading.refuse(here, N_("Two numbers are needed, the earlier first."), N_("For example [60, 30]."))
        return None
    return BetweenAgo(far, near, unit)


WINDOWS = {
    "last": _last,
    "previous": _previous,
    "this": _this,
    "from": _fixed,
    "to": _fixed,
    "between_ago": _between_ago,
}


def read_unit(reading: Reading, data: Any, path: Path) -> Unit | None:
    if isinstance(data, str) and data in Unit.__members__.values():
        return Unit(data)
    units = ", ".join(Unit)
    reading.refuse(path, N_("A unit of time is needed."), N_("One of %(units)s."), units=units)
    return None


def read_span(reading: Reading, data: Any, path: Path) -> Span | None:
    """A length such as `{"n": 30, "unit": "day"}`."""
    if not isinstance(data, dict):
        reading.refuse(path, N_("A length of time is needed."), N_('For example {"n": 30, "unit": "day"}.'))
        return None
    reading.known_keys(data, ("n", "unit"), path)
    unit = read_unit(reading, data.get("unit"), (*path, "unit"))
    if unit is None:
        return None
    n = reading.whole(data.get("n"), (*path, "n"), 0, LIMITS[unit])
    return None if n is None else Span(n, unit)

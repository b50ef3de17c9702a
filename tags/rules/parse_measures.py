"""JSON → which events, and what is measured over them."""

from typing import Any

from cdp.errors import N_

from .nodes import (
    ANY_EVENT,
    Agg,
    All,
    AttributeOf,
    Ever,
    Measure,
    MeasureOf,
    Node,
    Occurrence,
    Own,
    Property,
    Window,
)
from .parse_groups import Known, read_condition, read_items
from .parse_tests import read_test
from .parse_windows import read_window
from .reading import Path, Reading

NEEDS_PROPERTY = frozenset({Agg.SUM, Agg.AVG, Agg.MIN, Agg.MAX, Agg.MEDIAN, Agg.P90, Agg.DISTINCT})
MOST_TIMES = 1_000_000


def read_measure(reading: Reading, data: Any, path: Path) -> Measure | None:
    """A measure written in full, where it stands alone."""
    if (data := reading.mapping(data, path)) is None:
        return None
    reading.known_keys(data, ("event", "where", "agg", "property", "window"), path)
    return measure_in(reading, data, data, path, path)


def measure_in(
    reading: Reading, data: dict[str, Any], how: dict[str, Any], path: Path, how_path: Path
) -> Measure | None:
    """The measure of an object: `data` says which events and when, `how` what is taken of them."""
    found = len(reading.problems)
    what = read_occurrence(reading, data, path)
    agg = _agg(reading, how.get("agg", "count"), (*how_path, "agg"))
    prop = _agg_property(reading, agg, how, how_path)
    if agg is Agg.SHARE and data.get("where") is None:
        hint = N_("Say which of the events are counted.")
        reading.refuse((*path, "where"), N_('"%(name)s" needs a filter.'), hint, name=agg.value)
    window = window_in(reading, data, path)
    if len(reading.problems) > found or what is None or agg is None or window is None:
        return None
    return Measure(what.events, agg, prop, what.where, window)


def read_occurrence(reading: Reading, data: dict[str, Any], path: Path) -> Occurrence | None:
    """The `event` and `where` of an object."""
    found = len(reading.problems)
    events = _events(reading, data.get("event"), (*path, "event"))
    where = None
    if data.get("where") is not None:
        where = _where(reading, data["where"], (*path, "where"))
    return None if events is None or len(reading.problems) > found else Occurrence(events, where)


def window_in(reading: Reading, data: dict[str, Any], path: Path) -> Window | None:
    """The `window` of an object, which may leave it out."""
    return read_window(reading, data["window"], (*path, "window")) if "window" in data else Ever()


def _where(reading: Reading, data: Any, path: Path) -> Node | None:
    """A condition on the event's own properties; a bare list means all of them."""
    if isinstance(data, list):
        items = read_items(reading, data, path, PROPERTIES)
        return None if items is None else All(items)
    return read_condition(reading, data, path, PROPERTIES)


def _property(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    reading.known_keys(data, ("property", "op", "value"), path)
    slug = reading.slug(data["property"], (*path, "property"))
    test = read_test(reading, data, path)
    return None if slug is None or test is None else Property(slug, test)


PROPERTIES: Known = {"property": _property}


def _events(reading: Reading, data: Any, path: Path) -> tuple[str, ...] | None:
    if data == ANY_EVENT:
        return (ANY_EVENT,)
    if isinstance(data, list) and data:
        slugs = [reading.slug(item, (*path, i)) for i, item in enumerate(data)]
        if ANY_EVENT in slugs:
            reading.refuse(path, N_('"*" stands alone, not in a list.'))
        known = tuple(slug for slug in slugs if slug is not None)
        return known if len(known) == len(slugs) else None
    slug = reading.slug(data, path)
    return None if slug is None else (slug,)


def _agg(reading: Reading, data: Any, path: Path) -> Agg | None:
    if isinstance(data, str) and data in Agg.__members__.values():
        return Agg(data)
    reading.unknown(path, str(data), list(Agg), N_('There is no measure "%(name)s".'))
    return None


def _agg_property(reading: Reading, agg: Agg | None, how: dict[str, Any], path: Path) -> str | None:
    if agg is None:
        return None
    here = (*path, "property")
    if agg in NEEDS_PROPERTY:
        if "property" not in how:
            reading.refuse(here, N_('"%(name)s" needs a property.'), N_('For example "amount".'), name=agg.value)
            return None
        return reading.slug(how["property"], here)
    if how.get("property") is not None:
        reading.refuse(here, N_('"%(name)s" takes no property.'), N_("Leave the property out."), name=agg.value)
    return None


def read_own(reading: Reading, data: dict[str, Any], path: Path) -> Own | None:
    """On the right: `{"attribute": …}` or `{"measure": {…}, "times": 0.5}`."""
    if "attribute" in data:
        reading.known_keys(data, ("attribute",), path)
        slug = reading.slug(data["attribute"], (*path, "attribute"))
        return None if slug is None else AttributeOf(slug)
    reading.known_keys(data, ("measure", "times"), path)
    measure = read_measure(reading, data["measure"], (*path, "measure"))
    times = reading.number(data.get("times", 1), (*path, "times"), 0, MOST_TIMES)
    if times == 0:
        reading.refuse((*path, "times"), N_("A number above 0 is needed."), N_("For example 0.5."))
        return None
    if times is not None and round(times, 6) != times:
        reading.refuse((*path, "times"), N_("The number is too long."), N_("Give at most six decimals."))
        return None
    return None if measure is None or times is None else MeasureOf(measure, times)

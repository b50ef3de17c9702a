"""JSON → nodes. Every problem is reported at once, each with its path, its reason and a fix."""

from collections.abc import Callable
from typing import Any

from cdp.errors import N_, UserError

from .nodes import (
    ANY_EVENT,
    Agg,
    All,
    AnyOf,
    Attribute,
    Event,
    Ever,
    Measure,
    Node,
    Not,
    OnList,
    Property,
    Segment,
    Tag,
    Test,
    Window,
)
from .parse_tests import read_test
from .parse_windows import read_window
from .reading import Path, Reading

DEEPEST = 20
MOST = 500
HAPPENED = Test(">=", 1)
LATER = ("sequence", "regular", "first", "stopped", "resumed", "sample", "rank")
NEEDS_PROPERTY = frozenset({Agg.SUM, Agg.AVG, Agg.MIN, Agg.MAX, Agg.MEDIAN, Agg.P90, Agg.DISTINCT})


def parse_rule(data: Any) -> Node:
    """The rule of a JSON object. Raises `UserError` with every problem."""
    reading = Reading()
    node = read_rule_in(reading, data, ())
    if node is None or reading.problems:
        raise UserError(*reading.problems)
    return node


def read_rule_in(reading: Reading, data: Any, path: Path) -> Node | None:
    """A rule inside something else, such as a layer of a tag; it may say `"v": 1`."""
    if isinstance(data, dict) and "v" in data:
        _version(reading, data["v"], (*path, "v"))
        data = {key: value for key, value in data.items() if key != "v"}
    return _condition(reading, data, path, CONDITIONS, DEEPEST)


def _version(reading: Reading, version: Any, path: Path) -> None:
    if version != 1 or isinstance(version, bool):
        reading.refuse(path, N_("This version of the rule language is not known."), N_("Write 1."))


Read = Callable[[Reading, dict[str, Any], Path], Node | None]


def _condition(reading: Reading, data: Any, path: Path, known: dict[str, Read], depth: int) -> Node | None:
    if (data := reading.mapping(data, path)) is None:
        return None
    if depth == 0:
        reading.refuse(path, N_("The rule is nested too deeply."), N_("Make a tag or a segment of a part of it."))
        return None
    for key in ("all", "any"):
        if key in data:
            return _group(reading, data, key, path, known, depth)
    if "not" in data:
        reading.known_keys(data, ("not",), path)
        item = _condition(reading, data["not"], (*path, "not"), known, depth - 1)
        return None if item is None else Not(item)
    if not _counted(reading):
        return None
    for key, read in known.items():
        if key in data:
            return read(reading, data, path)
    _unknown_condition(reading, data, path, known)
    return None


def _counted(reading: Reading) -> bool:
    """False for what is beyond the limit of a rule or a tag; said once, and nothing of it is read."""
    reading.conditions += 1
    if reading.conditions == MOST + 1:
        hint = N_("List values in one condition, or make a tag or a segment of a part of it.")
        reading.refuse((), N_("There are more than %(most)s conditions."), hint, most=MOST)
    return reading.conditions <= MOST


def _unknown_condition(reading: Reading, data: dict[str, Any], path: Path, known: dict[str, Read]) -> None:
    kinds = ("all", "any", "not", *known)
    for key in data:
        if key in LATER and known is CONDITIONS:
            reading.refuse((*path, key), N_('Conditions of the kind "%(name)s" are not available yet.'), name=key)
            return
    for key in data:
        reading.unknown((*path, key), key, kinds, N_('"%(name)s" is not a kind of condition.'))
    if not data:
        reading.refuse(path, N_("The condition is empty."), N_("One of %(kinds)s."), kinds=", ".join(kinds))


def _group(
    reading: Reading, data: dict[str, Any], key: str, path: Path, known: dict[str, Read], depth: int
) -> Node | None:
    reading.known_keys(data, (key,), path)
    items = _items(reading, data[key], (*path, key), known, depth - 1)
    if items is None:
        return None
    return All(items) if key == "all" else AnyOf(items)


def _items(reading: Reading, items: Any, path: Path, known: dict[str, Read], depth: int) -> tuple[Node, ...] | None:
    if not isinstance(items, list) or not items:
        reading.refuse(path, N_("A group needs at least one condition."), N_("Add one, or remove the group."))
        return None
    read = [_condition(reading, item, (*path, i), known, depth) for i, item in enumerate(items)]
    nodes = tuple(node for node in read if node is not None)
    return nodes if len(nodes) == len(read) else None


def _attribute(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    reading.known_keys(data, ("attribute", "op", "value"), path)
    slug = reading.slug(data["attribute"], (*path, "attribute"))
    test = read_test(reading, data, path)
    return None if slug is None or test is None else Attribute(slug, test)


def _property(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    reading.known_keys(data, ("property", "op", "value"), path)
    slug = reading.slug(data["property"], (*path, "property"))
    test = read_test(reading, data, path)
    return None if slug is None or test is None else Property(slug, test)


def _tag(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    reading.known_keys(data, ("tag", "op", "value"), path)
    slug = reading.slug(data["tag"], (*path, "tag"))
    test = read_test(reading, data, path)
    return None if slug is None or test is None else Tag(slug, test)


def _segment(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    reading.known_keys(data, ("segment",), path)
    slug = reading.slug(data["segment"], (*path, "segment"))
    return None if slug is None else Segment(slug)


def _list(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    reading.known_keys(data, ("list",), path)
    slug = reading.slug(data["list"], (*path, "list"))
    return None if slug is None else OnList(slug)


def _event(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    """Without a measure and an operator: it happened at least once."""
    reading.known_keys(data, ("event", "where", "measure", "window", "op", "value"), path)
    how: dict[str, Any] = {}
    if "measure" in data:
        how = reading.mapping(data["measure"], (*path, "measure")) or {}
        reading.known_keys(how, ("agg", "property"), (*path, "measure"))
    measure = _measure(reading, data, how, path, (*path, "measure"))
    test: Test | None = HAPPENED
    if {"measure", "op", "value"} & data.keys():
        test = read_test(reading, data, path)
    return None if measure is None or test is None else Event(measure, test)


def read_measure(reading: Reading, data: Any, path: Path) -> Measure | None:
    """A measure written in full, where it stands alone."""
    if (data := reading.mapping(data, path)) is None:
        return None
    reading.known_keys(data, ("event", "where", "agg", "property", "window"), path)
    return _measure(reading, data, data, path, path)


def _measure(
    reading: Reading, data: dict[str, Any], how: dict[str, Any], path: Path, how_path: Path
) -> Measure | None:
    found = len(reading.problems)
    events = _events(reading, data.get("event"), (*path, "event"))
    agg = _agg(reading, how.get("agg", "count"), (*how_path, "agg"))
    prop = _agg_property(reading, agg, how, how_path)
    where = None
    if data.get("where") is not None:
        where = _where(reading, data["where"], (*path, "where"))
    window: Window | None = Ever()
    if "window" in data:
        window = read_window(reading, data["window"], (*path, "window"))
    if len(reading.problems) > found or events is None or agg is None or window is None:
        return None
    return Measure(events, agg, prop, where, window)


def _where(reading: Reading, data: Any, path: Path) -> Node | None:
    """A condition on the event's own properties; a bare list means all of them."""
    if isinstance(data, list):
        items = _items(reading, data, path, PROPERTIES, DEEPEST)
        return None if items is None else All(items)
    return _condition(reading, data, path, PROPERTIES, DEEPEST)


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
    if data == "share":
        reading.refuse(path, N_('"%(name)s" is not available yet.'), name="share")
    else:
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


# One row a kind of condition: its key in JSON and what reads it.
CONDITIONS: dict[str, Read] = {
    "attribute": _attribute,
    "event": _event,
    "tag": _tag,
    "segment": _segment,
    "list": _list,
}
PROPERTIES: dict[str, Read] = {"property": _property}

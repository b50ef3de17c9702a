"""JSON → nodes. Every problem is reported at once, each with its path, its reason and a fix."""

from decimal import Decimal
from typing import Any

from cdp.errors import N_, UserError

from .nodes import Attribute, Event, Node, OnList, Rank, Sample, Segment, Tag, Test
from .parse_groups import Known, read_condition
from .parse_measures import measure_in, read_measure, read_own
from .parse_patterns import read_first, read_regular, read_resumed, read_sequence, read_stopped
from .parse_tests import read_test
from .reading import Path, Reading

HAPPENED = Test(">=", 1)
LONGEST_SALT = 120
MOST_CUSTOMERS = 1_000_000_000
RANK_UNITS = ("customer", "percent")


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
    return read_condition(reading, data, path, CONDITIONS)


def _version(reading: Reading, version: Any, path: Path) -> None:
    if version != 1 or isinstance(version, bool):
        reading.refuse(path, N_("This version of the rule language is not known."), N_("Write 1."))


def _attribute(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    reading.known_keys(data, ("attribute", "op", "value"), path)
    slug = reading.slug(data["attribute"], (*path, "attribute"))
    test = read_test(reading, data, path, read_own)
    return None if slug is None or test is None else Attribute(slug, test)


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
    measure = measure_in(reading, data, how, path, (*path, "measure"))
    test: Test | None = HAPPENED
    if {"measure", "op", "value"} & data.keys():
        test = read_test(reading, data, path, read_own)
    return None if measure is None or test is None else Event(measure, test)


def _sample(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    reading.known_keys(data, ("sample",), path)
    path = (*path, "sample")
    if (inner := reading.mapping(data["sample"], path)) is None:
        return None
    reading.known_keys(inner, ("salt", "from", "to"), path)
    salt = reading.slug(inner.get("salt"), (*path, "salt"))
    if salt is not None and len(salt) > LONGEST_SALT:
        hint = N_("Write a text of at most %(most)s characters.")
        reading.refuse((*path, "salt"), N_("The name of the sample is too long."), hint, most=LONGEST_SALT)
    low, high = (reading.number(inner.get(key), (*path, key), 0, 1) for key in ("from", "to"))
    if low is None or high is None:
        return None
    if low >= high:
        reading.refuse((*path, "to"), N_("The end of the sample must lie above its start."), N_("Swap the two."))
        return None
    return None if salt is None else Sample(salt, low, high)


def _rank(reading: Reading, data: dict[str, Any], path: Path) -> Node | None:
    reading.known_keys(data, ("rank",), path)
    path = (*path, "rank")
    if (inner := reading.mapping(data["rank"], path)) is None:
        return None
    reading.known_keys(inner, ("measure", "top", "bottom", "unit"), path)
    measure = read_measure(reading, inner.get("measure"), (*path, "measure"))
    unit = inner.get("unit", "customer")
    if unit not in RANK_UNITS:
        reading.unknown((*path, "unit"), str(unit), RANK_UNITS, N_('Ranks are not counted in "%(name)s".'))
        return None
    ends = [key for key in ("top", "bottom") if key in inner]
    if len(ends) != 1:
        reading.refuse(path, N_("One of top and bottom is needed."), N_('For example "top": 10.'))
        return None
    n = _rank_size(reading, inner[ends[0]], unit == "percent", (*path, ends[0]))
    return None if measure is None or n is None else Rank(measure, n, unit == "percent", ends[0] == "bottom")


def _rank_size(reading: Reading, data: Any, percent: bool, path: Path) -> Decimal | None:
    """Customers are whole, percents need not be."""
    if not percent:
        n = reading.whole(data, path, 1, MOST_CUSTOMERS)
        return None if n is None else Decimal(n)
    share = reading.number(data, path, 0, 100)
    if share == 0:
        reading.refuse(path, N_("A number above 0 is needed."), N_("For example 0.5."))
        return None
    return share


# One row a kind of condition: its key in JSON and what reads it.
CONDITIONS: Known = {
    "attribute": _attribute,
    "event": _event,
    "sequence": read_sequence,
    "regular": read_regular,
    "first": read_first,
    "stopped": read_stopped,
    "resumed": read_resumed,
    "tag": _tag,
    "segment": _segment,
    "list": _list,
    "sample": _sample,
    "rank": _rank,
}

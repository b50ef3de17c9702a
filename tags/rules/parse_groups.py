"""JSON → groups of conditions, over whatever kinds of condition may stand in them."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from cdp.errors import N_

from .nodes import All, AnyOf, Node, Not
from .reading import Path, Reading

DEEPEST = 20
MOST = 500

Read: TypeAlias = Callable[[Reading, dict[str, Any], Path], Node | None]
Known: TypeAlias = Mapping[str, Read]
"""One row a kind of condition: its key in JSON and what reads it."""


def read_condition(reading: Reading, data: Any, path: Path, known: Known, depth: int = DEEPEST) -> Node | None:
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
        item = read_condition(reading, data["not"], (*path, "not"), known, depth - 1)
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


def _unknown_condition(reading: Reading, data: dict[str, Any], path: Path, known: Known) -> None:
    kinds = ("all", "any", "not", *known)
    for key in data:
        reading.unknown((*path, key), key, kinds, N_('"%(name)s" is not a kind of condition.'))
    if not data:
        reading.refuse(path, N_("The condition is empty."), N_("One of %(kinds)s."), kinds=", ".join(kinds))


def _group(reading: Reading, data: dict[str, Any], key: str, path: Path, known: Known, depth: int) -> Node | None:
    reading.known_keys(data, (key,), path)
    items = read_items(reading, data[key], (*path, key), known, depth - 1)
    if items is None:
        return None
    return All(items) if key == "all" else AnyOf(items)


def read_items(
    reading: Reading, items: Any, path: Path, known: Known, depth: int = DEEPEST
) -> tuple[Node, ...] | None:
    if not isinstance(items, list) or not items:
        reading.refuse(path, N_("A group needs at least one condition."), N_("Add one, or remove the group."))
        return None
    read = [read_condition(reading, item, (*path, i), known, depth) for i, item in enumerate(items)]
    nodes = tuple(node for node in read if node is not None)
    return nodes if len(nodes) == len(read) else None

"""Problems of a definition → the places of the form they belong to."""

from collections.abc import Iterable, Iterator
from typing import Any

from cdp.errors import Problem
from tags.rules.parse import CONDITIONS

from .read import Path, Reading


def place_of(path: Path, reading: Reading) -> str:
    """The form's path for a path in the JSON: its own, or that of the nearest part around it."""
    for length in range(len(path), -1, -1):
        if path[:length] in reading.places:
            return reading.places[path[:length]]
    return ""


def placed(problems: Iterable[Problem], reading: Reading) -> dict[str, list[Problem]]:
    """Form path → its problems. What belongs nowhere in the form is under the empty path."""
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        found.setdefault(place_of(problem.path, reading), []).append(problem)
    return found


def parts_of(reading: Reading, json: Any) -> dict[str, tuple[Path, Any]]:
    """Form path → path and JSON, of every condition and group that is finished; with its "not" where it has one."""
    found: dict[str, tuple[Path, Any]] = {}
    for path, form in sorted(reading.places.items(), key=lambda place: len(place[0])):
        unfinished = any(blank.path[: len(path)] == path for blank in reading.blanks)
        part = _part(json, path)
        if form not in found and not unfinished and isinstance(part, dict) and PARTS & part.keys():
            found[form] = (path, {key: part[key] for key in part if key != "v"})
    return found


def groups_of(reading: Reading, parts: dict[str, tuple[Path, Any]]) -> dict[str, list[str]]:
    """The groups of which all must be true → the form paths of what is in them."""
    return {
        form: [reading.places[*path, "all", number] for number in range(len(part["all"]))]
        for form, (path, part) in parts.items()
        if "all" in part
    }


# What a condition or a group begins with.
PARTS = {"all", "any", "not", *CONDITIONS}


def _part(json: Any, path: Path) -> Any:
    for step in path:
        if isinstance(json, dict):
            json = json.get(step)
        elif isinstance(json, list) and isinstance(step, int) and step < len(json):
            json = json[step]
        else:
            return None
    return json


def conditions(json: Any, path: Path = ()) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every single condition of a rule or a definition, with its path; an event with what filters it."""
    if isinstance(json, list):
        for number, item in enumerate(json):
            yield from conditions(item, (*path, number))
    elif isinstance(json, dict):
        groups = [key for key in ("all", "any", "not", "layers", "when") if key in json]
        for key in groups:
            yield from conditions(json[key], (*path, key))
        if not groups and json:
            yield path, json

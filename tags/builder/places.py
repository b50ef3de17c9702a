"""Problems of a definition → the places of the form they belong to."""

from collections.abc import Iterable, Iterator
from typing import Any

from cdp.errors import Problem

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

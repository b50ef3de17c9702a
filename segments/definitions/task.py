"""One thing a workbook comes to, and where what is wrong with it is told."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from cdp.access.viewer import Viewer
from cdp.errors import Problem
from tags.dependencies import Ref


@dataclass
class Task:
    """`places`: where a problem of its own is told: (first of its path) → sheet, row and column; "" for the rest.
    `definition`: what it would be, for the order of things built on each other."""

    ref: Ref | None
    run: Callable[[Viewer], Any]
    places: dict[str, tuple[str, int, str]]
    definition: Any = None
    layers: dict[int, tuple[str, int, str]] = field(default_factory=dict)

    def place_of(self, problem: Problem) -> tuple[tuple[str, int, str], Problem]:
        """Where it is told, and the problem with what is left of its path."""
        path = problem.path
        if len(path) > 1 and path[0] == "layers" and isinstance(path[1], int) and path[1] in self.layers:
            sheet, number, _column = self.layers[path[1]]
            column = "when" if "when" in path[2:3] else "value"
            return (sheet, number, column), replace(problem, path=path[3:])
        if path and str(path[0]) in self.places:
            return self.places[str(path[0])], replace(problem, path=path[1:])
        return self.places[""], problem

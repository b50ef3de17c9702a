"""What a definition would give now, without keeping anything: the live count of a form."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cdp.access.viewer import Viewer
from cdp.store.lake import snapshot

from . import membership
from .answers import ANSWERS, held_columns
from .kinds import KINDS, World
from .moments import moment_of
from .pictures import Picture, Seen
from .rules.definition import read_definition
from .rules.evaluate import Evaluation
from .selectors import catalog


@dataclass(frozen=True)
class Preview:
    """Customers by value and with any value, of `universe`, as of when; `seconds` it took. `picture`: the figures
    of the kind's own picture, where it was asked for."""

    values: dict[str, int]
    everyone: int
    universe: int
    as_of: datetime
    seconds: float
    picture: Any = None

    @property
    def share(self) -> float | None:
        return self.everyone / self.universe if self.universe else None


def tag_preview(
    viewer: Viewer,
    kind: str,
    definition: Mapping[str, Any],
    tag: str | None = None,
    *,
    picture: Picture | None = None,
    as_of: datetime | None = None,
) -> Preview:
    """Count exactly, over the customers the viewer may see. `UserError` with every problem.

    `tag` is the short name of the tag the definition is for, if there is one. Of a moment gone by nothing is kept.
    """
    started, moment, names = time.perf_counter(), moment_of(as_of), catalog(viewer)
    parsed = read_definition(kind, definition, names)
    with snapshot() as lake:
        universe = lake.universe()
        members, held = membership.CurrentMembers(), held_columns(lake)
        answers = ANSWERS if as_of is None else None
        evaluation = Evaluation(lake=lake, moment=moment, members=members, answers=answers, held=held)
        world, seen = World(evaluation, universe, tag), Seen(membership.scope(viewer))
        result = KINDS[kind].evaluate(parsed, world)
        figures = None if picture is None else picture.figures(parsed, result, world, seen)
    values = {value: seen.count(members) for value, members in result.values.items()}
    everyone, of = seen.count(result.everyone()), seen.count(universe)
    return Preview(values, everyone, of, moment.as_of, round(time.perf_counter() - started, 3), figures)

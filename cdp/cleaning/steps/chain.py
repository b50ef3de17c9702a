"""Steps one after another over the distinct texts of a column, counting what each of them changes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cdp.errors import Problem

from .step import Context, Step
from .texts import nothing_as_null


@dataclass(frozen=True)
class Counted:
    """How many rows a step changed and how many it refused."""

    step: str
    changed: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Chained:
    """`values` (text, null for nothing) and `problems` (by place) of the texts, and a count for every step."""

    values: pa.Array
    problems: dict[int, Problem]
    counts: tuple[Counted, ...]


def chain(steps: Sequence[Step], texts: pa.Array, rows: np.ndarray, context: Context) -> Chained:
    """`rows[n]` is in how many rows text n stands. A text that a step refuses meets no later step."""
    values = nothing_as_null(texts.cast(pa.string()))
    problems: dict[int, Problem] = {}
    counts: list[Counted] = []
    alive = np.ones(len(values), dtype=bool)
    for step in steps:
        result = step.run(values, context)
        made = nothing_as_null(result.values)
        refused = np.zeros(len(values), dtype=bool)
        refused[list(result.problems)] = True
        refused &= alive
        differs = pc.or_kleene(
            pc.fill_null(pc.not_equal(values, made), False), pc.not_equal(pc.is_null(values), pc.is_null(made))
        ).to_numpy(zero_copy_only=False)
        changed = differs & alive & ~refused
        counts.append(Counted(step.kind.name, int(rows[changed].sum()), int(rows[refused].sum())))
        problems |= {place: result.problems[place] for place in np.flatnonzero(refused).tolist()}
        alive &= ~refused
        values = pc.if_else(pa.array(alive), made, pa.scalar(None, pa.string()))
    return Chained(values, problems, tuple(counts))

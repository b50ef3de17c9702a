"""RFM: how many customers have which three scores, and how large the eight groups are."""

import json
import math
from dataclasses import dataclass

import numpy as np
from django.utils.translation import get_language

from tags.builder.board import Board
from tags.builder.parts import element_id
from tags.kinds import Result, World
from tags.kinds.binning import number_text
from tags.rules.catalog import name_in
from tags.rules.definition import Rfm
from tags.rules.definitions.rfm import GROUPS, PARTS, SCORES

from .base import Seen

# Settings of a form without limits.
PLAIN = 2
LETTERS = ("r", "f", "m")


@dataclass(frozen=True)
class Cube:
    """`counts[r - 1, f - 1, m - 1]` customers; `groups` in the order of `GROUPS`; `means` of all who were scored,
    nothing where nobody was, and which scores of each part are above. `cuts`: the limits of each part."""

    counts: np.ndarray
    groups: tuple[int, ...]
    means: tuple[float, ...]
    high: tuple[tuple[bool, ...], ...]
    cuts: dict[str, list[float]]
    nobody: int

    @property
    def size(self) -> int:
        return int(self.counts.sum())


def figures(definition: Rfm, result: Result, world: World, seen: Seen) -> Cube:
    assert result.details is not None
    scores = r, f, m = tuple(result.details[letter].to_numpy().astype(np.int64) for letter in LETTERS)
    place = (r - 1) * SCORES * SCORES + (f - 1) * SCORES + (m - 1)
    if seen.allowed is not None:
        place = place[np.isin(result.details["customer_id"].to_numpy(), np.array(seen.allowed.to_array()))]
    counts = np.bincount(place, minlength=SCORES**3).reshape(SCORES, SCORES, SCORES)
    limits = definition.limits
    cuts = result.facts.get("cuts") or (
        {part: [float(one) for one in getattr(limits, part)] for part in PARTS} if limits else {}
    )
    means = tuple(float(mean) for mean in result.facts.get("means", {}).values())
    # As a sum, for a mean that was rounded may lie on the other side of a score.
    high = tuple(tuple(n * len(score) > score.sum() for n in range(1, SCORES + 1)) for score in scores)
    groups = tuple(seen.count(members) for members in result.values.values())
    return Cube(counts, groups, means, high, dict(cuts), seen.count(world.universe - result.everyone()))


# As it is shown


@dataclass(frozen=True)
class Piece:
    """One M of a cell; `height` in percent of the fullest piece."""

    score: int
    count: int
    height: float


@dataclass(frozen=True)
class Cell:
    """`depth`: how many it has beside the fullest cell, in percent."""

    r: int
    f: int
    count: int
    depth: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Line:
    """One R: `is_high` above the mean."""

    r: int
    is_high: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    label: str
    sides: tuple[tuple[str, bool], ...]
    count: int
    share: float
    bar: int


@dataclass(frozen=True)
class Drawn:
    lines: tuple[Line, ...]
    columns: tuple[tuple[int, bool], ...]
    groups: tuple[Group, ...]
    means: tuple[tuple[str, str], ...]
    size: int
    nobody: int
    fill: str
    is_limited: bool


def drawn(found: Cube, board: Board) -> Drawn:
    flat = found.counts.sum(axis=2)
    top, piece_top = int(flat.max()) or 1, int(found.counts.max()) or 1
    lines = tuple(
        Line(r, found.high[0][r - 1], tuple(_cell(found, r, f, top, piece_top) for f in range(1, SCORES + 1)))
        for r in range(SCORES, 0, -1)
    )
    columns = tuple((f, found.high[1][f - 1]) for f in range(1, SCORES + 1))
    means = tuple((letter.upper(), number_text(mean)) for letter, mean in zip(LETTERS, found.means, strict=False))
    return Drawn(
        lines, columns, _groups(found), means, found.size, found.nobody, _fill(found), len(board.settings) > PLAIN
    )


def _cell(found: Cube, r: int, f: int, top: int, piece_top: int) -> Cell:
    counts = [int(count) for count in found.counts[r - 1, f - 1]]
    pieces = tuple(Piece(m + 1, count, round(100 * count / piece_top, 1)) for m, count in enumerate(counts))
    return Cell(r, f, sum(counts), round(100 * sum(counts) / top), pieces)


def _groups(found: Cube) -> tuple[Group, ...]:
    language, most = get_language() or "zh-hans", max(found.groups, default=0) or 1
    return tuple(
        Group(
            name_in(label.names, language, label.value),
            tuple((letter.upper(), side) for letter, side in zip(LETTERS, sides, strict=True)),
            count,
            count / found.size if found.size else 0,
            round(100 * count / most),
        )
        for (sides, label), count in zip(GROUPS.items(), found.groups, strict=True)
    )


def _fill(found: Cube) -> str:
    """Today's fifths for the fields of fixed limits, by the fields' ids, as JSON. A fifth ends at its cut, a limit
    is where the next score begins; limits rise where equal cuts do not."""
    filled = {}
    for part, cuts in found.cuts.items():
        least = -math.inf
        for place, cut in enumerate(cuts):
            least = max(math.floor(cut) + 1, least + 1)
            filled[element_id(f"rfm.{part}[]") + f"-{place}"] = least
    return json.dumps(filled)

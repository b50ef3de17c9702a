"""A preference: how many customers prefer what, and how many nothing."""

from dataclasses import dataclass

from django.utils.translation import get_language
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids
from tags.builder.board import Board
from tags.kinds import Result, World
from tags.rules.canonical import canonical_measure
from tags.rules.catalog import name_in
from tags.rules.definition import Preference

from .base import Seen

MOST_SHOWN = 30


@dataclass(frozen=True)
class Preferred:
    """`values` with names of their own, the commonest first, and how many prefer each; `some` prefer anything,
    `undecided` have events but nothing that weighs enough, `silent` have none."""

    values: tuple[tuple[str, int], ...]
    names: dict[str, dict[str, str]]
    some: int
    undecided: int
    silent: int
    several: int


def figures(definition: Preference, result: Result, world: World, seen: Seen) -> Preferred:
    everyone, members = result.everyone(), list(result.values.values())
    having = bitmap_of_ids(world.evaluation.having(canonical_measure(definition.events)).ids)
    values = tuple((value, seen.count(found)) for value, found in result.values.items())
    return Preferred(
        values,
        {label.value: dict(label.names) for label in definition.labels},
        seen.count(everyone),
        seen.count(having - everyone),
        seen.count(world.universe - having - everyone),
        seen.count(_twice(members)),
    )


def _twice(members: list[BitMap]) -> BitMap:
    """Those in more than one."""
    once, twice = BitMap(), BitMap()
    for found in members:
        twice |= once & found
        once |= found
    return twice


@dataclass(frozen=True)
class Line:
    label: str
    count: int
    share: float
    bar: int


@dataclass(frozen=True)
class Drawn:
    """`more` values are not shown."""

    lines: tuple[Line, ...]
    more: int
    some: int
    undecided: int
    silent: int
    several: int
    size: int


def drawn(found: Preferred, board: Board) -> Drawn:
    size = found.some + found.undecided + found.silent
    most = max((count for _value, count in found.values), default=0) or 1
    lines = tuple(
        Line(_named(found, board, value), count, count / size if size else 0, round(100 * count / most))
        for value, count in found.values[:MOST_SHOWN]
    )
    more = max(len(found.values) - MOST_SHOWN, 0)
    return Drawn(lines, more, found.some, found.undecided, found.silent, found.several, size)


def _named(found: Preferred, board: Board, value: str) -> str:
    own = name_in(found.names.get(value, {}), get_language() or "zh-hans", value)
    return board.value_names.get(value, own)

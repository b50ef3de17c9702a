"""Layers: whom each rule fits by itself, who gets the value, and whom an earlier value has taken already."""

from dataclasses import dataclass

from pyroaring import BitMap

from tags.builder.board import Board, Value
from tags.kinds import Result, World
from tags.rules.definition import Labels

from .base import Seen


@dataclass(frozen=True)
class Shade:
    """`fits` its rule, `gets` the value. `taken`: of those who fit, how many each earlier layer has; where every
    value that fits counts, nobody is taken and `also` have another value as well."""

    fits: int
    gets: int
    taken: tuple[int, ...] = ()
    also: int = 0


@dataclass(frozen=True)
class Layers:
    """`nothing`: those whom no layer fits."""

    shades: tuple[Shade, ...]
    nothing: int
    multiple: bool


def figures(definition: Labels, result: Result, world: World, seen: Seen) -> Layers:
    """Set algebra over what the evaluation has asked already."""
    fits = [seen.cut(world.evaluation.of(layer.when)) for layer in definition.layers]
    gets = [seen.cut(result.values[layer.label.value]) for layer in definition.layers]
    nothing = seen.count(world.universe - BitMap.union(*fits))
    if definition.multiple:
        shades = [Shade(len(fit), len(fit), also=_also(fits, place)) for place, fit in enumerate(fits)]
    else:
        shades = [
            Shade(len(fit), len(got), tuple(fit.intersection_cardinality(before) for before in gets[:place]))
            for place, (fit, got) in enumerate(zip(fits, gets, strict=True))
        ]
    return Layers(tuple(shades), nothing, definition.multiple)


def _also(fits: list[BitMap], place: int) -> int:
    others = BitMap.union(BitMap(), *fits[:place], *fits[place + 1 :])
    return fits[place].intersection_cardinality(others)


@dataclass(frozen=True)
class Taken:
    label: str
    count: int


@dataclass(frozen=True)
class Bar:
    """One layer as it is shown; `own` and `lost` are lengths in percent of the longest."""

    id: str
    fits: int
    gets: int
    taken: tuple[Taken, ...]
    lost_count: int
    also: int
    own: float
    lost: float

    @property
    def is_empty(self) -> bool:
        """Everybody who fits has an earlier value, so nobody gets this one."""
        return bool(self.fits) and not self.gets


@dataclass(frozen=True)
class Drawn:
    bars: tuple[Bar, ...]
    nothing: int
    multiple: bool


def drawn(found: Layers, board: Board) -> Drawn:
    longest = max((shade.fits for shade in found.shades), default=0) or 1
    bars = [_bar(shade, value, board, longest) for shade, value in zip(found.shades, board.layers, strict=True)]
    return Drawn(tuple(bars), found.nothing, found.multiple)


def _bar(shade: Shade, value: Value, board: Board, longest: int) -> Bar:
    taken = tuple(
        Taken(before.shown, count) for before, count in zip(board.layers, shade.taken, strict=False) if count
    )
    lost = shade.fits - shade.gets
    own, gone = (round(100 * part / longest, 2) for part in (shade.gets, lost))
    return Bar(value.id, shade.fits, shade.gets, taken, lost, shade.also, own, gone)

"""A measure: how its numbers are spread over the customers, and where bins may be cut.

Numbers that lie far above nearly all others would squeeze the rest, so they share a bar of their own at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tags.builder.board import Board
from tags.kinds import Result, World
from tags.kinds.binning import number_text
from tags.rules.definition import Bins, MeasureTag

from .base import Seen
from .steps import nice_step, rounded, whole_only

BARS = 60
# What is above this share of all numbers is a tail, where the highest is so many times as far away.
NEARLY_ALL, FAR = 0.99, 1.5
# A bar more than so many times as high as the next one is cut off.
TALL = 3
FEWEST_PARTS = 2


@dataclass(frozen=True)
class Spread:
    """`counts` are of equal steps from `low` to `high`, each including where it begins, the last also `high`;
    `above` are beyond that, up to `most`. `cuts` are the limits in force; `bins` are how many
    customers each bin has, `ordered` all the numbers."""

    low: float
    high: float
    most: float
    counts: tuple[int, ...]
    above: int
    step: float
    cuts: tuple[float, ...]
    bins: tuple[int, ...]
    ordered: np.ndarray

    @property
    def size(self) -> int:
        return len(self.ordered)


def figures(definition: MeasureTag, result: Result, world: World, seen: Seen) -> Spread | None:
    """None where nobody has a number."""
    assert result.numbers is not None
    numbers = result.numbers["value"].to_numpy()
    if seen.allowed is not None:
        numbers = numbers[np.isin(result.numbers["customer_id"].to_numpy(), np.array(seen.allowed.to_array()))]
    if not len(numbers):
        return None
    ordered = np.sort(numbers)
    cuts = [float(one) for one in definition.bins.thresholds] if isinstance(definition.bins, Bins) else []
    return spread(ordered, cuts)


def spread(ordered: np.ndarray, cuts: Sequence[float]) -> Spread:
    low, most = float(ordered[0]), float(ordered[-1])
    nearly = float(ordered[int(NEARLY_ALL * (len(ordered) - 1))])
    high = nearly if most - low > FAR * (nearly - low) > 0 else most
    width = nice_step((high - low) / BARS, whole=whole_only(ordered)) if high > low else 1.0
    start = np.floor(low / width) * width
    number = int(np.floor((high - start) / width)) + 1
    edges = start + width * np.arange(number + 1)
    places = np.searchsorted(ordered, edges, side="left")
    bins = np.diff([0, *np.searchsorted(ordered, cuts, side="left"), len(ordered)])
    return Spread(
        float(edges[0]),
        float(edges[-1]),
        most,
        tuple(np.diff(places).tolist()),
        int(len(ordered) - places[-1]),
        nice_step(width / 5, whole=whole_only(ordered)),
        tuple(cuts),
        tuple(bins.tolist()),
        ordered,
    )


def equal_cuts(ordered: np.ndarray, parts: int) -> list[float]:
    """Limits with about as many customers below each as they can have: equal numbers stay together."""
    found: list[float] = []
    for part in range(1, parts):
        number = float(ordered[part * len(ordered) // parts])
        least = found[-1] if found else float(ordered[0])
        if number <= least:
            place = int(np.searchsorted(ordered, least, side="right"))
            if place == len(ordered):
                break
            number = float(ordered[place])
        found.append(number)
    return found


def round_cuts(ordered: np.ndarray, parts: int) -> list[float]:
    """The same at the nearest numbers that people would choose."""
    found: list[float] = []
    for number in equal_cuts(ordered, parts):
        nearest = (rounded(number, digits) for digits in range(1, 7))
        found.append(next((one for one in nearest if one > (found[-1] if found else float(ordered[0]))), number))
    return found


# As it is shown


@dataclass(frozen=True)
class Bar:
    """In percent of the picture's width and height; `bin` is the number of the bin it begins in, from 1."""

    x: float
    width: float
    height: float
    count: int
    low: str
    high: str
    bin: int
    is_cut: bool = False
    is_tail: bool = False

    @property
    def top(self) -> float:
        return round(100 - self.height, 2)


@dataclass(frozen=True)
class Stretch:
    """A bin's part of the width."""

    label: str
    count: int
    share: float
    x: float
    width: float
    colour: int


@dataclass(frozen=True)
class Drawn:
    """`scale` is how far the axis reaches before the tail, which takes the rest of the width."""

    bars: tuple[Bar, ...]
    stretches: tuple[Stretch, ...]
    low: float
    high: float
    most: str
    step: float
    scale: float
    above: int
    tall: Bar | None
    ticks: tuple[tuple[float, str], ...]
    equal: str
    round: str
    size: int


TAIL = 4.0
COLOURS = 8


def drawn(found: Spread | None, board: Board) -> Drawn | None:
    if found is None:
        return None
    scale = 100 - TAIL if found.above else 100.0
    bars, tall = _bars(found, scale)
    parts = max(len(board.bins), FEWEST_PARTS)
    ticks = [(found.low + (found.high - found.low) * part / 4) for part in range(5)]
    return Drawn(
        tuple(bars),
        _stretches(found, board, scale),
        found.low,
        found.high,
        number_text(found.most),
        found.step,
        scale,
        found.above,
        tall,
        tuple((round(scale * part / 4, 2), number_text(round(tick, 4))) for part, tick in enumerate(ticks)),
        _said(equal_cuts(found.ordered, parts)),
        _said(round_cuts(found.ordered, parts)),
        found.size,
    )


def _said(cuts: Sequence[float]) -> str:
    return " ".join(f"{cut:.6f}".rstrip("0").rstrip(".") for cut in cuts)


def _bars(found: Spread, scale: float) -> tuple[list[Bar], Bar | None]:
    counts = [*found.counts, *([found.above] if found.above else [])]
    first, second = sorted([*counts, 0], reverse=True)[:2]
    top = second if second and first > TALL * second else first
    step = (found.high - found.low) / len(found.counts)
    bars = []
    for place, count in enumerate(counts):
        is_tail = place == len(found.counts)
        x = scale if is_tail else scale * place / len(found.counts)
        width = TAIL if is_tail else scale / len(found.counts)
        low = found.low + step * place
        ends = (
            number_text(round(low, 6)),
            number_text(found.most) if is_tail else number_text(round(low + step, 6)),
        )
        number = 1 + int(np.searchsorted(found.cuts, low, side="right"))
        height = round(min(100.0, 100 * count / (top or 1)), 2)
        bars.append(
            Bar(round(x, 3), round(width, 3), height, count, *ends, min(number, COLOURS), count > top, is_tail)
        )
    return bars, next((bar for bar in bars if bar.is_cut), None)


def place_of(number: float, low: float, high: float, scale: float) -> float:
    """Where on the picture a number is, in percent; what is beyond the axis stands at its ends."""
    return round(scale * min(max((number - low) / (high - low), 0), 1), 3)


def _stretches(found: Spread, board: Board, scale: float) -> tuple[Stretch, ...]:
    if not found.cuts or len(board.bins) != len(found.bins):
        return ()
    edges = [0.0, *(place_of(cut, found.low, found.high, scale) for cut in found.cuts), 100.0]
    return tuple(
        Stretch(
            value.shown,
            count,
            count / found.size,
            edges[place],
            round(edges[place + 1] - edges[place], 3),
            min(place + 1, COLOURS),
        )
        for place, (value, count) in enumerate(zip(board.bins, found.bins, strict=True))
    )

"""History as shapes of an SVG: a level with its jumps, what came and went, shares of values, quartiles. Pure.

Every shape stands in a box `WIDTH` wide and `HEIGHT` high; time runs from left to right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

WIDTH, HEIGHT, EDGE = 600.0, 120.0, 4.0
BOX = f"0 0 {WIDTH:g} {HEIGHT:g}"
# As many colours as the house has (`quanxi.css`: --q-series-1 …); more values than that share the last.
COLOURS = 8


@dataclass(frozen=True)
class Spot:
    """A narrow column that says what was at one moment when it is pointed at."""

    x: float
    width: float
    at: datetime
    figures: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Level:
    """`line` and `area` are point lists; `marks` the places where it jumped; `low` and `high` its range."""

    line: str
    area: str
    marks: tuple[float, ...]
    low: float
    high: float
    spots: tuple[Spot, ...]
    box: str = BOX


@dataclass(frozen=True)
class Bar:
    """`up` for what came, else for what went."""

    x: float
    y: float
    width: float
    height: float
    up: bool


@dataclass(frozen=True)
class Flow:
    bars: tuple[Bar, ...]
    middle: float
    most: int
    spots: tuple[Spot, ...]
    box: str = BOX


@dataclass(frozen=True)
class Band:
    label: str
    colour: int
    points: str


@dataclass(frozen=True)
class Bands:
    """`filled`: shares of a whole, stacked; else lines of their own between `low` and `high`."""

    bands: tuple[Band, ...]
    filled: bool
    low: float
    high: float
    spots: tuple[Spot, ...]
    box: str = BOX


def level(moments: Sequence[datetime], values: Sequence[float], jumped: Sequence[bool]) -> Level:
    places = _places(moments)
    low, high = min(values), max(values)
    line = _line(places, values, low, high)
    marks = tuple(x for x, jump in zip(places, jumped, strict=True) if jump)
    spots = _spots(places, moments, [(("", value),) for value in values])
    return Level(line, f"{places[0]:g},{HEIGHT:g} {line} {places[-1]:g},{HEIGHT:g}", marks, low, high, spots)


def flow(moments: Sequence[datetime], came: Sequence[int], went: Sequence[int]) -> Flow | None:
    """Side by side, however far apart in time; None when nobody ever came or went."""
    most = max([*came, *went], default=0)
    if not most:
        return None
    step = (WIDTH - 2 * EDGE) / len(moments)
    width, middle = min(0.7 * step, 24.0), HEIGHT / 2
    bars, places = [], []
    for place, (up, down) in enumerate(zip(came, went, strict=True)):
        x = EDGE + step * (place + 0.5) - width / 2
        reach = (middle - EDGE) / most
        bars.append(Bar(round(x, 1), round(middle - up * reach, 1), round(width, 1), round(up * reach, 1), True))
        bars.append(Bar(round(x, 1), middle, round(width, 1), round(down * reach, 1), False))
        places.append(x + width / 2)
    figures = [(("+", up), ("−", down)) for up, down in zip(came, went, strict=True)]
    return Flow(tuple(bars), middle, most, _spots(places, moments, figures))


def bands(moments: Sequence[datetime], rows: Mapping[str, Sequence[int]]) -> Bands:
    """Each row's share of the sum of all, at each moment, one upon the other."""
    places = _places(moments)
    totals = [sum(column) or 1 for column in zip(*rows.values(), strict=True)]
    floor = [0.0] * len(places)
    found = []
    for number, (label, counts) in enumerate(rows.items()):
        top = [low + count / total for low, count, total in zip(floor, counts, totals, strict=True)]
        upper = _line(places, top, 0, 1, edge=0)
        lower = _line(places[::-1], floor[::-1], 0, 1, edge=0)
        found.append(Band(label, min(number + 1, COLOURS), f"{upper} {lower}"))
        floor = top
    figures = [
        tuple((label, counts[place] / totals[place]) for label, counts in rows.items())
        for place in range(len(places))
    ]
    return Bands(tuple(found), True, 0, 1, _spots(places, moments, figures))


def lines(moments: Sequence[datetime], rows: Mapping[str, Sequence[float]]) -> Bands:
    """Each row as a line of its own, on one scale."""
    places = _places(moments)
    low = min(min(values) for values in rows.values())
    high = max(max(values) for values in rows.values())
    found = tuple(
        Band(label, min(number + 1, COLOURS), _line(places, values, low, high))
        for number, (label, values) in enumerate(rows.items())
    )
    figures = [tuple((label, values[place]) for label, values in rows.items()) for place in range(len(places))]
    return Bands(found, False, low, high, _spots(places, moments, figures))


def _places(moments: Sequence[datetime]) -> list[float]:
    first, last = moments[0].timestamp(), moments[-1].timestamp()
    span = (last - first) or 1
    return [round(EDGE + (WIDTH - 2 * EDGE) * (at.timestamp() - first) / span, 1) for at in moments]


def _line(places: Sequence[float], values: Sequence[float], low: float, high: float, *, edge: float = EDGE) -> str:
    """A value that never changes runs through the middle."""
    reach = HEIGHT - 2 * edge
    heights = [(value - low) / (high - low) if high > low else 0.5 for value in values]
    return " ".join(f"{x:g},{HEIGHT - edge - reach * up:.1f}" for x, up in zip(places, heights, strict=True))


def _spots(
    places: Sequence[float], moments: Sequence[datetime], figures: Sequence[tuple[tuple[str, float], ...]]
) -> tuple[Spot, ...]:
    """Columns that meet half-way between neighbours."""
    borders = [0.0, *((a + b) / 2 for a, b in pairwise(places)), WIDTH]
    return tuple(
        Spot(round(left, 1), round(right - left, 1), at, said)
        for (left, right), at, said in zip(pairwise(borders), moments, figures, strict=True)
    )

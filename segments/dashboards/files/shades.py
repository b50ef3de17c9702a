"""Colours of cells by their number, those of the charts on a page."""

from itertools import pairwise
from math import log2

from ..behind import Row
from ..figures.house import DIVERGING, SEQUENTIAL
from ..figures.tiles import REACH

RGB = tuple[int, int, int]


def shade_of_share(share: float | None, most: float) -> RGB | None:
    """None of what is not shown."""
    return None if share is None else _between(SEQUENTIAL, share / most if most else 0)


def shade_of_score(score: object) -> RGB | None:
    """Of an average score from 1 to 5; None of what is not shown."""
    return _between(SEQUENTIAL, (score - 1) / 4) if isinstance(score, float) else None


def shade_of_index(row: Row | None) -> RGB | None:
    """Two doublings either way of 100; None where there are too few to say."""
    if row is None or row.tgi is None:
        return None
    doublings = log2(row.tgi / 100) if row.tgi > 0 else -REACH
    return shade_of_doublings(doublings)


def shade_of_doublings(doublings: float) -> RGB:
    return _between(DIVERGING, (max(-REACH, min(REACH, doublings)) + REACH) / (2 * REACH))


def is_dark(shade: RGB) -> bool:
    red, green, blue = shade
    return 0.299 * red + 0.587 * green + 0.114 * blue < 140


def _between(scale: tuple[tuple[float, str], ...], place: float) -> RGB:
    place = max(0.0, min(1.0, place))
    for (low, first), (high, second) in pairwise(scale):
        if place <= high:
            part = (place - low) / (high - low)
            red, green, blue = (round(a + part * (b - a)) for a, b in zip(_rgb(first), _rgb(second), strict=True))
            return red, green, blue
    return _rgb(scale[-1][1])


def _rgb(text: str) -> RGB:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)

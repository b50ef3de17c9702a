"""How unevenly spend lies on buyers: a few with most of it, or all alike. Pure.

The curve is that of Lorenz (1905), read from the largest buyer down, so that it says what the top tenth holds.
Gini's coefficient is the mean absolute difference of two buyers over twice the mean: 0 for all alike, near 1 for
one with all. Standard errors by linearisation: what one buyer more adds to a figure (Beach and Davidson 1983 for
shares).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from .evidence import Interval, Z

Floats = npt.NDArray[np.float64]
# The curve is drawn in so many steps, fewer where a step would be of fewer buyers than may be shown.
STEPS = 20
TOPS = (0.1, 0.2)


@dataclass(frozen=True)
class Estimate:
    """A figure of a group with its 95 % interval; both 0 to 1."""

    value: float
    interval: Interval


@dataclass(frozen=True)
class Concentration:
    """Of `buyers` with a known spend: `gini`; what the largest part of them holds of it all, at even steps from no
    buyer to all (`curve`); and for the parts in TOPS, None where such a part is too few to show."""

    buyers: int
    gini: Estimate
    curve: tuple[float, ...]
    tops: tuple[Estimate | None, ...]


def concentration(spend: Floats, least: int) -> Concentration | None:
    """`spend` of each buyer, NaN where unknown. None for too few buyers or when they spent nothing; who had more
    paid back than they paid counts as one who spent nothing."""
    known = np.sort(np.maximum(spend[~np.isnan(spend)], 0.0))
    if len(known) < max(least, 2) or not known[-1] > 0:
        return None
    held = np.concatenate([[0.0], np.cumsum(known[::-1])])
    held /= held[-1]
    steps = max(1, min(STEPS, len(known) // least)) if least else STEPS
    curve = _at(held, np.linspace(0, 1, steps + 1))
    tops = [_top(known, held, part) if part * len(known) >= least else None for part in TOPS]
    return Concentration(len(known), _gini(known), tuple(curve.tolist()), tuple(tops))


def steps_of(curve: Sequence[float]) -> list[float]:
    """The parts of buyers at which a curve was taken."""
    return np.linspace(0, 1, len(curve)).tolist()


def _at(held: Floats, parts: Floats) -> Floats:
    """What parts of the buyers hold; of a buyer who is in a part by half, half counts."""
    return np.interp(parts * (len(held) - 1), np.arange(len(held)), held)


def _gini(known: Floats) -> Estimate:
    """Of sorted values, without a look at every pair: twice their sum by rank."""
    size, mean = len(known), float(known.mean())
    below = np.cumsum(known)
    ranks = np.arange(1, size + 1)
    # For each, the mean absolute difference from all.
    apart = (known * (2 * ranks - size) + below[-1] - 2 * below) / size
    gini = float(apart.mean()) / (2 * mean)
    return _estimate(gini, (apart - gini * (known + mean)) / mean)


def _top(known: Floats, held: Floats, part: float) -> Estimate:
    share, mean = float(_at(held, np.array([part]))[0]), float(known.mean())
    edge = float(np.quantile(known, 1 - part))
    return _estimate(share, (np.maximum(known - edge, 0.0) + part * edge - share * known) / mean)


def _estimate(value: float, influence: Floats) -> Estimate:
    half = Z * sqrt(float(np.mean(influence**2)) / len(influence))
    return Estimate(value, Interval(max(0.0, value - half), min(1.0, value + half)))

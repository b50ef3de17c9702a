"""How sure a figure of a group is: intervals, chance, and chance corrected for how many were looked at. Pure.

The group is part of everyone, and everyone is known, so chance means: how often a group of the same size, drawn
from everyone without putting anybody back, is at least as far off (hypergeometric: Fisher's exact test of group
and rest).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, erfc, sqrt

import numpy as np
import numpy.typing as npt

from .statistics import Base, Share

# The two-sided 95 % of the normal distribution.
Z = 1.959963984540054
# Below so many, an average of something as skewed as spend is not near normal: nothing is said of its chance.
ENOUGH_TO_AVERAGE = 30


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True)
class Mean:
    """The group's average beside everyone's, with its 95 % interval, the chance `p` that a group drawn from
    everyone is as far off, and of how many it is."""

    ours: float
    everyone: float
    low: float
    high: float
    p: float
    n: int


def mean_beside(values: npt.NDArray[np.float64], inside: npt.NDArray[np.bool_]) -> Mean | None:
    """Of all values, and of those `inside`, who are a part of them. The chance is two-sided, by the normal
    distribution with the variance of a draw without return (Cochran 1977, 2.8)."""
    ours = values[inside]
    size = len(ours)
    if not size:
        return None
    average, everyone = float(ours.mean()), float(values.mean())
    half = Z * float(ours.std(ddof=1)) / sqrt(size) if size > 1 else average
    return Mean(average, everyone, max(0.0, average - half), average + half, _mean_chance(values, ours), size)


def _mean_chance(values: npt.NDArray[np.float64], ours: npt.NDArray[np.float64]) -> float:
    size, of = len(ours), len(values)
    if size < ENOUGH_TO_AVERAGE or size == of:
        return 1.0
    error = float(values.std()) * sqrt((of - size) / ((of - 1) * size))
    return erfc(abs(float(ours.mean() - values.mean())) / error / sqrt(2)) if error else 1.0


def share_interval(count: int, size: int) -> Interval:
    """The 95 % interval of a share (0 to 1), after Wilson (1927). `size` is at least 1."""
    # Values folded into one may hold a customer twice.
    share, room = min(1.0, count / size), Z * Z / size
    middle = (share + room / 2) / (1 + room)
    half = Z / (1 + room) * sqrt(share * (1 - share) / size + room / (4 * size))
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def tgi_interval(share: Share, base: Base) -> Interval | None:
    """The 95 % interval of the index: of the group's share, over everyone's share. None where the index is."""
    if share.tgi(base) is None:
        return None
    found, everyone = share_interval(share.group, base.group), share.everyone / base.everyone
    return Interval(100 * found.low / everyone, 100 * found.high / everyone)


def effect(share: Share, base: Base) -> float:
    """How far the group's share is from everyone's: Cohen's h, −π to π; 0.2 is called small, 0.8 large."""
    ours = share.group / base.group if base.group else 0.0
    theirs = share.everyone / base.everyone if base.everyone else 0.0
    return 2 * asin(sqrt(ours)) - 2 * asin(sqrt(theirs))


def chances(figures: Sequence[tuple[Share, Base]]) -> npt.NDArray[np.float64]:
    """The two-sided p of each, exact: twice the smaller tail."""
    if not figures:
        return np.ones(0)
    # SciPy takes long to import; pages need none of this.
    from scipy.stats import hypergeom

    rows = [(share.group, base.everyone, share.everyone, base.group) for share, base in figures]
    ours, everyone, having, group = np.array(rows, dtype=np.int64).T
    tails = hypergeom.cdf(ours, everyone, having, group), hypergeom.sf(ours - 1, everyone, having, group)
    return np.minimum(1.0, 2 * np.minimum(*tails))


def corrected(p: Sequence[float] | npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """For each p its q: of all figures with a q as small, so large a part is chance (Benjamini–Hochberg 1995)."""
    given = np.asarray(p, dtype=np.float64)
    order = np.argsort(given)
    ranked = given[order] * len(given) / np.arange(1, len(given) + 1)
    found = np.empty_like(given)
    found[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return found


def difference_chance(before: int, before_size: int, after: int, after_size: int) -> float:
    """The two-sided p of two shares being one and the same: the pooled z-test of two proportions. Sizes are at
    least 1. Of two groups that overlap it is cautious: those who are in both make chance differences smaller."""
    pooled = (before + after) / (before_size + after_size)
    spread = sqrt(pooled * (1 - pooled) * (1 / before_size + 1 / after_size))
    return erfc(abs(after / after_size - before / before_size) / spread / sqrt(2)) if spread else 1.0

"""When a tag's coverage jumps beyond its own history. Pure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from statistics import median
from typing import Any

# So many runs before the one that is judged, at least and at most.
LEAST_EARLIER, MOST_EARLIER = 5, 60
DEVIATIONS = 3.0
# Makes the median absolute deviation of normally distributed changes their standard deviation.
ROBUST = 1.4826
LEAST_JUMP = 0.01


@dataclass(frozen=True)
class Drift:
    """Shares of all customers, 0 … 1: coverage before and now, the `usual` change from run to run, and how
    far from it a change may be."""

    before: float
    now: float
    usual: float
    limit: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def drift(shares: Sequence[float]) -> Drift | None:
    """Whether the last of these coverages jumped. They are of one version's runs, the oldest first; fewer
    than five before the last say nothing.

    With changes d = the differences of neighbours, m = the median of all but the last and
    MAD = median |d − m|, the last one jumped when |d_last − m| > max(3 × 1.4826 × MAD, 0.01): three robust
    standard deviations, but never less than one percentage point. Iglewicz and Hoaglin, How to Detect and
    Handle Outliers (1993), with the scale of Rousseeuw and Croux, Alternatives to the MAD (1993).
    """
    shares = shares[-MOST_EARLIER - 1 :]
    if len(shares) <= LEAST_EARLIER:
        return None
    *earlier, last = (now - before for before, now in pairwise(shares))
    usual = median(earlier)
    limit = max(DEVIATIONS * ROBUST * median(abs(change - usual) for change in earlier), LEAST_JUMP)
    # Shares are quotients: what is on the limit must not fall beyond it by the last bit.
    if abs(last - usual) <= limit + 1e-9:
        return None
    return Drift(shares[-2], shares[-1], usual, limit)

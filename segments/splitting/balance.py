"""Whether the groups of a split are alike: shares of each value in each group, and how far these are apart. Pure.

The standardised difference of two shares p and q is (p - q) / √((p(1-p) + q(1-q)) / 2): Austin, "Balance
diagnostics for comparing the distribution of baseline covariates" (2009), who takes 0.1 for the limit of what
matters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf, sqrt

LIMIT = 0.1


@dataclass(frozen=True)
class Balance:
    """How many of each group, of `sizes` customers, have one value of one tag."""

    tag: str
    value: str
    counts: tuple[int, ...]
    sizes: tuple[int, ...]

    @property
    def shares(self) -> list[float]:
        return [count / size if size else 0.0 for count, size in zip(self.counts, self.sizes, strict=True)]

    @property
    def apart(self) -> float:
        """The largest standardised difference of any two groups that have members."""
        shares = [share for share, size in zip(self.shares, self.sizes, strict=True) if size]
        return max((abs(standardised(p, q)) for p, q in combinations(shares, 2)), default=0.0)

    @property
    def is_alike(self) -> bool:
        return self.apart <= LIMIT


def standardised(p: float, q: float) -> float:
    spread = sqrt((p * (1 - p) + q * (1 - q)) / 2)
    if spread == 0:
        return 0.0 if p == q else inf
    return (p - q) / spread


def balances(counts: Mapping[str, Mapping[str, Sequence[int]]], sizes: Sequence[int], least: int) -> list[Balance]:
    """Every value that at least `least` customers of the whole split have, those furthest apart first."""
    found = [
        Balance(tag, value, tuple(each), tuple(sizes))
        for tag, values in counts.items()
        for value, each in values.items()
        if sum(each) >= least
    ]
    return sorted(found, key=lambda one: (-one.apart, one.tag, one.value))

"""One group of customers beside everyone: counts in, shares and indices out. Pure.

TGI (target group index) = share in the group / share of everyone × 100: 100 is average, 150 is half as
much again. How sure that is, `evidence` says.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .veiling import is_few, veiled, veiled_beside


@dataclass(frozen=True)
class Base:
    """Sample sizes: members and customers the shares are of, and the smallest number that is shown."""

    group: int
    everyone: int
    least: int

    @property
    def too_small(self) -> bool:
        return self.group < self.least

    @property
    def too_alike(self) -> bool:
        """Those of everyone who are not in the group are a few: beside it, no number of everyone's is told."""
        return is_few(self.everyone - self.group, self.least)


@dataclass(frozen=True)
class Share:
    """How many have one value, in the group and of everyone. `label` is what a reader sees. `veiled`: the number of
    members is not told, since that of a few would follow from it; `veiled_beside`: everyone's is not."""

    value: str
    group: int
    everyone: int
    label: str = ""
    veiled: bool = False
    veiled_beside: bool = False

    def hidden(self, base: Base) -> bool:
        """Some, but so few members that naming the number could single someone out."""
        return self.veiled or is_few(self.group, base.least)

    def hidden_beside(self, base: Base) -> bool:
        """Everyone's number, for the same reason: it or those of it who are not in the group are a few."""
        counts = self.everyone, self.everyone - self.group
        return self.veiled_beside or base.too_alike or any(is_few(count, base.least) for count in counts)

    def veil(self, hidden: bool, beside: bool, base: Base) -> "Share":
        """Not told of the group, of everyone; what is of a few needs no veil."""
        hidden, beside = hidden and not self.hidden(base), beside and not self.hidden_beside(base)
        if not (hidden or beside):
            return self
        return replace(self, veiled=self.veiled or hidden, veiled_beside=self.veiled_beside or beside)

    def group_share(self, base: Base) -> float | None:
        """0 to 1; None when hidden or when there is nobody to take a share of."""
        return None if self.hidden(base) or not base.group else self.group / base.group

    def everyone_share(self, base: Base) -> float | None:
        """0 to 1; None when hidden."""
        if self.hidden_beside(base):
            return None
        return self.everyone / base.everyone if base.everyone else 0.0

    def tgi(self, base: Base) -> float | None:
        """None when it, or one of the two numbers it would tell, is."""
        if self.hidden(base) or self.hidden_beside(base):
            return None
        return tgi(self.group, base.group, self.everyone, base.everyone)


@dataclass(frozen=True)
class Distribution:
    """The values of one thing (an attribute, a tag, a property) and how many have each."""

    shares: tuple[Share, ...]
    base: Base

    @property
    def empty(self) -> bool:
        return not any(share.group for share in self.shares)


def tgi(group: int, group_base: int, everyone: int, everyone_base: int) -> float | None:
    """None when nobody has the value or nobody is asked: there is no index over nothing."""
    if not group_base or not everyone_base or not everyone:
        return None
    return 100 * (group / group_base) / (everyone / everyone_base)


def fold(distribution: Distribution, *, most: int, other: str) -> Distribution:
    """Keep the `most` frequent values that are not too rare; the rest become one value called `other`, and what has
    no value of its own is part of it."""
    base = distribution.base
    ranked = sorted(distribution.shares, key=lambda s: (not s.value, -s.everyone, s.value))
    most = min(most, sum(bool(share.value) for share in ranked))
    kept = [share for share in ranked[:most] if share.everyone >= base.least]
    return veil(replace(distribution, shares=(*kept, *_rest(ranked[len(kept) :], other))))


def fold_in_order(distribution: Distribution, *, other: str) -> Distribution:
    """For values with an order of their own (age bands): only fold those that are too rare."""
    kept = [share for share in distribution.shares if share.everyone >= distribution.base.least]
    rare = [share for share in distribution.shares if share.everyone < distribution.base.least]
    return veil(replace(distribution, shares=(*kept, *_rest(rare, other))))


def _rest(shares: Sequence[Share], other: str) -> tuple[Share, ...]:
    group, everyone = sum(s.group for s in shares), sum(s.everyone for s in shares)
    return (Share("", group, everyone, other),) if everyone else ()


def veil(distribution: Distribution) -> Distribution:
    """Of values that everybody has one of: where those hidden are a few together, what is left of the sum would
    tell them, so that the smallest of the others is not told either; of the group, of everyone, and of those who
    are not in the group."""
    shares, base = distribution.shares, distribution.base
    group = np.array([share.group for share in shares], dtype=np.int64)
    everyone = np.array([share.everyone for share in shares], dtype=np.int64)
    whole = [np.arange(len(shares))]
    ours = whole if group.sum() == base.group else []
    theirs = whole if ours and everyone.sum() == base.everyone else []
    hidden = np.array([share.veiled for share in shares], dtype=np.bool_)
    beside = np.array([share.veiled_beside for share in shares], dtype=np.bool_)
    hidden = veiled(group, ours, base.least, hidden)
    beside = veiled_beside(group, everyone, theirs, base.least, beside)
    told = zip(shares, hidden.tolist(), beside.tolist(), strict=True)
    return replace(distribution, shares=tuple(share.veil(mine, other, base) for share, mine, other in told))

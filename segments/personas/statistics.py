"""One group of customers beside everyone: counts in, shares and indices out. Pure.

TGI (target group index) = share in the group / share of everyone × 100: 100 is average, 150 is half as
much again. The group is part of everyone, so its deviation is judged by the hypergeometric spread.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt

NOTABLE_TGI = 120
NOTABLE_Z = 3.0


@dataclass(frozen=True)
class Base:
    """Sample sizes: members and customers the shares are of, and the smallest number that is shown."""

    group: int
    everyone: int
    least: int

    @property
    def too_small(self) -> bool:
        return self.group < self.least


@dataclass(frozen=True)
class Share:
    """How many have one value, in the group and of everyone. `label` is what a reader sees."""

    value: str
    group: int
    everyone: int
    label: str = ""

    def hidden(self, base: Base) -> bool:
        """Some, but so few members that naming the number could single someone out."""
        return 0 < self.group < base.least

    def group_share(self, base: Base) -> float | None:
        """0 to 1; None when hidden or when there is nobody to take a share of."""
        return None if self.hidden(base) or not base.group else self.group / base.group

    def everyone_share(self, base: Base) -> float:
        return self.everyone / base.everyone if base.everyone else 0.0

    def tgi(self, base: Base) -> float | None:
        return None if self.hidden(base) else tgi(self.group, base.group, self.everyone, base.everyone)


@dataclass(frozen=True)
class Distribution:
    """The values of one thing (an attribute, a tag, a property) and how many have each."""

    shares: tuple[Share, ...]
    base: Base

    @property
    def empty(self) -> bool:
        return not any(share.group for share in self.shares)


@dataclass(frozen=True)
class Standout:
    """A value far from everyone's: of which `subject` (its label), and by how much."""

    subject: str
    share: Share
    base: Base

    @property
    def tgi(self) -> float:
        return self.share.tgi(self.base) or 0.0


def tgi(group: int, group_base: int, everyone: int, everyone_base: int) -> float | None:
    """None when nobody has the value or nobody is asked: there is no index over nothing."""
    if not group_base or not everyone_base or not everyone:
        return None
    return 100 * (group / group_base) / (everyone / everyone_base)


def deviation(share: Share, base: Base) -> float:
    """How many standard deviations the group's count is from a random group of its size (z)."""
    n, everyone = base.group, base.everyone
    if n == 0 or everyone <= n:
        return 0.0
    p = share.everyone / everyone
    spread = sqrt(n * p * (1 - p) * (everyone - n) / (everyone - 1))
    return (share.group - n * p) / spread if spread else 0.0


def fold(distribution: Distribution, *, most: int, other: str) -> Distribution:
    """Keep the `most` frequent values that are not too rare; the rest become one value called `other`."""
    base = distribution.base
    ranked = sorted(distribution.shares, key=lambda s: (-s.everyone, s.value))
    kept = [share for share in ranked[:most] if share.everyone >= base.least]
    return replace(distribution, shares=(*kept, *_rest(ranked[len(kept) :], other)))


def fold_in_order(distribution: Distribution, *, other: str) -> Distribution:
    """For values with an order of their own (age bands): only fold those that are too rare."""
    kept = [share for share in distribution.shares if share.everyone >= distribution.base.least]
    rare = [share for share in distribution.shares if share.everyone < distribution.base.least]
    return replace(distribution, shares=(*kept, *_rest(rare, other)))


def _rest(shares: Sequence[Share], other: str) -> tuple[Share, ...]:
    group, everyone = sum(s.group for s in shares), sum(s.everyone for s in shares)
    return (Share("", group, everyone, other),) if everyone else ()


def standouts(
    distributions: Iterable[tuple[str, Distribution]], *, most: int = 6, per_subject: int = 2
) -> tuple[list[Standout], list[Standout]]:
    """The values most over- and most under-represented, by TGI, that chance does not explain.

    Takes pairs of subject and distribution; at most `per_subject` values of one subject each way.
    """
    found = [s for subject, distribution in distributions for s in _notable(subject, distribution)]
    over = sorted((s for s in found if s.tgi > 100), key=lambda s: -s.tgi)
    under = sorted((s for s in found if s.tgi < 100), key=lambda s: s.tgi)
    return list(_varied(over, most, per_subject)), list(_varied(under, most, per_subject))


def _notable(subject: str, distribution: Distribution) -> Iterator[Standout]:
    base = distribution.base
    for share in distribution.shares:
        index = share.tgi(base)
        if not share.value or index is None or abs(deviation(share, base)) < NOTABLE_Z:
            continue
        expected = base.group * share.everyone_share(base)
        more = index >= NOTABLE_TGI and share.group >= base.least
        less = index <= 10_000 / NOTABLE_TGI and expected >= base.least
        if more or less:
            yield Standout(subject, share, base)


def _varied(ranked: list[Standout], most: int, per_subject: int) -> Iterator[Standout]:
    seen: dict[str, int] = {}
    for standout in ranked:
        if sum(seen.values()) < most and seen.get(standout.subject, 0) < per_subject:
            seen[standout.subject] = seen.get(standout.subject, 0) + 1
            yield standout

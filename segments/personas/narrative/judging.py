"""Whether a figure of the group is told as more or less than everyone's, or as no sure difference. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from ..apart import CHANCE, NOTABLE_TGI, matters
from ..evidence import Interval, Mean, chances, corrected, effect, tgi_interval
from ..statistics import Base, Share


class Way(StrEnum):
    """`close`: surely different, but too little to matter; `unsure`: chance may explain it; `ruled`: the segment's
    rule is built on it, so that a difference is no finding."""

    OVER, UNDER, CLOSE, UNSURE, RULED = "over", "under", "close", "unsure", "ruled"


@dataclass(frozen=True)
class Seen:
    """A share of the group beside everyone's: of which `subject` (its name), read from which chart (its slug). `q`
    is the chance corrected for all that was looked at; `ruled` as in `Way`."""

    chart: str
    subject: str
    share: Share
    base: Base
    q: float = 1.0
    ruled: bool = False

    @property
    def shown(self) -> bool:
        """Whether the number of members and everyone's, which stands beside it, may be told at all."""
        hidden = self.share.hidden(self.base) or self.share.hidden_beside(self.base)
        return not self.base.too_small and not hidden

    @property
    def way(self) -> Way:
        if self.ruled:
            return Way.RULED
        if self.q >= CHANCE:
            return Way.UNSURE
        if not matters(self.share, self.base):
            return Way.CLOSE
        return Way.OVER if effect(self.share, self.base) > 0 else Way.UNDER

    @property
    def tgi(self) -> float | None:
        return self.share.tgi(self.base)

    @property
    def interval(self) -> Interval | None:
        return tgi_interval(self.share, self.base)


@dataclass(frozen=True)
class Average:
    """An average of the group's buyers beside that of everyone's."""

    chart: str
    mean: Mean
    q: float = 1.0
    ruled: bool = False

    @property
    def tgi(self) -> float | None:
        return 100 * self.mean.ours / self.mean.everyone if self.mean.everyone else None

    @property
    def interval(self) -> Interval | None:
        mean = self.mean
        return Interval(100 * mean.low / mean.everyone, 100 * mean.high / mean.everyone) if mean.everyone else None

    @property
    def way(self) -> Way:
        if self.ruled:
            return Way.RULED
        if self.q >= CHANCE or self.tgi is None:
            return Way.UNSURE
        if 10_000 / NOTABLE_TGI < self.tgi < NOTABLE_TGI:
            return Way.CLOSE
        return Way.OVER if self.tgi > 100 else Way.UNDER


def judged(shares: Iterable[Seen], averages: Iterable[Average]) -> tuple[list[Seen], list[Average]]:
    """The same with the chance of each, corrected for all of them. What may not be shown is left out."""
    shown, means = [one for one in shares if one.shown], list(averages)
    p = np.concatenate([chances([(one.share, one.base) for one in shown])[: len(shown)], _chances(means)])
    q = corrected(p)
    return (
        [replace(one, q=float(sure)) for one, sure in zip(shown, q, strict=False)],
        [replace(one, q=float(sure)) for one, sure in zip(means, q[len(shown) :], strict=True)],
    )


def _chances(averages: Sequence[Average]) -> np.ndarray:
    return np.array([one.mean.p for one in averages])

"""What sets a group apart: values far from everyone's that chance does not explain, the largest first. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .evidence import Interval, chances, corrected, effect, tgi_interval
from .statistics import Base, Distribution, Share

# Of the values that stand out by chance alone, at most one in a hundred is shown.
CHANCE = 0.01
# Far enough to matter, however sure it is: by index, or for what nearly everybody has by Cohen's h.
NOTABLE_TGI, NOTABLE_EFFECT = 120, 0.2


@dataclass(frozen=True)
class Standout:
    """A value far from everyone's: of which `subject` (its label), by how much, and how sure. `q` is the chance
    corrected for all values that were compared."""

    subject: str
    share: Share
    base: Base
    q: float

    @property
    def tgi(self) -> float:
        return self.share.tgi(self.base) or 0.0

    @property
    def interval(self) -> Interval | None:
        return tgi_interval(self.share, self.base)

    @property
    def effect(self) -> float:
        return effect(self.share, self.base)


def standouts(
    distributions: Iterable[tuple[str, Distribution]], *, most: int = 6, per_subject: int = 2
) -> tuple[list[Standout], list[Standout]]:
    """The values most over- and most under-represented, by effect, that chance does not explain.

    Takes pairs of subject and distribution; at most `per_subject` values of one subject each way.
    """
    compared = [
        (subject, share, distribution.base)
        for subject, distribution in distributions
        for share in distribution.shares
        if share.value and not (share.hidden(distribution.base) or share.hidden_beside(distribution.base))
    ]
    sure = corrected(chances([(share, base) for _subject, share, base in compared]))
    found = [Standout(*one, q=float(q)) for one, q in zip(compared, sure, strict=True) if q < CHANCE]
    found = sorted((one for one in found if matters(one.share, one.base)), key=lambda one: -abs(one.effect))
    over, under = ([one for one in found if (one.effect > 0) is more] for more in (True, False))
    return list(_varied(over, most, per_subject)), list(_varied(under, most, per_subject))


def matters(share: Share, base: Base) -> bool:
    """Whether it is far from everyone's, and of enough members, however sure it is."""
    index = share.tgi(base)
    if index is None:
        return False
    enough = share.group if index > 100 else base.group * share.everyone / base.everyone
    is_far = not 10_000 / NOTABLE_TGI < index < NOTABLE_TGI or abs(effect(share, base)) >= NOTABLE_EFFECT
    return is_far and enough >= base.least


def _varied(ranked: list[Standout], most: int, per_subject: int) -> Iterator[Standout]:
    seen: dict[str, int] = {}
    for standout in ranked:
        if sum(seen.values()) < most and seen.get(standout.subject, 0) < per_subject:
            seen[standout.subject] = seen.get(standout.subject, 0) + 1
            yield standout

"""Whether a group's share differs from that of whom it is compared with by more than chance. Pure.

Against everyone the group is a part of those it is compared with (the normal distribution in the place of the
hypergeometric one). Against another segment the two are taken as drawn independently: where they overlap, the
truth is surer than what is said here, never less sure.
"""

from dataclasses import dataclass
from math import erfc, exp, log, sqrt

from segments.personas.evidence import Interval, Z, share_interval

# So many must be expected with the value and without it, or nothing is said of chance.
ENOUGH = 5


@dataclass(frozen=True)
class Counted:
    """So many of `size` have a value."""

    count: int
    size: int

    @property
    def share(self) -> float:
        return min(1.0, self.count / self.size) if self.size else 0.0


def index_of(ours: Counted, theirs: Counted) -> float | None:
    """The group's share over the other's × 100 (TGI)."""
    return 100 * ours.share / theirs.share if ours.size and theirs.count else None


def index_interval(ours: Counted, theirs: Counted, *, part: bool) -> Interval | None:
    """95 %. `part`: theirs is everyone, known and not drawn; else of a ratio of two shares after Katz (1978)."""
    if not ours.size or not theirs.count:
        return None
    if part:
        found = share_interval(ours.count, ours.size)
        return Interval(100 * found.low / theirs.share, 100 * found.high / theirs.share)
    if not ours.count:
        return None
    spread = Z * sqrt((1 - ours.share) / ours.count + (1 - theirs.share) / theirs.count)
    middle = log(ours.share / theirs.share)
    return Interval(100 * exp(middle - spread), 100 * exp(middle + spread))


def chance(ours: Counted, theirs: Counted, *, part: bool) -> float | None:
    """The two-sided p of a difference as large; None where the numbers are too small to say."""
    whole = theirs.size if part else ours.size + theirs.size
    having = theirs.count if part else ours.count + theirs.count
    if not ours.size or not theirs.size or not whole:
        return None
    share = having / whole
    if min(share, 1 - share) * ours.size < ENOUGH or (part and whole - ours.size < ENOUGH):
        return None
    room = (whole - ours.size) / (whole - 1) / ours.size if part else 1 / ours.size + 1 / theirs.size
    spread = sqrt(share * (1 - share) * room)
    return erfc(abs(ours.share - theirs.share) / spread / sqrt(2)) if spread else None

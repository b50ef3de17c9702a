"""Which counts of a table are not told, so that none of a few follows from sums that are. Pure."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
TINY = 1e-6


def is_few(count: int, least: int) -> bool:
    """Some, but so few that naming the number could single someone out."""
    return 0 < count < least


def veiled(counts: Ints, lines: Sequence[Ints], least: int, hidden: Bools | None = None) -> Bools:
    """Of counts of any shape. `lines` are the flat places of counts whose sum may be known. A count of a few is not
    told, nor what is `hidden` already (be it of nobody); where those of a line that are not told are a few
    together, the smallest of its others is not told either, until that is so nowhere (complementary suppression,
    Cox 1980). Where lines cross, a few that could be reckoned from one line to the next take more with them."""
    flat = counts.ravel()
    few = (flat > 0) & (flat < least)
    hidden = few.copy() if hidden is None else few | hidden.ravel()
    more = True
    while more:
        more = _sums_hidden(flat, lines, least, hidden)
        more = more or (len(lines) > 1 and _reckoned_hidden(flat, lines, least, few, hidden))
    return hidden.reshape(counts.shape)


def _sums_hidden(flat: Ints, lines: Sequence[Ints], least: int, hidden: Bools) -> bool:
    """Whether another one had to be hidden, in place."""
    found = False
    for line in lines:
        if 0 < flat[line][hidden[line]].sum() < least:
            found |= _smallest_hidden(flat, line, hidden)
    return found


def _reckoned_hidden(flat: Ints, lines: Sequence[Ints], least: int, few: Bools, hidden: Bools) -> bool:
    """The same where a few follow from all lines together. A line that is of a few itself is not told, so that
    nothing is reckoned from it. Those alone in a line are where reckoning begins; what follows from the lines even
    where all is hidden is none of this table's telling."""
    lines = [line for line in lines if not 0 < flat[line].sum() < least]
    if not few.any() or not lines:
        return False
    found = few & _reckoned(lines, hidden)
    if not found.any() or not (found & ~_reckoned(lines, hidden | (flat > 0))).any():
        return False
    alone = [line for line in lines if hidden[line].sum() == 1]
    some = [line for line in lines if hidden[line].any()]
    return any(_smallest_hidden(flat, np.concatenate(near), hidden) for near in (alone, some) if near)


def _reckoned(lines: Sequence[Ints], hidden: Bools) -> Bools:
    """Which of the hidden are sums of lines less others and what is told: those that lie in what the lines span."""
    unknown = np.flatnonzero(hidden)
    found = np.zeros_like(hidden)
    found[unknown] = np.diagonal(_span(lines, unknown)) > 1 - TINY
    return found


def _span(lines: Sequence[Ints], unknown: Ints) -> Floats:
    """What projects onto all that follows from the lines of those that are not known."""
    known = _table(lines, unknown)
    return np.linalg.pinv(known) @ known


def _table(lines: Sequence[Ints], unknown: Ints) -> Floats:
    """A row a line, a column for each that is not known: 1 where it is in the line."""
    size = 1 + max([int(unknown.max(initial=0)), *(int(line.max(initial=0)) for line in lines)])
    table = np.zeros((len(lines), size))
    for row, line in zip(table, lines, strict=True):
        row[line] = 1
    return table[:, unknown]


def veiled_parts(
    counts: Ints, lines: Sequence[Ints], secrets: Sequence[Ints], least: int, hidden: Bools | None = None
) -> Bools:
    """`veiled`, where the sums of `secrets` must not follow either: numbers of another table, of which these counts
    are parts, that are not told there."""
    hidden = veiled(counts, lines, least, hidden)
    # What follows however little is told here is told elsewhere.
    told = _following(secrets, lines, np.ones_like(hidden))
    kept = [secret for secret, elsewhere in zip(secrets, told, strict=True) if not elsewhere]
    while kept:
        follow = [one for one, told in zip(kept, _following(kept, lines, hidden), strict=True) if told]
        if not any(_smallest_hidden(counts, secret, hidden) for secret in follow):
            break
        hidden = veiled(counts, lines, least, hidden)
    return hidden


def _following(secrets: Sequence[Ints], lines: Sequence[Ints], hidden: Bools) -> list[bool]:
    """Of which of the sums what is hidden of them follows from lines and what is told."""
    if not secrets:
        return []
    unknown = np.flatnonzero(hidden)
    wanted = _table(secrets, unknown)
    return (np.abs(wanted @ _span(lines, unknown) - wanted).sum(axis=1) < TINY).tolist()


def _smallest_hidden(flat: Ints, line: Ints, hidden: Bools) -> bool:
    told = line[~hidden[line] & (flat[line] > 0)]
    if len(told):
        hidden[told[np.argmin(flat[told])]] = True
    return len(told) > 0


def veiled_beside(
    group: Ints, everyone: Ints, lines: Sequence[Ints], least: int, hidden: Bools | None = None
) -> Bools:
    """Which of everyone's counts are not told beside those of a group that is part of them: neither a few nor what
    tells of a few who are not in the group, alone or as sums of `lines`. Whatever is not told of the group, what is
    left then is of nobody or of enough, since each count that is no part of the one veil is 0 or enough itself."""
    return veiled(everyone, lines, least, hidden) | veiled(everyone - group, lines, least, hidden)

"""Charts whose values nest, such as regions and the provinces they are made of: found by who has them, and veiled
together, so that what is told of the one does not tell of a few in the other.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from pyroaring import BitMap

from segments.personas.statistics import Base, Distribution, Share
from segments.personas.veiling import Bools, veiled_parts

from .queries.answer import Answer

Drawn: TypeAlias = tuple[Any, Answer]
Count: TypeAlias = Callable[[Share], int]
# So many of a value tell at once that it lies in none of another chart.
TOLD_BY, MOSTLY = 64, 0.9
# Where so large a part of a value is in one of another chart, all but slips of the pen is.
NEARLY = 0.99


@dataclass(frozen=True)
class Split:
    """A chart of values nobody has two of, and who of everyone has each; `some` of each."""

    place: int
    distribution: Distribution
    cells: Sequence[BitMap]
    some: Sequence[BitMap]

    @property
    def base(self) -> Base:
        return self.distribution.base

    def is_whole(self, of: Count) -> bool:
        """Whether everybody asked has one of the values, so that their sum is told."""
        whole = Share("", self.base.group, self.base.everyone)
        return sum(of(share) for share in self.distribution.shares) == of(whole)


@dataclass(frozen=True)
class Parts:
    """Of a coarser chart: the values of the finer one that lie in each of its values."""

    coarse: Split
    within: Mapping[int, Sequence[int]]


def veiled_together(answers: Sequence[Drawn]) -> list[Drawn]:
    """The same answers in their order. The coarser of two charts stays as it is; of the finer one more is not told
    where the two would else tell of a few."""
    found, done = list(answers), list[Split]()
    splits = [_split(place, answer) for place, (_chart, answer) in enumerate(answers) if _is_split(answer)]
    for split in sorted(splits, key=lambda one: (len(answers[one.place][1].holders), one.place)):
        parts = [some for coarse in done if (some := Parts(coarse, _within(split, coarse))).within]
        if parts:
            split = replace(split, distribution=_veiled(split, parts))
            chart, answer = found[split.place]
            found[split.place] = (chart, replace(answer, data=split.distribution))
        done.append(split)
    return found


def _is_split(answer: Answer) -> bool:
    return bool(answer.holders) and isinstance(answer.data, Distribution) and len(answer.data.shares) > 1


def _split(place: int, answer: Answer) -> Split:
    assert isinstance(answer.data, Distribution)
    named = {share.value for share in answer.data.shares}
    left = [who for value, who in answer.holders.items() if value not in named or not value]
    rest = BitMap.union(BitMap(), *left)
    cells = [answer.holders[share.value] if share.value else rest for share in answer.data.shares]
    return Split(place, answer.data, cells, [cell[:TOLD_BY] for cell in cells])


def _within(fine: Split, coarse: Split) -> dict[int, list[int]]:
    """By the place of a value of the coarse chart, the places of the fine one's that lie in it."""
    found: dict[int, list[int]] = {}
    for part, (cell, some) in enumerate(zip(fine.cells, fine.some, strict=True)):
        place = next((n for n, whole in enumerate(coarse.cells) if _lies_in(some, whole, MOSTLY)), None)
        if place is not None and cell and _lies_in(cell, coarse.cells[place], NEARLY):
            found.setdefault(place, []).append(part)
    return {place: parts for place, parts in found.items() if _are_apart(parts, place, fine, coarse)}


def _lies_in(cell: BitMap, whole: BitMap, part: float) -> bool:
    return cell.intersection_cardinality(whole) >= part * len(cell)


def _are_apart(parts: Sequence[int], place: int, fine: Split, coarse: Split) -> bool:
    """Of values one may have several of, more people have all together than there are."""
    return NEARLY * sum(len(fine.cells[part]) for part in parts) <= len(coarse.cells[place])


def _veiled(fine: Split, parts: Sequence[Parts]) -> Distribution:
    ours = _hidden(fine, parts, lambda share: share.group, Share.hidden)
    theirs = _hidden(fine, parts, lambda share: share.everyone, Share.hidden_beside)
    theirs |= _hidden(fine, parts, lambda share: share.everyone - share.group, Share.hidden_beside)
    told = zip(fine.distribution.shares, ours.tolist(), theirs.tolist(), strict=True)
    shares = tuple(share.veil(mine, other, fine.base) for share, mine, other in told)
    return replace(fine.distribution, shares=shares)


def _hidden(fine: Split, parts: Sequence[Parts], of: Count, untold: Callable[[Share, Base], bool]) -> Bools:
    """Which of the fine chart's numbers are not told. Counted are its values and, for each value of a coarser
    chart, what is left of it besides them; each number that is told there is a sum of these."""
    counts = [of(share) for share in fine.distribution.shares]
    size = len(counts)
    hidden = [untold(share, fine.base) for share in fine.distribution.shares]
    lines = [np.arange(size)] if fine.is_whole(of) else []
    secrets = []
    for one in parts:
        secret: list[int] = []
        for place, share in enumerate(one.coarse.distribution.shares):
            inside = list(one.within.get(place, ()))
            left = max(0, of(share) - sum(counts[part] for part in inside))
            line = np.array([*inside, len(counts)])
            counts.append(left)
            hidden.append(left > 0)
            if untold(share, one.coarse.base):
                secrets.append(line)
                secret += line.tolist()
            else:
                lines.append(line)
        if secret and one.coarse.is_whole(of):
            lines.append(np.array(secret))
    least = fine.base.least
    return veiled_parts(np.array(counts, dtype=np.int64), lines, secrets, least, np.array(hidden))[:size]

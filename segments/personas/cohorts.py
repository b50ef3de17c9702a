"""Who comes back: buyers by the month they bought first, and how many of them bought in each month later. Pure:
sets in, counts out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pyroaring import BitMap

from .months import months_between
from .statistics import Base, Share


@dataclass(frozen=True)
class Cohort:
    """Who bought first in `month` (`YYYY-MM`), and who of them bought 1, 2 … months later, group and everyone."""

    month: str
    size: Share
    later: tuple[Share, ...]

    def base(self, least: int) -> Base:
        return Base(self.size.group, self.size.everyone, least)

    def hidden(self, later: int, least: int) -> bool:
        """Whether the cell could single somebody out: a few members, or a few who are none."""
        one = self.later[later]
        return self.is_small(least) or few(one.group, least) or few(one.everyone - one.group, least)

    def is_small(self, least: int) -> bool:
        return self.size.group < least or few(self.size.everyone - self.size.group, least)


def few(count: int, least: int) -> bool:
    return 0 < count < least


def firsts(bought: Mapping[str, BitMap]) -> dict[str, BitMap]:
    """Month → who bought in it and in none before, of month → who bought in it."""
    seen, found = BitMap(), {}
    for month in sorted(bought):
        found[month] = bought[month] - seen
        seen |= bought[month]
    return found


def cohorts_of(
    bought: Mapping[str, BitMap], new: Mapping[str, BitMap], members: BitMap, universe: BitMap, last: str, most: int
) -> list[Cohort]:
    """The last `most` months of which a month later is known, the oldest first. `new` is what `firsts` gives,
    `last` the last whole month."""
    known = [month for month in new if month < last]
    if not known:
        return []
    names = months_between(min(known), last)[-most - 1 :]
    return [
        _cohort(names[place:], [bought.get(name, BitMap()) for name in names[place:]], new, members, universe)
        for place, _next in enumerate(pairwise(names))
    ]


def _cohort(
    names: Sequence[str],
    bought: Sequence[BitMap],
    new: Mapping[str, BitMap],
    members: BitMap,
    universe: BitMap,
) -> Cohort:
    everyone = new.get(names[0], BitMap()) & universe
    group = everyone & members
    later = (
        Share(name, group.intersection_cardinality(who), everyone.intersection_cardinality(who))
        for name, who in zip(names[1:], bought[1:], strict=True)
    )
    return Cohort(names[0], Share(names[0], len(group), len(everyone)), tuple(later))


def together(cohorts: Sequence[Cohort], later: int, least: int) -> tuple[Share, Base] | None:
    """All cohorts that are old enough at once: who came back so many months later (0: the next), and how many there
    were. None where what is hidden of them would follow from the sum."""
    old = [one for one in cohorts if len(one.later) > later and not one.is_small(least)]
    hidden = sum(one.later[later].group for one in old if one.hidden(later, least))
    others = sum(one.later[later].everyone - one.later[later].group for one in old if one.hidden(later, least))
    if not old or few(hidden, least) or few(others, least):
        return None
    back = Share("", sum(one.later[later].group for one in old), sum(one.later[later].everyone for one in old))
    base = Base(sum(one.size.group for one in old), sum(one.size.everyone for one in old), least)
    return None if back.hidden(base) else (back, base)

"""Themes counted over interviews. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from segments.personas.evidence import Interval, share_interval


@dataclass(frozen=True)
class Counted:
    """In `count` of `size` interviews; the interval is the 95 % one of the share, after Wilson."""

    name: str
    count: int
    size: int
    interval: Interval

    @property
    def share(self) -> float:
        return self.count / self.size


def themes_counted(coded: Sequence[Iterable[str]]) -> list[Counted]:
    """Of the names each interview is coded with: each counts once an interview. The most common first."""
    size = len(coded)
    counts = Counter(name for names in coded for name in set(names))
    found = [Counted(name, count, size, share_interval(count, size)) for name, count in counts.items()]
    return sorted(found, key=lambda one: (-one.count, one.name))


def together(coded: Sequence[Iterable[str]], names: Sequence[str]) -> list[tuple[str, list[int]]]:
    """How many interviews have both, a row for each of `names`; in its own column how many have it at all."""
    pairs: Counter[tuple[str, str]] = Counter()
    for one in coded:
        having = [name for name in names if name in set(one)]
        pairs.update((name, name) for name in having)
        for first, second in combinations(having, 2):
            pairs[first, second] += 1
            pairs[second, first] += 1
    return [(row, [pairs[row, column] for column in names]) for row in names]

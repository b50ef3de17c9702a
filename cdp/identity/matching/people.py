"""Pairs → people: the surest pairs first, and nobody joined with somebody they clearly are not."""

from collections.abc import Iterable

import numpy as np

# Of two files without repeats, hardly any pair lies within one file.
WITHIN_SHARE = 0.02


class Groups:
    """Disjoint groups of records 0…n-1. Two groups are not joined when members of them must stay apart."""

    def __init__(self, count: int, apart: Iterable[tuple[int, int]] = (), files: np.ndarray | None = None) -> None:
        """With `files`, a group takes at most one record of each file."""
        self._root = list(range(count))
        self._members: dict[int, list[int]] = {}
        self._apart: dict[int, set[int]] = {}
        for one, other in apart:
            self._apart.setdefault(one, set()).add(other)
            self._apart.setdefault(other, set()).add(one)
        self._files = files

    def of(self, record: int) -> int:
        while self._root[record] != record:
            self._root[record] = self._root[self._root[record]]
            record = self._root[record]
        return record

    def members(self, group: int) -> list[int]:
        return self._members.get(group, [group])

    def join(self, one: int, other: int, *, new: bool = False) -> bool:
        """Whether they are together afterwards; with `new`, whether they were not before."""
        one, other = sorted((self.of(one), self.of(other)))
        if one == other:
            return not new
        mine, theirs = self.members(one), self.members(other)
        if self._forbidden(mine, theirs):
            return False
        self._root[other] = one
        self._members[one] = mine + theirs
        self._members.pop(other, None)
        return True

    def _forbidden(self, mine: list[int], theirs: list[int]) -> bool:
        if self._files is not None and {self._files[r] for r in mine} & {self._files[r] for r in theirs}:
            return True
        if not self._apart:
            return False
        members = set(theirs)
        return any(not members.isdisjoint(self._apart.get(record, ())) for record in mine)

    def larger(self) -> list[list[int]]:
        """The groups of two and more, each in order, by their first."""
        return sorted(sorted(members) for members in self._members.values())


def one_to_one(left: np.ndarray, right: np.ndarray, files: np.ndarray) -> bool:
    """Whether pairs thought to be one person show that no file has anybody twice."""
    within = int(np.count_nonzero(files[left] == files[right]))
    return len(left) > 0 and within <= WITHIN_SHARE * len(left)


def join_all(groups: Groups, left: np.ndarray, right: np.ndarray, weight: np.ndarray) -> None:
    """The heaviest first; of equal ones, the earlier records."""
    for place in np.lexsort((right, left, -weight)).tolist():
        groups.join(int(left[place]), int(right[place]))

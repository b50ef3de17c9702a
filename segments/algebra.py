"""Set algebra on member sets: what segments, overlaps and comparisons are made of. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap


@dataclass(frozen=True)
class Change:
    """Who came and who went between two member sets."""

    entered: BitMap
    left: BitMap


def change(before: BitMap, after: BitMap) -> Change:
    return Change(entered=after - before, left=before - after)


def replay(changes: Sequence[Change]) -> BitMap:
    """The member set that a series of changes, from nothing, ends in."""
    members = BitMap()
    for step in changes:
        members = (members - step.left) | step.entered
    return members


def union(sets: Sequence[BitMap]) -> BitMap:
    return BitMap.union(*sets) if sets else BitMap()


def intersection(sets: Sequence[BitMap]) -> BitMap:
    """What all have in common; of no sets at all, nothing (never everyone)."""
    return BitMap.intersection(*sets) if sets else BitMap()


def difference(kept: BitMap, *taken: BitMap) -> BitMap:
    return kept - union(taken)


def areas(sets: Sequence[BitMap]) -> dict[int, BitMap]:
    """Everybody of these sets by exactly which of them they are in: bit n of the key stands for the n-th set.
    Only areas with somebody in them."""
    parts = {0: union(sets)}
    for place, members in enumerate(sets):
        inside = {mask | 1 << place: part & members for mask, part in parts.items()}
        parts = {mask: part for mask, part in (inside | {m: p - members for m, p in parts.items()}).items() if part}
    return parts


def overlaps(rows: Sequence[BitMap], columns: Sequence[BitMap]) -> NDArray[np.int64]:
    """How many each row's set shares with each column's: shape (rows, columns)."""
    counts = [[row.intersection_cardinality(column) for column in columns] for row in rows]
    return np.array(counts, dtype=np.int64).reshape(len(rows), len(columns))


def jaccard(left: BitMap, right: BitMap) -> float:
    """Shared over joint size, 0 … 1; two empty sets are alike."""
    return left.jaccard_index(right) if left or right else 1.0


def share(part: BitMap, whole: BitMap) -> float:
    """How much of `whole` is in `part`, 0 … 1; 0 of nothing."""
    return part.intersection_cardinality(whole) / len(whole) if whole else 0.0

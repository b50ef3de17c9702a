"""Who has a measure, and how much."""

from dataclasses import dataclass

import numpy as np
from pyroaring import BitMap


@dataclass(frozen=True)
class Having:
    """The live customers who have a measure, ascending (uint32), and their numbers (float64)."""

    ids: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class Advance:
    """What became of numbers that any of `runs` found: only the live customers `touched` may have others now, and
    `having` says which."""

    runs: frozenset[int]
    touched: BitMap
    having: Having


def without(ids: np.ndarray, values: np.ndarray, gone: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ids (ascending) and their numbers, but for some (ascending)."""
    if not len(ids):
        return ids, values
    place = np.minimum(np.searchsorted(ids, gone), len(ids) - 1)
    there = place[ids[place] == gone]
    return np.delete(ids, there), np.delete(values, there)


def inserted(
    ids: np.ndarray, values: np.ndarray, new_ids: np.ndarray, new_values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Both, all ids ascending; none is in both."""
    place = np.searchsorted(ids, new_ids)
    return np.insert(ids, place, new_ids), np.insert(values, place, new_values)

"""The first of those who have a measure."""

import math
from fractions import Fraction

import numpy as np

from .nodes import Rank


def ranked(rank: Rank, ids: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Those of the customers who are among the first; of equals the smaller id comes first."""
    count = places(rank, len(ids))
    if count >= len(ids):
        return ids
    order = values if rank.bottom else -values
    last = np.partition(order, count - 1)[count - 1]
    first, level = ids[order < last], ids[order == last]
    return np.concatenate([first, np.sort(level)[: count - len(first)]])


def places(rank: Rank, customers: int) -> int:
    """How many of so many customers are chosen: a share is rounded up."""
    n = Fraction(rank.n)
    return math.ceil(customers * n / 100) if rank.percent else math.ceil(n)

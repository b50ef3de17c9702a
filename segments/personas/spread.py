"""Where one customer stands among a group's members: the group's quantiles, and a place in them. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

MOST_STEPS = 20


def spread_of(values: npt.NDArray[np.float64], least: int) -> list[float] | None:
    """The inner edges of steps with as many members each, none with fewer than `least`; None when there are not
    enough for two."""
    steps = min(MOST_STEPS, len(values) // max(least, 1))
    if steps < 2:
        return None
    return [float(edge) for edge in np.quantile(values, np.arange(1, steps) / steps)]


def place_in(edges: Sequence[float], value: float) -> float:
    """0 to 100: of how many in a hundred members the value is higher; in the middle of those it equals."""
    steps, low, high = len(edges) + 1, bisect_left(edges, value), bisect_right(edges, value)
    if low < high:
        return 100 * (low + high + 1) / 2 / steps
    if not low or low == len(edges):
        return 100 * (low + 0.5) / steps
    between = (value - edges[low - 1]) / (edges[low] - edges[low - 1])
    return 100 * (low + between) / steps


def places_in(spread: Mapping[str, Sequence[float]], own: Mapping[str, float | None]) -> dict[str, float]:
    """By measure, where both are known."""
    return {name: place_in(edges, value) for name, edges in spread.items() if (value := own.get(name)) is not None}

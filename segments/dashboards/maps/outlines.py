"""Outlines of few points, for a picture as small as a chart. Pure.

A ring is an array of points (degrees east, degrees north).
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ring: TypeAlias = npt.NDArray[np.float64]
Rings: TypeAlias = Mapping[str, Sequence[Ring]]
MOST_POINTS = 4000
# Of the height of the whole: what is smaller in a chart than this is one point.
FINEST = 1 / 2000
FEWEST = 3


def simplified(rings: Rings, most: int = MOST_POINTS) -> dict[str, list[Ring]]:
    """With at most so many points in all, as far as each name keeps its largest ring. Nothing is further from its
    outline than a distance that is the same everywhere (Douglas–Peucker 1973)."""
    points = np.concatenate([ring for of in rings.values() for ring in of])
    tolerance = FINEST * float(np.ptp(points[:, 1]) or np.ptp(points[:, 0]) or 1.0)
    while True:
        found = {name: _of_name(of, tolerance) for name, of in rings.items()}
        size = sum(len(ring) for of in found.values() for ring in of)
        if size <= max(most, sum(FEWEST for _name in rings)) or tolerance > np.ptp(points):
            return found
        tolerance *= 1.5


def _of_name(rings: Sequence[Ring], tolerance: float) -> list[Ring]:
    """The largest one stays, be it a triangle of its points."""
    found = [few for few in (thinned(ring, tolerance) for ring in rings) if len(few) >= FEWEST]
    largest = max(rings, key=area)
    return found or [largest[:: max(1, len(largest) // FEWEST)][:FEWEST]]


def thinned(ring: Ring, tolerance: float) -> Ring:
    """Of a closed ring, given without its last point, those points that are needed."""
    far = int(np.argmax(((ring - ring[0]) ** 2).sum(axis=1)))
    closed = np.vstack([ring, ring[:1]])
    keep = np.zeros(len(closed), dtype=bool)
    keep[[0, far]] = True
    waiting = [(0, far), (far, len(closed) - 1)]
    while waiting:
        start, end = waiting.pop()
        if end - start < 2:
            continue
        away = _distances(closed[start + 1 : end], closed[start], closed[end])
        place = int(np.argmax(away))
        if away[place] > tolerance:
            middle = start + 1 + place
            keep[middle] = True
            waiting += [(start, middle), (middle, end)]
    return closed[:-1][keep[:-1]]


def _distances(points: Ring, start: Ring, end: Ring) -> Ring:
    """From the line between two points; from the first one where they are the same."""
    line = end - start
    length = float(np.hypot(*line))
    if not length:
        return np.hypot(*(points - start).T)
    apart = points - start
    return np.abs(line[0] * apart[:, 1] - line[1] * apart[:, 0]) / length


def area(ring: Ring) -> float:
    """In square degrees, by the shoelace formula."""
    x, y = ring.T
    return abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1))) / 2

"""Points on the earth: how far apart they are, and whether a ring of corners holds them.

The left side is a place as the lake keeps it, `struct<lat: double, lon: double>` in degrees (WGS 84).
Whatever is compared with a missing place is missing.
"""

import math
from functools import reduce
from itertools import pairwise
from operator import add
from typing import Any

import ibis.expr.types as ir

from .nodes import Circle, Region

EARTH_KM = 6371.0088  # mean radius, IUGG


def within_circle(place: Any, circle: Circle) -> ir.BooleanValue:
    """At most so many kilometres away, by the haversine formula."""
    lat, lon = math.radians(circle.lat), math.radians(circle.lon)
    north, east = place["lat"].radians(), place["lon"].radians()
    across = ((north - lat) / 2).sin() ** 2 + north.cos() * math.cos(lat) * ((east - lon) / 2).sin() ** 2
    # Rounding may lead a hair beyond 1, where there is no arc sine. `least` would turn missing into 1.
    km = (across > 1.0).ifelse(1.0, across).sqrt().asin() * (2 * EARTH_KM)
    return km <= float(circle.km)


def within_region(place: Any, region: Region) -> ir.BooleanValue:
    """Inside the ring: a ray to the east crosses its edges an odd number of times.

    An edge has its southern end but not its northern one, and a point on it lies to its east, whichever
    way round the ring is written. So regions that share an edge share no point, and leave none out.
    """
    ring = [(float(lat), float(lon)) for lat, lon in region.corners]
    edges = [_edge_crossed(place, *sorted(pair)) for pair in pairwise([*ring, ring[0]]) if pair[0][0] != pair[1][0]]
    return reduce(add, (crossed.cast("int32") for crossed in edges)) % 2 == 1


def _edge_crossed(place: Any, south: tuple[float, float], north: tuple[float, float]) -> ir.BooleanValue:
    slope = (north[1] - south[1]) / (north[0] - south[0])
    edge = (place["lat"] - south[0]) * slope + south[1]
    return (place["lat"] >= south[0]) & (place["lat"] < north[0]) & (place["lon"] < edge)

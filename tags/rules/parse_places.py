"""JSON → places on the earth: a circle, or a region that is a box or a ring of corners."""

from decimal import Decimal
from typing import Any

from cdp.errors import N_

from .nodes import Circle, Place, Region
from .reading import Path, Reading

FARTHEST = 20_000  # kilometres: half way round the earth is everywhere
MOST_CORNERS = 1_000
SIDES = ("south", "west", "north", "east")
CIRCLE_HINT = N_('For example {"km": 5, "of": {"lat": 30.27, "lon": 120.15}}.')
REGION_HINT = N_(
    'For example {"box": {"south": 30, "west": 120, "north": 31, "east": 121}}, '
    'or {"polygon": [[30, 120], [31, 120], [30.5, 121]]}.'
)


def read_place(reading: Reading, op: str, data: Any, path: Path) -> Place | None:
    """The right-hand side of `within_km` or `in_region`."""
    if op == "within_km":
        return _circle(reading, data, path)
    if isinstance(data, dict) and "box" in data:
        reading.known_keys(data, ("box",), path)
        return _box(reading, data["box"], (*path, "box"))
    if isinstance(data, dict) and "polygon" in data:
        reading.known_keys(data, ("polygon",), path)
        return _polygon(reading, data["polygon"], (*path, "polygon"))
    reading.refuse(path, N_("A region is needed: a box or a polygon."), REGION_HINT)
    return None


def _circle(reading: Reading, data: Any, path: Path) -> Circle | None:
    if not isinstance(data, dict) or not isinstance(data.get("of"), dict):
        reading.refuse(path, N_("A distance and a point are needed."), CIRCLE_HINT)
        return None
    of = data["of"]
    reading.known_keys(data, ("km", "of"), path)
    reading.known_keys(of, ("lat", "lon"), (*path, "of"))
    km = reading.number(data.get("km"), (*path, "km"), 0, FARTHEST)
    lat = _latitude(reading, of.get("lat"), (*path, "of", "lat"))
    lon = _longitude(reading, of.get("lon"), (*path, "of", "lon"))
    return None if km is None or lat is None or lon is None else Circle(lat, lon, km)


def _box(reading: Reading, data: Any, path: Path) -> Region | None:
    if not isinstance(data, dict):
        reading.refuse(path, N_("The four sides of the box are needed."), REGION_HINT)
        return None
    reading.known_keys(data, SIDES, path)
    south, north = (_latitude(reading, data.get(side), (*path, side)) for side in ("south", "north"))
    west, east = (_longitude(reading, data.get(side), (*path, side)) for side in ("west", "east"))
    if south is None or north is None or west is None or east is None:
        return None
    if south >= north:
        reading.refuse((*path, "north"), N_("The north of the box must lie beyond its south."), N_("Swap the two."))
        return None
    if west >= east:
        hint = N_("Swap the two, or give two boxes when the region crosses the 180th meridian.")
        reading.refuse((*path, "east"), N_("The east of the box must lie beyond its west."), hint)
        return None
    return Region(((south, west), (south, east), (north, east), (north, west)))


def _polygon(reading: Reading, data: Any, path: Path) -> Region | None:
    if not isinstance(data, list) or not 3 <= len(data) <= MOST_CORNERS:
        message = N_("From three to %(most)s corners are needed.")
        reading.refuse(path, message, REGION_HINT, most=MOST_CORNERS)
        return None
    read = [_corner(reading, corner, (*path, i)) for i, corner in enumerate(data)]
    corners = tuple(corner for corner in read if corner is not None)
    if len(corners) < len(read):
        return None
    # Many tools repeat the first corner at the end.
    ring = corners[:-1] if corners[0] == corners[-1] else corners
    if _is_line(ring):
        reading.refuse(path, N_("The corners lie on one line and enclose nothing."), REGION_HINT)
        return None
    return Region(ring)


def _is_line(ring: tuple[tuple[Decimal, Decimal], ...]) -> bool:
    (lat, lon), *others = sorted(set(ring))
    if not others:
        return True
    high, far = others[-1][0] - lat, others[-1][1] - lon
    return all((a - lat) * far == (b - lon) * high for a, b in others)


def _corner(reading: Reading, data: Any, path: Path) -> tuple[Decimal, Decimal] | None:
    if not isinstance(data, list) or len(data) != 2:
        reading.refuse(path, N_("A corner is its latitude and its longitude."), N_("For example [30.27, 120.15]."))
        return None
    lat, lon = _latitude(reading, data[0], (*path, 0)), _longitude(reading, data[1], (*path, 1))
    return None if lat is None or lon is None else (lat, lon)


def _latitude(reading: Reading, data: Any, path: Path) -> Decimal | None:
    return reading.number(data, path, -90, 90)


def _longitude(reading: Reading, data: Any, path: Path) -> Decimal | None:
    return reading.number(data, path, -180, 180)

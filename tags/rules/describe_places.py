"""Numbers and places in words."""

from decimal import Decimal

from .nodes import Region
from .phrases import Phrases

MOST_CORNERS = 8


def plain(number: Decimal | int) -> str:
    return f"{Decimal(number).normalize():f}"


def point(lat: Decimal, lon: Decimal) -> str:
    return f"{plain(lat)}, {plain(lon)}"


def region_text(region: Region, words: Phrases) -> str:
    """A box by its sides, another ring by its first corners."""
    corners = region.corners
    lats, lons = sorted({lat for lat, _lon in corners}), sorted({lon for _lat, lon in corners})
    if len(corners) == 4 and len(set(corners)) == 4 and len(lats) == len(lons) == 2 and _turns_square(region):
        sides = zip(("south", "north", "west", "east"), (*lats, *lons), strict=True)
        return words.box.format(**{side: plain(number) for side, number in sides})
    texts = [f"({point(*corner)})" for corner in corners[:MOST_CORNERS]]
    more = words.more_corners.format(n=len(corners)) if len(corners) > MOST_CORNERS else ""
    return words.ring.format(corners=words.separator.join(texts)) + more


def _turns_square(region: Region) -> bool:
    """Neighbouring corners share one coordinate; otherwise the four sides cross."""
    ring = region.corners
    return all((a[0] == b[0]) != (a[1] == b[1]) for a, b in zip(ring, (*ring[1:], ring[0]), strict=True))

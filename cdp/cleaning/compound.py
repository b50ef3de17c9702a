"""Lists in one cell, and places."""

import json
import re
from typing import Any

from cdp.errors import N_, Problem

from .text import MISSING, clean_text

# Full-width ones are ordinary ones by the time they come here.
SEPARATORS = re.compile(r"[,;|、\n]")
_NUMBER = r"([-+]?\d{1,3}(?:\.\d+)?)"
_PAIR = re.compile(rf"[(\[]?\s*{_NUMBER}\s*[, ;]\s*{_NUMBER}\s*[)\]]?")
_WKT = re.compile(rf"(?:SRID=4326;)?\s*POINT\s*\(\s*{_NUMBER}\s+{_NUMBER}\s*\)", re.IGNORECASE)
_LATITUDES, _LONGITUDES = ("lat", "latitude", "纬度"), ("lon", "lng", "longitude", "经度")


def clean_list(text: str) -> list[str] | Problem | None:
    """The distinct items in their order; None for a list of nothing."""
    if text.startswith("{"):
        return _not_a_list()
    if not text.startswith("["):
        return _distinct(SEPARATORS.split(text))
    found = _json(text)
    if not isinstance(found, list):
        found = _json(text.replace("'", '"'))
    if isinstance(found, list):
        return _distinct([_word(part) for part in found])
    return _distinct(SEPARATORS.split(text[1:-1])) if text.endswith("]") else _not_a_list()


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _word(part: Any) -> str | None:
    """An item as text; None when it is none but a list or an object."""
    if isinstance(part, list | dict):
        return None
    return "" if part is None else str(part).lower() if isinstance(part, bool) else str(part)


def _distinct(parts: list[str | None]) -> list[str] | Problem | None:
    if any(part is None for part in parts):
        return _not_a_list()
    words = [part.strip() for part in parts if part is not None]
    for word in words:
        if isinstance(refused := clean_text(word), Problem):
            return refused
    return list(dict.fromkeys(word for word in words if word.lower() not in MISSING)) or None


def _not_a_list() -> Problem:
    return Problem((), N_("This is not a list"), N_('Write the items with commas between, or as JSON: ["a", "b"]'))


def clean_geo(text: str) -> dict[str, float] | Problem:
    """A pair "lat,lon" (the other way round only where no doubt is possible), WKT, or JSON."""
    if match := _WKT.fullmatch(text):
        return _place(float(match[2]), float(match[1]))
    if text.startswith("{"):
        return _place_of(_json(text))
    match = _PAIR.fullmatch(text)
    if match is None:
        return _not_a_place()
    lat, lon = float(match[1]), float(match[2])
    return _place(lon, lat) if abs(lat) > 90 >= abs(lon) else _place(lat, lon)


def _place_of(found: Any) -> dict[str, float] | Problem:
    """{"lat": …, "lon": …} or a GeoJSON point, which names the longitude first."""
    if not isinstance(found, dict):
        return _not_a_place()
    known = {str(key).lower(): value for key, value in found.items()}
    lat = next((known[key] for key in _LATITUDES if key in known), None)
    lon = next((known[key] for key in _LONGITUDES if key in known), None)
    if str(known.get("type")).lower() == "point" and isinstance(known.get("coordinates"), list):
        lon, lat = [*known["coordinates"], None, None][:2]
    try:
        return _place(float(lat), float(lon))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return _not_a_place()


def _place(lat: float, lon: float) -> dict[str, float] | Problem:
    # Written so that what is not a number at all is refused too.
    if abs(lat) <= 90 and abs(lon) <= 180:
        return {"lat": lat, "lon": lon}
    return Problem(
        (),
        N_("There is no such place"),
        N_("A latitude is between -90 and 90, a longitude between -180 and 180; write the latitude first"),
    )


def _not_a_place() -> Problem:
    return Problem(
        (),
        N_("This is not a place"),
        N_("Write latitude and longitude, such as 30.27, 120.15, or POINT(120.15 30.27)"),
    )

"""Lists in one cell, and places."""

import json
import re

from cdp.errors import N_, Problem

_SEPARATORS = re.compile(r"[,;|、\n]")
_POINT = re.compile(r"\(?\s*(-?\d{1,3}(?:\.\d+)?)\s*[, ;]\s*(-?\d{1,3}(?:\.\d+)?)\s*\)?")


def clean_list(text: str) -> list[str] | Problem:
    if text.startswith("["):
        try:
            found = json.loads(text.replace("'", '"'))
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, list):
            return _distinct([str(part) for part in found])
    return _distinct(_SEPARATORS.split(text))


def _distinct(parts: list[str]) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def clean_geo(text: str) -> dict[str, float] | Problem:
    match = _POINT.fullmatch(text)
    if match:
        lat, lon = float(match[1]), float(match[2])
        if abs(lat) > 90 >= abs(lon):
            lat, lon = lon, lat
        if abs(lat) <= 90 and abs(lon) <= 180:
            return {"lat": lat, "lon": lon}
    return Problem((), N_("This is not a place"), N_("Write latitude and longitude, such as 30.27, 120.15"))

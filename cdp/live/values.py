"""Values of a message as clean values of a kind. Pure."""

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from cdp.cleaning.columns import CLEANERS
from cdp.errors import N_, Problem

# What a name says of a number; other numbers are just numbers.
MONEY = frozenset(("amount", "price", "revenue", "total", "subtotal", "discount", "tax", "shipping", "cost", "fee"))
DATED = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?")
LONGEST_TEXT = 2_000
LONGEST_NAME = 60
_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def slug_of(name: str) -> str:
    """`productId`, "Product ID" and `product_id` are one name; "" for one without letters or digits."""
    text = _WORD_STARTS.sub("_", unicodedata.normalize("NFKC", name[: 4 * LONGEST_NAME])).lower()
    slug = re.sub(r"\W+", "_", text).strip("_")[:LONGEST_NAME].rstrip("_")
    return f"n_{slug}" if slug[:1].isdigit() else slug


def is_nothing(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def kind_of(slug: str, value: Any) -> str:
    """The kind a new property or attribute of this name begins with, by its first value; "" for what cannot be one
    (an object, a list of objects)."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "money" if slug.rsplit("_", 1)[-1] in MONEY else "number"
    if isinstance(value, str):
        return "date" if DATED.fullmatch(value.strip()) else "text"
    if isinstance(value, list):
        return "list" if all(isinstance(item, str | int | float) for item in value) else ""
    return "geo" if isinstance(value, Mapping) and _place(value) else ""


def value_clean(kind: str, value: Any, zone: ZoneInfo) -> Any:
    """A clean value as its column holds it, None for nothing, or a `Problem`."""
    if isinstance(value, str):
        return _of_text(kind, value.replace("\x00", ""), zone)
    if kind == "list" and isinstance(value, list):
        return _items(value)
    if kind == "geo" and isinstance(value, Mapping):
        return _place(value) or _clash(kind)
    if isinstance(value, bool):
        return value if kind == "boolean" else _of_text(kind, str(value).lower(), zone)
    if isinstance(value, int | float):
        return _of_number(kind, value, zone)
    return _clash(kind)


def _of_text(kind: str, text: str, zone: ZoneInfo) -> Any:
    if kind == "text":
        return text.strip()[:LONGEST_TEXT].strip() or None
    return CLEANERS[kind].value(text, zone)


def _of_number(kind: str, value: float, zone: ZoneInfo) -> Any:
    if not math.isfinite(value) or abs(value) > 1e300:
        return _clash(kind)
    if kind == "number":
        return float(value)
    if kind == "boolean" and value not in (0, 1):
        return _clash(kind)
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return _of_text(kind, text, zone)


def _items(value: list[Any]) -> list[str] | Problem | None:
    if not all(isinstance(item, str | int | float) for item in value):
        return _clash("list")
    texts = (str(item).lower() if isinstance(item, bool) else str(item) for item in value)
    bare = (text.replace("\x00", "").strip()[:LONGEST_TEXT] for text in texts)
    return list(dict.fromkeys(text for text in bare if text)) or None


def _place(value: Mapping[str, Any]) -> dict[str, float] | None:
    lat, lon = value.get("lat", value.get("latitude")), value.get("lon", value.get("lng", value.get("longitude")))
    if not (_is_number(lat) and _is_number(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        return None
    return {"lat": float(lat), "lon": float(lon)}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _clash(kind: str) -> Problem:
    hint = N_("Send what was sent under this name before")
    return Problem((), N_("This is not a value of the kind %(kind)s"), hint, {"kind": kind})


def value_json(value: Any) -> Any:
    """A clean value as JSON holds it: dates as wall clock, money as a number."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S")
    return float(value) if isinstance(value, Decimal) else value

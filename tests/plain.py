"""Comparisons, calendar steps and places in plain Python, for the oracle."""

import calendar
import hashlib
import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tags.rules import nodes

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def step(day: date, n: int, unit: str) -> date:
    """A day n units on; a month that is too short ends on its last day."""
    if unit in ("day", "week"):
        return day + timedelta(days=n * (7 if unit == "week" else 1))
    year, month = day.year, day.month
    for _ in range(abs(n) * MONTHS[unit]):
        month += 1 if n > 0 else -1
        if month in (0, 13):
            year, month = (year - 1, 12) if month == 0 else (year + 1, 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def unit_of(time: datetime, unit: str) -> tuple:
    """What names the calendar unit a time is in."""
    return {
        "hour": (time.date(), time.hour),
        "day": (time.date(),),
        "week": tuple(time.isocalendar())[:2],
        "month": (time.year, time.month),
        "quarter": (time.year, math.ceil(time.month / 3)),
        "year": (time.year,),
    }[str(unit)]


def anniversary(value: datetime, day: date) -> bool:
    if (value.month, value.day) == (2, 29) and not calendar.isleap(day.year):
        return (day.month, day.day) == (2, 28)
    return (value.month, value.day) == (day.month, day.day)


def text_satisfies(value: str, test: nodes.Test) -> bool:
    items = test.value if isinstance(test.value, tuple) else (test.value,)
    if test.op in ("matches", "not_matches"):
        return bool(re.search(items[0], value)) == (test.op == "matches")
    wanted = [unicodedata.normalize("NFKC", item) for item in items]
    low, mine = wanted[0].lower(), value.lower()
    tests: dict[str, Callable[[], bool]] = {
        "is": lambda: value == wanted[0],
        "is_not": lambda: value != wanted[0],
        "in": lambda: value in wanted,
        "not_in": lambda: value not in wanted,
        "contains": lambda: low in mine,
        "not_contains": lambda: low not in mine,
        "starts_with": lambda: mine.startswith(low),
        "ends_with": lambda: mine.endswith(low),
    }
    return tests[test.op]()


def number_satisfies(value: Fraction, test: nodes.Test) -> bool:
    raw = test.value if isinstance(test.value, tuple) else (test.value,)
    return number_holds(value, test.op, [Fraction(Decimal(item)) for item in raw])


def number_holds(value: Fraction, op: str, wanted: list[Fraction]) -> bool:
    low, high = wanted[0], wanted[-1]
    return {
        "=": value == low,
        "!=": value != low,
        "<": value < low,
        "<=": value <= low,
        ">": value > low,
        ">=": value >= low,
        "between": low <= value <= high,
        "not_between": not low <= value <= high,
        "in": value in wanted,
    }[op]


def place_satisfies(value: dict[str, float], place: nodes.Circle | nodes.Region) -> bool:
    if isinstance(place, nodes.Circle):
        here, there = on_sphere(value["lat"], value["lon"]), on_sphere(float(place.lat), float(place.lon))
        return 6371.0088 * 2 * math.asin(min(1, math.dist(here, there) / 2)) <= place.km
    north, east = Fraction(value["lat"]), Fraction(value["lon"])
    corners = [(Fraction(lat), Fraction(lon)) for lat, lon in place.corners]
    crossed = 0
    for one, other in zip(corners, corners[1:] + corners[:1], strict=True):
        (low, west), (high, far) = sorted((one, other))
        if low <= north < high:
            crossed += east < west + (far - west) * (north - low) / (high - low)
    return crossed % 2 == 1


def on_sphere(lat: float, lon: float) -> tuple[float, float, float]:
    north, east = math.radians(lat), math.radians(lon)
    return math.cos(north) * math.cos(east), math.cos(north) * math.sin(east), math.sin(north)


def sample_place(salt: str, who: int) -> Fraction:
    """Where in [0, 1) a customer falls: the finaliser of SplitMix64, in whole numbers."""
    start = sum(byte << (8 * i) for i, byte in enumerate(hashlib.blake2b(salt.encode(), digest_size=8).digest()))
    z = ((who ^ start) + 0x9E3779B97F4A7C15) % 2**64
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB % 2**64
    return Fraction(z ^ (z >> 31), 2**64)


def list_satisfies(value: list[str], test: nodes.Test) -> bool:
    if test.op.startswith("size "):
        return number_satisfies(Fraction(len(value)), nodes.Test(test.op.removeprefix("size "), test.value))
    items = test.value if isinstance(test.value, tuple) else (test.value,)
    wanted = {unicodedata.normalize("NFKC", item) for item in items}
    mine = set(value)
    return {
        "has": bool(wanted & mine),
        "has_any": bool(wanted & mine),
        "has_all": wanted <= mine,
        "has_none": not wanted & mine,
    }[test.op]

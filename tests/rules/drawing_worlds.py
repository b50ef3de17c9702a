"""Random worlds, for Hypothesis. Few values, so that they meet often."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from tests.world import Deed, Person, World

KINDS = {
    "level": "text",
    "wish": "text",
    "points": "number",
    "limit": "number",
    "balance": "money",
    "credit": "money",
    "joined": "date",
    "renewed": "date",
    "member": "boolean",
    "likes": "list",
    "home": "geo",
}
PROPERTIES = {
    "item": "text",
    "weight": "number",
    "amount": "money",
    "due": "date",
    "gift": "boolean",
    "marks": "list",
    "spot": "geo",
}
EVENTS = ("buy", "see")
UNITS = ("hour", "day", "week", "month", "quarter", "year")
TEXTS = ("gold", "Gold", "金牌", "old g", "")
NUMBERS = (-1, 0, 1, 2, 2.5, 3, 100)
AMOUNTS = ("-20.00", "0.00", "0.01", "33.33", "99.99", "100.00")
PLACES = ((30.0, 120.0), (30.25, 120.5), (31.0, 121.0), (31.5, 120.0), (-33.9, -70.5), (0.0, 179.75))
AS_OFS = tuple(
    datetime.fromisoformat(text)
    for text in ("2026-11-21T20:00", "2026-03-31", "2024-02-29T23:59:59", "2027-01-01T00:00:00.000001")
)


SHORT = (timedelta(0), timedelta(microseconds=1), timedelta(hours=1), timedelta(hours=24), timedelta(days=3))


def worlds(deeds: int = 0) -> st.SearchStrategy[tuple[World, datetime]]:
    """A world of a few customers with at least so many deeds, and the moment it is looked at.

    Only how much there is of it is drawn one by one, and so made smaller for a counterexample; all else
    comes from one number, which is many times faster.
    """
    people, number = st.integers(3, 6), st.integers(deeds, 30)
    return st.builds(_world, st.integers(0, 2**32), people, number, st.sampled_from(AS_OFS))


def _world(seed: int, people: int, deeds: int, now: datetime) -> tuple[World, datetime]:
    chance = Random(seed)
    ids = [7 * i + 1 for i in range(people)]
    world = World(
        people=tuple(Person(i, str(i), _valued(chance, KINDS, now)) for i in ids),
        deeds=tuple(_deeds(chance, ids, deeds, now)),
        attributes=KINDS,
        properties=PROPERTIES,
        events=EVENTS,
        labels={"stage": {"new": _some(chance, ids), "old": _some(chance, ids)}},
        numbers={"spend": {i: chance.choice((0.0, 2.5, 100.0)) for i in sorted(_some(chance, ids))}},
        segments={"vip": _some(chance, ids)},
        lists={"guests": _some(chance, ids)},
    )
    return world, now.replace(tzinfo=ZoneInfo(world.zone))


def _some(chance: Random, ids: list[int]) -> frozenset[int]:
    return frozenset(chance.sample(ids, chance.randint(0, len(ids))))


def _deeds(chance: Random, ids: list[int], count: int, now: datetime) -> Iterator[Deed]:
    """Often one soon after another, by the same customer."""
    who, time = ids[0], now
    for _ in range(count):
        if chance.random() < 0.5:
            who, time = chance.choice(ids), _time(chance, now)
        else:
            time += chance.choice(SHORT)
        properties = _valued(chance, PROPERTIES, now)
        yield Deed(who, chance.choice(EVENTS), time, chance.choice(("app", "web")), "shop", properties)


def _time(chance: Random, now: datetime) -> datetime:
    """Around what windows begin and end with: now, midnights, months."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    edge = chance.choice((timedelta(0), timedelta(microseconds=-1), timedelta(hours=20), timedelta(minutes=1)))
    match chance.randrange(6):
        case 0:
            return now - timedelta(microseconds=chance.randint(0, 1))
        case 1 | 2:
            return midnight + timedelta(days=chance.randint(-14, 2)) + edge
        case 3:
            return midnight + timedelta(days=chance.randint(-70, 40)) + edge
        case 4:
            return _month_back(midnight, chance.randint(0, 26)) + edge
        case _:
            return now + timedelta(hours=chance.randint(-30, 5))


def _month_back(midnight: datetime, n: int) -> datetime:
    months = midnight.year * 12 + midnight.month - 1 - n
    return midnight.replace(year=months // 12, month=months % 12 + 1, day=1)


def _valued(chance: Random, kinds: dict[str, str], now: datetime) -> dict[str, Any]:
    """Mostly known, sometimes not."""
    return {slug: _stored(chance, kind, now) if chance.random() < 0.8 else None for slug, kind in kinds.items()}


def _stored(chance: Random, kind: str, now: datetime) -> Any:
    match kind:
        case "text":
            return chance.choice(TEXTS)
        case "number":
            return chance.choice((*map(float, NUMBERS), float("nan")))
        case "money":
            return Decimal(chance.choice(AMOUNTS))
        case "date":
            return _time(chance, now)
        case "boolean":
            return chance.random() < 0.5
        case "list":
            return chance.sample(TEXTS[:3], chance.randint(0, 3))
        case _:
            lat, lon = chance.choice(PLACES)
            return {"lat": lat, "lon": lon}

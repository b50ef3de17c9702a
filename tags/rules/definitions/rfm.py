"""RFM: how recently, how often and for how much, each scored 1 to 5, and the eight groups of the three."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from cdp.errors import N_, Problem

from ..catalog import Catalog
from ..nodes import Measure
from ..reading import Path, Reading
from ..walk import References, measure_references
from .base import (
    EVENT_KEYS,
    DefinitionKind,
    Label,
    event_problems,
    label,
    property_problems,
    read_events,
)
from .bins import number_of

SCORES = 5
PARTS = ("recency", "frequency", "monetary")

# Whether R, F and M are above the mean score → the group.
GROUPS: dict[tuple[bool, bool, bool], Label] = {
    (True, True, True): label("important_value", "重要价值客户", "重要價值客戶", "Important: valuable"),
    (True, False, True): label("important_develop", "重要发展客户", "重要發展客戶", "Important: to develop"),
    (False, True, True): label("important_keep", "重要保持客户", "重要保持客戶", "Important: to keep"),
    (False, False, True): label("important_retain", "重要挽留客户", "重要挽留客戶", "Important: to win back"),
    (True, True, False): label("general_value", "一般价值客户", "一般價值客戶", "General: valuable"),
    (True, False, False): label("general_develop", "一般发展客户", "一般發展客戶", "General: to develop"),
    (False, True, False): label("general_keep", "一般保持客户", "一般保持客戶", "General: to keep"),
    (False, False, False): label("general_retain", "一般挽留客户", "一般挽留客戶", "General: to win back"),
}


@dataclass(frozen=True)
class Limits:
    """Four rising limits each: days that score 5, 4, 3, 2 while they are below; times and money that score
    2, 3, 4, 5 once they are reached."""

    recency: tuple[Decimal, ...]
    frequency: tuple[Decimal, ...]
    monetary: tuple[Decimal, ...]


@dataclass(frozen=True)
class Rfm:
    """`events` counts the events; `limits` of None scores by quintiles of the customers who have any."""

    events: Measure
    amount: str
    limits: Limits | None = None

    @property
    def labels(self) -> tuple[Label, ...]:
        return tuple(GROUPS.values())


def _parse(reading: Reading, data: dict[str, Any]) -> Rfm | None:
    reading.known_keys(data, ("v", *EVENT_KEYS, "amount", "scores"), ())
    found = len(reading.problems)
    events = read_events(reading, data)
    if not data.get("amount"):
        reading.refuse(("amount",), N_("The property that holds the money is needed."), N_('For example "amount".'))
    amount = reading.slug(data["amount"], ("amount",)) if data.get("amount") else None
    scores = data.get("scores", "quintiles")
    limits = None if scores == "quintiles" else _limits(reading, scores, ("scores",))
    if len(reading.problems) > found or events is None or amount is None:
        return None
    return Rfm(events, amount, limits)


def _limits(reading: Reading, data: Any, path: Path) -> Limits | None:
    if not isinstance(data, dict):
        hint = N_('"quintiles", or {"recency": [30, 60, 90, 180], "frequency": […], "monetary": […]}.')
        reading.refuse(path, N_("How to score is not known."), hint)
        return None
    reading.known_keys(data, PARTS, path)
    read = {part: _rising(reading, data.get(part), (*path, part)) for part in PARTS}
    if any(limits is None for limits in read.values()):
        return None
    return Limits(**{part: limits for part, limits in read.items() if limits is not None})


def _rising(reading: Reading, data: Any, path: Path) -> tuple[Decimal, ...] | None:
    numbers = [number_of(item) for item in data] if isinstance(data, list) else []
    known = tuple(number for number in numbers if number is not None)
    rising = all(low < high for low, high in pairwise(known))
    if len(numbers) == len(known) == SCORES - 1 and rising:
        return known
    reading.refuse(path, N_("Four rising numbers are needed."), N_("For example [30, 60, 90, 180]."))
    return None


def _validate(definition: Rfm, catalog: Catalog) -> list[Problem]:
    problems = event_problems(definition.events, catalog)
    return problems + property_problems(definition.amount, ("number", "money"), catalog, ("amount",))


def _references(definition: Rfm) -> References:
    return measure_references(definition.events) | References(properties=frozenset({definition.amount}))


RFM = DefinitionKind(_parse, _validate, _references)

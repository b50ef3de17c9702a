"""Preference: the values of an event property that weigh most with a customer."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from cdp.errors import N_, Problem

from ..catalog import FIXED, Catalog
from ..nodes import Measure
from ..reading import Path, Reading
from ..value_kinds import NUMBER
from ..walk import References, measure_references
from .base import EVENT_KEYS, MOST_DAYS, DefinitionKind, Label, event_problems, property_problems, read_events
from .bins import number_of

MOST_TOP = 50
MOST_EVENTS = 1_000_000
KINDS = ("text", "list", "number")


@dataclass(frozen=True)
class ByCount:
    """Each event weighs 1."""


@dataclass(frozen=True)
class BySum:
    """Each event weighs what the property says."""

    property: str


@dataclass(frozen=True)
class ByHalfLife:
    """An event weighs half after so many days, a quarter after twice as many."""

    days: int


Weight: TypeAlias = ByCount | BySum | ByHalfLife


@dataclass(frozen=True)
class Preference:
    """The `top` values of the property `of` that have at least `min_events` events and `min_share` of the
    customer's whole weight."""

    events: Measure
    of: str
    weight: Weight = ByCount()
    top: int = 1
    min_events: int = 1
    min_share: Decimal = Decimal(0)

    @property
    def labels(self) -> tuple[Label, ...]:
        """Known beforehand only of the weekdays; the others are data."""
        known = FIXED[self.of].values if self.of in FIXED else {}
        return tuple(Label(value, names) for value, names in known.items())


def _parse(reading: Reading, data: dict[str, Any]) -> Preference | None:
    reading.known_keys(data, ("v", *EVENT_KEYS, "property", "weight", "top", "min_events", "min_share"), ())
    found = len(reading.problems)
    events = read_events(reading, data)
    slug = reading.slug(data.get("property"), ("property",))
    weight = _weight(reading, data.get("weight", "count"), ("weight",))
    top = reading.whole(data.get("top", 1), ("top",), 1, MOST_TOP)
    least = reading.whole(data.get("min_events", 1), ("min_events",), 1, MOST_EVENTS)
    share = number_of(data.get("min_share", 0))
    if share is None or not 0 <= share <= 1:
        reading.refuse(("min_share",), N_("A share from 0 to 1 is needed."), N_("For example 0.2 for a fifth."))
    if len(reading.problems) > found or events is None or slug is None or weight is None or share is None:
        return None
    return Preference(events, slug, weight, top or 1, least or 1, share)


def _weight(reading: Reading, data: Any, path: Path) -> Weight | None:
    if data == "count":
        return ByCount()
    if isinstance(data, dict) and list(data) == ["sum"]:
        slug = reading.slug(data["sum"], (*path, "sum"))
        return None if slug is None else BySum(slug)
    if isinstance(data, dict) and list(data) == ["half_life"]:
        days = reading.whole(data["half_life"], (*path, "half_life"), 1, MOST_DAYS)
        return None if days is None else ByHalfLife(days)
    hint = N_('"count", {"sum": "amount"}, or {"half_life": 30} in days.')
    reading.refuse(path, N_("How to weigh the events is not known."), hint)
    return None


def _validate(definition: Preference, catalog: Catalog) -> list[Problem]:
    problems = event_problems(definition.events, catalog)
    problems += property_problems(definition.of, KINDS, catalog, ("property",))
    if isinstance(definition.weight, BySum):
        problems += property_problems(definition.weight.property, NUMBER, catalog, ("weight", "sum"))
    return problems


def _references(definition: Preference) -> References:
    own = {definition.of} | ({definition.weight.property} if isinstance(definition.weight, BySum) else set())
    return measure_references(definition.events) | References(properties=frozenset(own - set(FIXED)))


PREFERENCE = DefinitionKind(_parse, _validate, _references)

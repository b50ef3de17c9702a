"""Life cycle: where a customer stands between never having bought and being lost, by days without buying."""

from dataclasses import dataclass
from typing import Any

from cdp.errors import N_, Problem

from ..catalog import Catalog
from ..nodes import Measure
from ..reading import Reading
from ..walk import References, measure_references
from .base import MOST_DAYS, DefinitionKind, Label, event_problems, label, read_events

PROSPECT = label("prospect", "潜在", "潛在", "prospect")
NEW = label("new", "新客", "新客", "new")
ACTIVE = label("active", "活跃", "活躍", "active")
DORMANT = label("dormant", "沉睡", "沉睡", "dormant")
CHURNED = label("churned", "流失", "流失", "churned")
WON_BACK = label("won_back", "赢回", "贏回", "won back")
STATES = (PROSPECT, NEW, ACTIVE, DORMANT, CHURNED, WON_BACK)
DEFAULTS = {"new": 30, "dormant": 90, "churned": 180, "won_back": 30}


@dataclass(frozen=True)
class Lifecycle:
    """`events` counts the purchases. In days: new up to `new` after the first one, dormant and churned after
    more than so many without one, won back up to `won_back` after returning from churned."""

    events: Measure
    new: int
    dormant: int
    churned: int
    won_back: int

    @property
    def labels(self) -> tuple[Label, ...]:
        return STATES


def _parse(reading: Reading, data: dict[str, Any]) -> Lifecycle | None:
    reading.known_keys(data, ("v", "event", "where", *DEFAULTS), ())
    events = read_events(reading, data, ("event", "where"))
    days = {
        name: reading.whole(data.get(name, usual), (name,), 0 if name in ("new", "won_back") else 1, MOST_DAYS)
        for name, usual in DEFAULTS.items()
    }
    read = {name: n for name, n in days.items() if n is not None}
    if events is None or len(read) < len(days):
        return None
    definition = Lifecycle(events, **read)
    _check_order(reading, definition)
    return definition


def _check_order(reading: Reading, definition: Lifecycle) -> None:
    """Each customer is in one state only."""
    for name, days in (("new", definition.new), ("won_back", definition.won_back)):
        if days > definition.dormant:
            reading.refuse(
                (name,),
                N_("These days end after a customer is dormant (%(days)s)."),
                N_("Give fewer days."),
                days=definition.dormant,
            )
    if definition.churned <= definition.dormant:
        reading.refuse(
            ("churned",),
            N_("A customer is dormant first (%(days)s days), then churned."),
            N_("Give more days."),
            days=definition.dormant,
        )


def _validate(definition: Lifecycle, catalog: Catalog) -> list[Problem]:
    return event_problems(definition.events, catalog)


def _references(definition: Lifecycle) -> References:
    return measure_references(definition.events)


LIFECYCLE = DefinitionKind(_parse, _validate, _references)

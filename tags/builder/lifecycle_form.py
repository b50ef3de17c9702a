"""The form of a life cycle: which events, and the days between its states."""

from typing import Any

from django.utils.translation import gettext as _

from tags.rules.catalog import Catalog
from tags.rules.definitions.lifecycle import DEFAULTS

from .draw import Draw
from .kind_form import (
    KindForm,
    Setting,
    events_row,
    first_event,
    number_input,
    read_what,
    setting,
    settle_usual,
    whole_number,
)
from .literals import text_of
from .parts import Row
from .posted import Tree
from .read import Reading
from .write import write_events

KEYS = ("new", "dormant", "churned", "won_back")


def settle(node: Tree, catalog: Catalog) -> None:
    days = {key: str(DEFAULTS[key]) for key in KEYS}
    settle_usual(node, {"events": {"event": first_event(catalog)}, **days}, catalog)


def read(node: Tree, reading: Reading) -> dict[str, Any]:
    found = read_what(node, "lifecycle", reading, windowed=False)
    days = {key: whole_number(node, key, (key,), f"lifecycle.{key}", reading) for key in KEYS}
    return {"v": 1, **found, **days}


def write(definition: dict[str, Any]) -> Tree:
    days = {key: text_of(definition.get(key, DEFAULTS[key])) for key in KEYS}
    return {"events": write_events(definition), **days}


def draw(node: Tree, draw: Draw) -> tuple[Row, list[Setting]]:
    texts = {
        "new": (_("New customer"), _("for %(n)s days after the first one")),
        "dormant": (_("Dormant"), _("after more than %(n)s days without one")),
        "churned": (_("Churned"), _("after more than %(n)s days without one")),
        "won_back": (_("Won back"), _("for %(n)s days after coming back from churned")),
    }
    settings = [
        setting(f"lifecycle.{key}", label, [number_input(node, "lifecycle", key, said)], draw)
        for key, (label, said) in texts.items()
    ]
    return events_row(node, "lifecycle", draw, windowed=False), settings


LIFECYCLE = KindForm(settle, read, write, draw)

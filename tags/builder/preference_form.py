"""The form of a preference: which events, of what, how they weigh, and from when on something is preferred."""

from typing import Any

from django.utils.translation import gettext as _

from tags.rules.catalog import Catalog
from tags.rules.definitions.preference import KINDS
from tags.rules.value_kinds import NUMBER

from .draw import Draw
from .kind_form import (
    KindForm,
    Setting,
    choice_input,
    events_row,
    first_event,
    number_input,
    property_input,
    read_what,
    setting,
    settle_usual,
    whole_number,
)
from .literals import percent_text, share_of, text_of
from .parts import Row
from .posted import Tree, text
from .read import CHOOSE, Reading
from .write import write_events

COUNT, SUM, HALF_LIFE = "count", "sum", "half_life"
USUAL = {"property": "", "weigh": COUNT, "sum": "", "days": "90", "top": "1", "min_events": "1", "min_share": "0"}


def settle(node: Tree, catalog: Catalog) -> None:
    year = {"event": first_event(catalog), "window": {"shape": "last", "n": "365", "unit": "day"}}
    settle_usual(node, {"events": year, **USUAL}, catalog)


def read(node: Tree, reading: Reading) -> dict[str, Any]:
    found = read_what(node, "preference", reading)
    reading.places[("property",)] = "preference.property"
    found["property"] = text(node, "property") or reading.blank(("property",), CHOOSE)
    reading.places[("weight",)] = "preference.weigh"
    found["weight"] = _weight(node, reading)
    for key in ("top", "min_events"):
        found[key] = whole_number(node, key, (key,), f"preference.{key}", reading)
    share = whole_number(node, "min_share", ("min_share",), "preference.min_share", reading)
    return {"v": 1, **found, "min_share": share_of(share)}


def _weight(node: Tree, reading: Reading) -> Any:
    match text(node, "weigh"):
        case "sum":
            return {"sum": text(node, "sum") or reading.blank(("weight", "sum"), CHOOSE)}
        case "half_life":
            return {HALF_LIFE: whole_number(node, "days", ("weight", HALF_LIFE), "preference.weigh", reading)}
        case _:
            return COUNT


def write(definition: dict[str, Any]) -> Tree:
    weight = definition.get("weight", COUNT)
    tree: Tree = {**USUAL, "events": write_events(definition), "property": definition["property"]}
    if isinstance(weight, dict) and SUM in weight:
        tree |= {"weigh": SUM, "sum": weight[SUM]}
    elif isinstance(weight, dict):
        tree |= {"weigh": HALF_LIFE, "days": text_of(weight[HALF_LIFE])}
    tree |= {key: text_of(definition[key]) for key in ("top", "min_events") if key in definition}
    return {**tree, "min_share": percent_text(definition.get("min_share", 0))}


def draw(node: Tree, draw: Draw) -> tuple[Row, list[Setting]]:
    path = "preference"
    of = property_input(node, path, "property", _("Preferred are values of"), KINDS, draw)
    how = {
        COUNT: _("how often"),
        SUM: _("the total of a number"),
        HALF_LIFE: _("how often, the latest counting most"),
    }
    weigh = [choice_input(node, path, "weigh", _("What weighs"), how, rebuilds=True)]
    if text(node, "weigh") == SUM:
        weigh.append(property_input(node, path, "sum", _("The total of"), tuple(NUMBER), draw))
    if text(node, "weigh") == HALF_LIFE:
        half = number_input(node, path, "days", _("worth half after every %(n)s days"))
        weigh.append(half)
    settings = [
        setting("preference.property", _("Preferred are values of"), [of], draw),
        setting("preference.weigh", _("Weighed by"), weigh, draw),
        setting(
            "preference.top",
            _("At most"),
            [number_input(node, path, "top", _("%(n)s values of a customer"))],
            draw,
        ),
        setting(
            "preference.min_events",
            _("Each at least"),
            [number_input(node, path, "min_events", _("%(n)s times"))],
            draw,
        ),
        setting(
            "preference.min_share",
            _("And at least"),
            [number_input(node, path, "min_share", _("%(n)s percent of the customer's whole"))],
            draw,
        ),
    ]
    return events_row(node, path, draw), settings


PREFERENCE = KindForm(settle, read, write, draw)

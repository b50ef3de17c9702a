"""The controls of a place (near a point, or in a region), and what they mean."""

import re
from typing import Any

from django.utils.translation import gettext as _

from .literals import text_of, value_of
from .parts import Choice, Choices, Input
from .posted import Tree, text

CORNERS = re.compile(r"[;；\n]")
BETWEEN = re.compile(r"[,，\s]+")
POINT = ("lat", "lon")
SIDES = ("south", "west", "north", "east")
POLYGON = "polygon"


def place_inputs(value: Tree, path: str, op: str) -> list[Input]:
    if op == "within_km":
        point_labels = (_("Latitude"), _("Longitude"))
        point = [_degrees(value, path, key, label) for key, label in zip(POINT, point_labels, strict=True)]
        km = Input(f"{path}.km", "number", _("Kilometres"), text(value, "km"), after=_("km around"))
        return [km, *point]
    shape = text(value, "region") or "box"
    choices = (Choice("box", _("a rectangle")), Choice(POLYGON, _("a polygon")))
    chooser = Input(
        f"{path}.region", "select", _("Kind of region"), shape, options=(Choices("", choices),), rebuilds=True
    )
    if shape != POLYGON:
        labels = (_("South"), _("West"), _("North"), _("East"))
        return [chooser, *(_degrees(value, path, *side) for side in zip(SIDES, labels, strict=True))]
    label = _("Corners: latitude, longitude; the next after a semicolon")
    corners = text(value, "corners")
    hint = "30, 120; 31, 120; 30.5, 121"
    return [chooser, Input(f"{path}.corners", "text", label, corners, placeholder=hint, wide=True)]


def _degrees(value: Tree, path: str, key: str, label: str) -> Input:
    return Input(f"{path}.{key}", "number", label, text(value, key), before=label, after="°")


def corners_of(typed: str) -> list[list[Any]]:
    """30, 120; 31, 120 → [[30, 120], [31, 120]]. What is no corner stays as it is: the rule's check names it."""
    corners = [corner.strip() for corner in CORNERS.split(typed)]
    return [[value_of(number, "number") for number in BETWEEN.split(corner)] for corner in corners if corner]


def write_place(value: dict[str, Any]) -> Tree:
    """A place of rule JSON as it stands in the form."""
    if "km" in value:
        return {"km": text_of(value["km"]), **{key: text_of(value["of"][key]) for key in POINT}}
    if "box" in value:
        return {"region": "box", **{side: text_of(value["box"][side]) for side in SIDES}}
    corners = [f"{text_of(lat)}, {text_of(lon)}" for lat, lon in value[POLYGON]]
    return {"region": POLYGON, "corners": "; ".join(corners)}

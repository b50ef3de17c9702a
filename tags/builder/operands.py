"""The controls of a right-hand side, by its shape and the kind of its values."""

from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tags.rules.nodes import Unit
from tags.rules.operators import Shape

from .literals import NUMERIC, is_day
from .parts import Choice, Choices, Input
from .posted import Tree, text
from .regions import place_inputs
from .sources import NOWHERE, Sources
from .table import shape_of

# Operators whose right-hand side is one whole value, and so can be picked from the known ones.
WHOLE = ("is", "is_not", "has", "=", "!=")


def operand_inputs(
    value: Tree, path: str, op: str, kind: str, source: Sources = NOWHERE, known: tuple[Choice, ...] = ()
) -> list[Input]:
    """`known`: the values there can be, when they are few and named. `source`: where the data's own come from."""
    shape = shape_of(op)
    match shape:
        case Shape.NONE:
            return []
        case Shape.PLACE:
            return place_inputs(value, path, op)
        case Shape.ONE if known and op in WHOLE:
            return [_pick(value, path, known)]
        case Shape.ONE:
            return one(value, path, kind, source)
        case Shape.MANY:
            many = tuple(value["many"]) if isinstance(value.get("many"), list) else ()
            return [
                Input(
                    f"{path}.many[]",
                    "chips",
                    _("Values"),
                    values=many,
                    suggest=source.values,
                    known=source.known,
                    tree=source.regions,
                    labels={choice.value: choice.label for choice in known},
                    placeholder=_("pick or type"),
                )
            ]
        case Shape.PAIR:
            return [
                *_end(value, path, "low", kind),
                *_end(value, path, "high", kind, source, before=pgettext("between two ends", "and")),
            ]
        case Shape.SPAN:
            return span(value, path)


def _pick(value: Tree, path: str, known: tuple[Choice, ...]) -> Input:
    chosen = text(value, "text")
    if chosen not in [one.value for one in known]:
        known = (Choice(chosen, chosen or _("Choose…")), *known)
    return Input(f"{path}.text", "select", _("Value"), chosen, options=(Choices("", known),))


def _end(value: Tree, path: str, end: str, kind: str, source: Sources = NOWHERE, before: str = "") -> list[Input]:
    """What the values are like is told once, after both ends."""
    below = value[end] if isinstance(value.get(end), dict) else {}
    inputs = one(below, f"{path}.{end}", kind, replace(source, values=""))
    return [replace(inputs[0], before=before), *inputs[1:]]


def one(value: Tree, path: str, kind: str, source: Sources = NOWHERE) -> list[Input]:
    if kind == "date":
        return _date(value, path, source)
    if kind in NUMERIC:
        typed = text(value, "text")
        return [Input(f"{path}.text", "number", _("Value"), typed, placeholder="100", hint=source.ranges)]
    return [
        Input(
            f"{path}.text",
            "text",
            _("Value"),
            text(value, "text"),
            suggest=source.values,
            placeholder=_("pick or type"),
            wide=True,
        )
    ]


def _date(value: Tree, path: str, source: Sources) -> list[Input]:
    side = text(value, "side")
    choices = (
        Choice("", _("the date")),
        Choice("ago", _("so long ago")),
        Choice("ahead", _("so long from now")),
        Choice("start_of", _("the start of this")),
    )
    chooser = Input(f"{path}.side", "select", _("Which day"), side, options=(Choices("", choices),), rebuilds=True)
    match side:
        case "ago" | "ahead":
            return [chooser, *span(value, path)]
        case "start_of":
            return [chooser, calendar_input(f"{path}.unit", text(value, "unit") or "month")]
        case _:
            typed = text(value, "text")
            shape = "date" if not typed or is_day(typed) else "text"
            return [chooser, Input(f"{path}.text", shape, _("Date"), typed, hint=source.ranges)]


def span(value: Tree, path: str, units: Iterable[Unit] = tuple(Unit)) -> list[Input]:
    return [
        Input(f"{path}.n", "number", _("How many"), text(value, "n"), placeholder="30"),
        unit_input(f"{path}.unit", text(value, "unit") or "day", units),
    ]


def unit_input(name: str, value: str, units: Iterable[Unit] = tuple(Unit)) -> Input:
    names = {
        Unit.HOUR: _("hours"),
        Unit.DAY: _("days"),
        Unit.WEEK: _("weeks"),
        Unit.MONTH: _("months"),
        Unit.QUARTER: _("quarters"),
        Unit.YEAR: _("years"),
    }
    return _units(name, value, {unit: label for unit, label in names.items() if unit in units or unit == value})


def calendar_input(name: str, value: str) -> Input:
    """One calendar unit, as in "this month"."""
    names = {
        Unit.HOUR: pgettext("calendar unit", "hour"),
        Unit.DAY: pgettext("calendar unit", "day"),
        Unit.WEEK: pgettext("calendar unit", "week"),
        Unit.MONTH: pgettext("calendar unit", "month"),
        Unit.QUARTER: pgettext("calendar unit", "quarter"),
        Unit.YEAR: pgettext("calendar unit", "year"),
    }
    return _units(name, value, names)


def _units(name: str, value: str, names: dict[Unit, str]) -> Input:
    choices = tuple(Choice(unit.value, label) for unit, label in names.items())
    return Input(name, "select", _("Unit of time"), value, options=(Choices("", choices),))

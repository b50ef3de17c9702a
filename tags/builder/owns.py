"""A right-hand side that is another value of the same customer: a measure of events, or an attribute."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tags.rules.catalog import Catalog
from tags.rules.nodes import Agg
from tags.rules.operators import Shape, operator
from tags.rules.value_kinds import NUMBER, fits, measure_kind

from .parts import Choice, Choices, Input
from .posted import Tree, below, text

# Whose conditions can be compared with another value; filters of an event and tags take plain values only.
COMPARED = ("attribute", "event")


def owns(node: Tree, left: str, catalog: Catalog) -> tuple[str, ...]:
    """What of the customer may stand on the right of a condition: "measure", "attribute", both or neither."""
    op = text(node, "op")
    row = operator(op, left)
    if text(node, "type") not in COMPARED or row is None or row.shape is not Shape.ONE:
        return ()
    measures = ("measure",) if catalog.events and any(fits(op, left, kind) for kind in ("number", "date")) else ()
    return (*measures, "attribute") if fitting_attributes(node, left, catalog) else measures


def own_side(node: Tree, left: str, catalog: Catalog) -> str:
    """What is chosen: "" for a plain value."""
    own = text(below(node, "value"), "own")
    return own if own in owns(node, left, catalog) else ""


def fitting_attributes(node: Tree, left: str, catalog: Catalog) -> list[str]:
    """The attributes a left side of a kind compares with; never itself."""
    op, itself = text(node, "op"), text(node, "attribute")
    return [slug for slug, field in catalog.attributes.items() if slug != itself and fits(op, left, field.kind)]


def kinds_beside(left: str) -> tuple[str, ...]:
    """The kinds that a measure on the right may have."""
    return NUMBER if left in NUMBER else (left,)


def is_of(agg: str, kinds: tuple[str, ...]) -> bool:
    """Whether a measure can have one of the kinds; with none given any."""
    known = agg in Agg.__members__.values()
    return not kinds or (
        known and any(measure_kind(Agg(agg), kind) in kinds for kind in (None, "number", "money", "date"))
    )


def own_inputs(node: Tree, path: str, own: str, left: str, catalog: Catalog) -> list[Input]:
    """What it is compared with, and how many times of it."""
    value = below(node, "value")
    names = {"measure": _("another measure"), "attribute": _("another attribute")}
    choices = [Choice("", _("a value typed here"))]
    choices += [Choice(one, names[one]) for one in owns(node, left, catalog)]
    label = _("What it is compared with")
    found = [Input(f"{path}.own", "select", label, own, options=(Choices("", tuple(choices)),), rebuilds=True)]
    if own == "measure" and left in NUMBER:
        after = pgettext("so many times another measure", "times")
        found.append(Input(f"{path}.times", "number", _("How many times of it"), text(value, "times"), after=after))
    return found

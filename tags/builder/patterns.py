"""The controls of what happens over time (for the first time, no longer, again, regularly) and of samples."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tags.rules.nodes import Unit

from .operands import calendar_input, span
from .parts import Choice, Choices, Input
from .posted import Tree, below, text

# Units that always have the same length.
FIXED_LENGTHS = (Unit.HOUR, Unit.DAY, Unit.WEEK)


def pattern_chooser(path: str, kind: str) -> Input:
    kinds = (
        Choice("first", _("did for the first time")),
        Choice("stopped", _("has stopped doing")),
        Choice("resumed", _("does again")),
        Choice("regular", _("does regularly")),
        Choice("sequence", _("did one after the other")),
    )
    return Input(f"{path}.type", "select", _("Behaviour"), kind, options=(Choices("", kinds),), rebuilds=True)


def pattern_details(node: Tree, path: str, kind: str) -> list[Input]:
    """What stands behind the event. A first time has a window instead."""
    match kind:
        case "stopped":
            return [
                *_span(node, path, "quiet", _("nothing for")),
                *_span(node, path, "after", _("but something in the time before:")),
            ]
        case "resumed":
            return [
                *_span(node, path, "after", _("again within the last")),
                *_span(node, path, "quiet", _("after nothing for")),
            ]
        case "regular":
            return [
                _number(node, path, "times", _("Times"), _("at least"), _("times every")),
                calendar_input(f"{path}.per", text(node, "per") or "month"),
                _number(node, path, "in", _("In how many periods"), _("in this many:")),
                _number(node, path, "of", _("Of the last how many periods"), _("of the last"), _("complete ones")),
            ]
        case _:
            return []


def sequence_inputs(node: Tree, path: str) -> list[Input]:
    """The steps and when the first of them was stand below."""
    number, unit = span(below(node, "within"), f"{path}.within", FIXED_LENGTHS)
    return [
        pattern_chooser(path, "sequence"),
        replace(number, before=pgettext("a length of time", "within")),
        replace(unit, after=_("from the first to the last:")),
    ]


def absent_input(step: Tree, path: str) -> Input:
    choices = (Choice("", _("then did")), Choice("1", _("but did not")))
    return Input(
        f"{path}.absent", "select", _("Did or did not"), text(step, "absent"), options=(Choices("", choices),)
    )


def rank_inputs(node: Tree, path: str) -> list[Input]:
    """Who stands before whom, and how many of them; what they are ranked by stands behind."""
    ends = (Choice("top", _("the highest")), Choice("bottom", _("the lowest")))
    units = (Choice("percent", "%"), Choice("customer", _("customers")))
    end, unit = text(node, "end") or "top", text(node, "unit") or "percent"
    return [
        Input(
            f"{path}.end", "select", _("Highest or lowest"), end, options=(Choices("", ends),), before=_("among")
        ),
        _number(node, path, "n", _("How many")),
        Input(f"{path}.unit", "select", _("Percent or customers"), unit, options=(Choices("", units),)),
    ]


def sample_inputs(node: Tree, path: str) -> list[Input]:
    salt = Input(
        f"{path}.salt", "text", _("Name of the draw"), text(node, "salt"), placeholder=_("for example: autumn test")
    )
    return [
        replace(salt, before=_("the draw")),
        _number(node, path, "from", _("From percent"), _("customers from"), "%"),
        _number(node, path, "to", _("To percent"), pgettext("between two ends", "to"), "%"),
    ]


def _span(node: Tree, path: str, key: str, before: str) -> list[Input]:
    number, unit = span(below(node, key), f"{path}.{key}")
    return [replace(number, before=before), unit]


def _number(node: Tree, path: str, key: str, label: str, before: str = "", after: str = "") -> Input:
    return Input(f"{path}.{key}", "number", label, text(node, key), before=before, after=after)

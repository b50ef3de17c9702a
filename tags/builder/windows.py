"""The controls of a window, and its dates in words."""

from datetime import datetime, time, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tags.rules.nodes import Window
from tags.rules.windows import Moment, resolve

from .operands import calendar_input, unit_input
from .parts import Choice, Choices, Input
from .posted import Tree, text


def window_inputs(window: Tree, path: str) -> list[Input]:
    shape = text(window, "shape") or "ever"
    choices = (
        Choice("last", _("in the last")),
        Choice("this", _("in this")),
        Choice("previous", _("in the previous")),
        Choice("between_ago", _("between, ago")),
        Choice("fixed", _("between two dates")),
        Choice("ever", _("ever")),
    )
    chooser = Input(f"{path}.shape", "select", _("When"), shape, options=(Choices("", choices),), rebuilds=True)
    return [chooser, *_details(shape, window, path)]


def _number(window: Tree, path: str, key: str, label: str, before: str = "") -> Input:
    return Input(f"{path}.{key}", "number", label, text(window, key), before=before)


def _details(shape: str, window: Tree, path: str) -> list[Input]:
    unit = unit_input(f"{path}.unit", text(window, "unit") or "day")
    match shape:
        case "last":
            found = [_number(window, path, "n", _("How many")), unit]
            return [*found, _complete(window, path)] if text(window, "unit") != "hour" else found
        case "this" | "previous":
            return [calendar_input(f"{path}.calendar", text(window, "calendar") or "month")]
        case "between_ago":
            return [
                _number(window, path, "far", _("From how long ago")),
                _number(window, path, "near", _("To how long ago"), before=pgettext("between two ends", "to")),
                unit,
                Input("", "note", "", before=_("ago")),
            ]
        case "fixed":
            return [
                Input(f"{path}.from", _date_shape(window, "from"), _("From"), text(window, "from")),
                Input(
                    f"{path}.to",
                    _date_shape(window, "to"),
                    _("Up to, without that day"),
                    text(window, "to"),
                    before=_("up to"),
                    after=_("(not included)"),
                ),
            ]
        case _:
            return []


def _date_shape(window: Tree, key: str) -> str:
    return "date" if len(text(window, key)) in (0, 10) else "text"


def _complete(window: Tree, path: str) -> Input:
    choices = (Choice("", _("with today")), Choice("1", _("without today")))
    return Input(
        f"{path}.complete",
        "select",
        _("With or without today"),
        text(window, "complete"),
        options=(Choices("", choices),),
    )


def resolved_text(window: Window | None, moment: Moment) -> str:
    """From when to when a window reaches, by the business's calendar; empty for "ever"."""
    if window is None:
        return ""
    bounds = resolve(window, moment.as_of, moment.zone)
    if bounds.start is None:
        return ""
    return f"{_day(bounds.start)} – {_last(bounds.end, moment)}"


def _day(local: datetime) -> str:
    shown = date_format(local, _("j M Y"))
    return shown if local.time() == time() else f"{shown} {local:%H:%M}"


def _last(end: datetime, moment: Moment) -> str:
    """An end at midnight is told as the day before, which is the last one that counts."""
    if end == moment.local:
        return pgettext("end of a window", "now")
    return _day(end - timedelta(days=1)) if end.time() == time() else _day(end)

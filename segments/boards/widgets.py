"""The widgets of a board as they are stored, and what is wrong with those somebody sends. Pure."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from cdp.errors import N_, Problem

HALF, FULL = "half", "full"
NUMBERS, APART = "numbers", "standouts"
MOST, MOST_GROUPS, LONGEST = 30, 6, 200


@dataclass(frozen=True)
class Widget:
    chart: str
    width: str = HALF
    segment: str = ""
    base: str = ""

    @property
    def plain(self) -> dict[str, str]:
        return asdict(self)


def widgets_of(stored: Iterable[Any]) -> list[Widget]:
    """What can be read of it."""
    return [found for one in stored if (found := _read(one))]


def widgets_posted(text: str) -> list[Widget]:
    try:
        sent = json.loads(text or "[]")
    except ValueError:
        return []
    return widgets_of(sent) if isinstance(sent, list) else []


def _read(one: Any) -> Widget | None:
    if not isinstance(one, dict) or not isinstance(one.get("chart"), str) or not one["chart"]:
        return None
    texts = {name: str(one.get(name) or "")[:LONGEST] for name in ("chart", "segment", "base")}
    return Widget(**texts, width=FULL if one.get("width") == FULL else HALF)


def widgets_problems(widgets: list[Widget], segment: str, known: set[str]) -> list[Problem]:
    """Too many of them, of too many groups, or of segments that are not there."""
    found = []
    if len(widgets) > MOST:
        found.append(Problem(("widgets",), N_("A board has %(most)s charts at most."), "", {"most": MOST}))
    if len({(one.segment or segment, one.base) for one in widgets}) > MOST_GROUPS:
        hint = N_("Make another board for the others.")
        found.append(
            Problem(("widgets",), N_("A board shows %(most)s groups at most."), hint, {"most": MOST_GROUPS})
        )
    named = {slug for one in widgets for slug in (one.segment, one.base) if slug}
    for slug in sorted(named - known):
        found.append(Problem(("widgets",), N_('There is no segment "%(slug)s".'), "", {"slug": slug}))
    return found

"""The outcome that was sealed under an edition, ready for the template."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cdp.errors import N_

# What came out, and what a department decided: the words, and the look of its mark.
WORDS = {
    "approved": (N_("approved"), "good"),
    "approved_with_dissent": (N_("approved, with dissent"), "accent"),
    "changes": (N_("changes asked for"), "warn"),
    "not_decided": (N_("nobody decided"), "plain"),
}
CHOICES = {
    "approve": (N_("approves"), "good"),
    "dissent": (N_("approves with dissent"), "accent"),
    "changes": (N_("asks for changes"), "warn"),
    "not_decided": (N_("did not decide"), "plain"),
}


@dataclass(frozen=True)
class Seat:
    name: str
    asked: str
    words: str
    look: str
    by: str
    at: datetime | None
    text: str
    answer: str


@dataclass(frozen=True)
class Outcome:
    words: str
    look: str
    asked: str
    seats: list[Seat]
    comments: int
    sealed_by: str
    sealed_at: datetime | None


def outcome_read(outcome: Mapping[str, Any]) -> Outcome:
    words, look = WORDS[outcome["result"]]
    return Outcome(
        words=_(words),
        look=look,
        asked=outcome["asked"],
        seats=[_seat(one) for one in outcome["departments"]],
        comments=len(outcome["comments"]),
        sealed_by=outcome["sealed"]["by"],
        sealed_at=parse_datetime(outcome["sealed"]["at"]),
    )


def _seat(department: Mapping[str, Any]) -> Seat:
    words, look = CHOICES[department["decision"]]
    last = department["history"][-1] if department["history"] else {}
    names = department["names"]
    return Seat(
        name=names.get(get_language() or "") or next(iter(names.values()), department["slug"]),
        asked=department["asked"],
        words=_(words),
        look=look,
        by=last.get("by", ""),
        at=parse_datetime(last["at"]) if last else None,
        text=last.get("text", ""),
        answer=last.get("answer", ""),
    )

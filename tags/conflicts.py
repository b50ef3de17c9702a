"""Two people at the same tag or segment: what somebody started from, what is saved now, and what they would save.

A form carries what it started from. Where that is no longer what is saved, nothing is written before whoever saves
has seen both changes and chosen.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from cdp.errors import UserError

from .differences import Line, difference
from .versions import seal_of

# A definition → how it reads, line by line.
Reader = Callable[[str, Any], Sequence[str]]


@dataclass(frozen=True)
class Stored:
    """Everything a form writes, as it is now. `texts`: names and settings by field."""

    kind: str
    definition: Any
    texts: dict[str, str]

    @property
    def json(self) -> str:
        return json.dumps(
            {"kind": self.kind, "definition": self.definition, "texts": self.texts}, ensure_ascii=False
        )


@dataclass(frozen=True)
class Conflict:
    """`theirs` and `mine`: from what the form started from to what is saved now, and to what would be saved.
    `seal`: of what is saved now, to be sent back by whoever saves over it."""

    who: User | None
    theirs: list[Line]
    mine: list[Line]
    seal: str


def conflict_of(
    base: str, over: str, now: Stored, mine: Stored, reads: Reader, who: User | None = None
) -> Conflict | None:
    """None when nobody saved anything since, or when `over` says that what they saved was seen.

    `base`: as the form sent it; a form that sends none is one that knows of nothing.
    """
    started, seal = _stored(base), seal_of(now.json)
    if started is None or started == now or over == seal:
        return None
    known = {key for key in now.texts if len({one.texts.get(key, "") for one in (started, now, mine)}) > 1}
    before, theirs, own = (_lines(one, known, reads) for one in (started, now, mine))
    return Conflict(who, difference(before, theirs), difference(before, own), seal)


def _stored(base: str) -> Stored | None:
    try:
        found = json.loads(base)
        texts = {str(key): str(text) for key, text in found["texts"].items()}
        return Stored(str(found["kind"]), found["definition"], texts)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _lines(one: Stored, keys: set[str], reads: Reader) -> list[str]:
    try:
        read = list(reads(one.kind, one.definition))
    except (UserError, KeyError, TypeError):
        read = [json.dumps(one.definition, ensure_ascii=False)]
    return [*(f"{_called(key)}: {one.texts.get(key) or '—'}" for key in one.texts if key in keys), *read]


def _called(key: str) -> str:
    names = {
        "zh-hans": _("Name in Simplified Chinese"),
        "zh-hant": _("Name in Traditional Chinese"),
        "en": _("Name in English"),
        "description": _("What it is for"),
        "department": _("Department"),
        "schedule": _("Refreshed"),
        "category": _("Category"),
        "empty_policy": _("When a customer has no value any more"),
        "valid_days": _("Valid for days"),
        "sensitivity": _("Sensitivity"),
    }
    return names.get(key, key)

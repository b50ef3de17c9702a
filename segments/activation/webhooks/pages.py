"""Page objects of webhooks: what each is about in words, its choices, its log."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cdp.access.table_files import rows_a_page
from cdp.access.viewer import Viewer
from cdp.posting.asking import Trouble
from segments.selectors import segments
from tags.dependencies import SEGMENT, TAG
from tags.membership import ANY
from tags.models import Tag
from tags.selectors import tags, value_labels

from ..models import Delivery, DeliveryState, Webhook
from .forms import WebhookForm
from .selectors import deliveries

NAMED, EACH, MOST_VALUES = 4, 50, 60
Names = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class HookLine:
    hook: Webhook
    about: str
    tells: str


def hook_lines(viewer: Viewer, hooks: Iterable[Webhook]) -> list[HookLine]:
    """As many queries for one as for many."""
    names: dict[tuple[str, str], str] = {(SEGMENT, row.slug): row.name for row in segments(viewer)}
    names |= {(TAG, row.slug): row.name for row in tags(viewer)}
    return [HookLine(hook, _about(hook, names), _tells(hook)) for hook in hooks]


def _about(hook: Webhook, names: Names) -> str:
    told = [_one(one, names) for one in hook.about]
    first = _(", ").join(told[:NAMED])
    more = len(told) - NAMED
    return _("%(first)s and %(more)s more") % {"first": first, "more": more} if more > 0 else first


def _one(one: Mapping[str, str], names: Names) -> str:
    name = names.get((one["kind"], one["slug"]), one["slug"])
    return f"{name} = {one['value']}" if one["value"] else name


def _tells(hook: Webhook) -> str:
    told = [_("entered")] if hook.tells_entered else []
    return " · ".join([*told, _("left")] if hook.tells_left else told)


@dataclass(frozen=True)
class TagChoice:
    slug: str
    name: str
    is_chosen: bool
    value: str
    values: list[tuple[str, str]]


def tag_choices(form: WebhookForm) -> list[TagChoice]:
    chosen = set(form["some_tags"].value() or ())
    return [_choice(tag, tag.slug in chosen, form.value_of(tag.slug)) for tag in form.tags]


def _choice(tag: Tag, is_chosen: bool, value: str) -> TagChoice:
    values = _values(tag)
    if value and value not in dict(values):
        values.append((value, value))
    return TagChoice(tag.slug, tag.name, is_chosen, value, values)


def _values(tag: Tag) -> list[tuple[str, str]]:
    labels = value_labels(tag)
    counted = list(tag.run.counts) if tag.run else []
    found = [value for value in dict.fromkeys([*labels, *counted]) if value != ANY]
    return [(value, labels.get(value, value)) for value in found[:MOST_VALUES]]


@dataclass(frozen=True)
class Log:
    """A page of the log; `older` the number to go on from, None at its end. `is_moving`: something waits."""

    state: str
    states: list[tuple[str, str]]
    rows: list["LogRow"]
    older: int | None
    is_moving: bool

    @classmethod
    def of(cls, viewer: Viewer, hook: Webhook, *, state: str, before: str) -> "Log":
        found = deliveries(viewer, hook, state)
        if before.isdecimal():
            found = found.filter(pk__lt=int(before[:18]))
        each = rows_a_page(EACH)
        rows = list(found[: each + 1])
        shown = rows[:each]
        moving = hook.is_on and any(row.state == DeliveryState.WAITING for row in shown)
        states = [("", _("all")), *((one.value, str(one.label)) for one in DeliveryState)]
        older = shown[-1].pk if len(rows) > each else None
        return cls(state, states, [log_row(row) for row in shown], older, moving)


@dataclass(frozen=True)
class LogRow:
    row: Delivery
    message: str
    said: str

    @property
    def body(self) -> str:
        return json.dumps(self.row.body, ensure_ascii=False, indent=2)


def log_row(row: Delivery) -> LogRow:
    return LogRow(row, _message(row), _said(row))


def _message(row: Any) -> str:
    types = {"entered": _("entered"), "left": _("left"), "test": _("test")}
    return " · ".join(part for part in (row.about, types.get(row.type, row.type)) if part)


def _said(row: Delivery) -> str:
    """What came of the last try."""
    if row.trouble:
        return str(Trouble(row.trouble).label)
    return f"HTTP {row.status}" if row.status else ""


def form_shown(form: WebhookForm, hook: Webhook | None = None) -> dict[str, Any]:
    return {"form": form, "tags": tag_choices(form), "hook": hook}

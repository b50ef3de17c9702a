"""The closed sets of the workbook: what is stored, what it is called in a cell, and what is understood there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import get_language, gettext, override

from cdp.access.accounts import colleagues
from cdp.access.people import person_name
from cdp.access.viewer import Viewer
from cdp.errors import N_
from cdp.identity.models import IdentifierType
from tags.models import Category, EmptyPolicy, Schedule, Sensitivity, TagKind

from ..models import Segment, SegmentKind
from ..playbook.fields import field_names
from ..playbook.models import Channel, Direction

NAME_COLUMNS = ("name_zh_hans", "name_zh_hant", "name_en")

ENUMS: Mapping[str, Any] = {
    "kind": TagKind,
    "schedule": Schedule,
    "empty_policy": EmptyPolicy,
    "sensitivity": Sensitivity,
    "segment_kind": SegmentKind,
    "direction": Direction,
    "channel": Channel,
}
YES, NO = "yes", "no"
# A group of a split is made by splitting alone.
NOT_CHOSEN = {"segment_kind": (SegmentKind.SPLIT,)}


@dataclass(frozen=True)
class Choices:
    """`labels`: code → what it is called, each once; `known`: every way to write it, in any language → code."""

    labels: Mapping[str, str]
    known: Mapping[str, str]

    def code(self, text: str) -> str | None:
        return self.known.get(" ".join(text.split()).casefold())


def choices_of(called: Iterable[tuple[str, Iterable[str]]], language: str) -> Choices:
    """From each code with what it is called, the language in force first. What two are called says neither."""
    rows = [(code, [text for text in texts if text] or [code]) for code, texts in called]
    firsts = [texts[0].casefold() for _code, texts in rows]
    labels = {
        code: texts[0] if firsts.count(texts[0].casefold()) == 1 else f"{texts[0]} ({code})" for code, texts in rows
    }
    owners: dict[str, set[str]] = {}
    for code, texts in rows:
        for text in texts:
            owners.setdefault(" ".join(text.split()).casefold(), set()).add(code)
    known = {text: next(iter(codes)) for text, codes in owners.items() if len(codes) == 1}
    known |= {label.casefold(): code for code, label in labels.items()}
    return Choices(labels, known | {code.casefold(): code for code in labels})


def closed_sets(viewer: Viewer, also_owners: Iterable[Any] = ()) -> dict[str, Choices]:
    """`also_owners`: people who own something, whether they may still sign in or not."""
    language = get_language() or "zh-hans"
    sets = {name: choices_of(_enum(name, enum, language), language) for name, enum in ENUMS.items()}
    sets["category"] = category_choices(Category.objects.all())
    people = {one.username: one for one in (*colleagues(), *also_owners)}
    sets["owner"] = choices_of(((name, [person_name(one)]) for name, one in people.items()), language)
    types = IdentifierType.objects.all()
    sets |= _of_playbook(viewer, language)
    sets["identifier_type"] = choices_of(((one.slug, _named(one, language)) for one in types), language)
    return sets


def _of_playbook(viewer: Viewer, language: str) -> dict[str, Choices]:
    fields = field_names(viewer).items()
    rows = Segment.objects.filter(retired_at=None).only("slug", *NAME_COLUMNS)
    return {
        "play_field": choices_of(((code, [gettext(name)]) for code, name in fields), language),
        "segment": choices_of(((one.slug, _named(one, language)) for one in rows), language),
        "yes_no": choices_of(((YES, _said(N_("yes"), language)), (NO, _said(N_("no"), language))), language),
    }


def _said(text: str, language: str) -> list[str]:
    """In the language in force, then in the others."""
    found = []
    for code in (language, *(code for code, _name in settings.LANGUAGES if code != language)):
        with override(code):
            found.append(gettext(text))
    return found


def category_choices(rows: Iterable[Any]) -> Choices:
    language = get_language() or "zh-hans"
    return choices_of(((one.slug, _named(one, language)) for one in rows), language)


def owner_named(username: str) -> User | None:
    return User.objects.filter(username=username).first()


def _named(one: Any, language: str) -> list[str]:
    return [one.name_in(language), *one.names.values()]


def _enum(name: str, enum: Any, language: str) -> list[tuple[str, list[str]]]:
    values = [value for value in enum if value not in NOT_CHOSEN.get(name, ())]
    found: dict[str, list[str]] = {value.value: [] for value in values}
    for code in (language, *(code for code, _name in settings.LANGUAGES if code != language)):
        with override(code):
            for value in values:
                found[value.value].append(str(value.label))
    return list(found.items())

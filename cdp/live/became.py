"""What messages became, in words, as a viewer may see it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from cdp.access.masking import masked
from cdp.access.viewer import Viewer, sees_personal
from cdp.errors import Problem
from cdp.identity.models import Identifier
from cdp.identity.selectors import identifier_types
from cdp.store.models import Attribute, EventType, Property, ValueKind
from cdp.store.selectors import customers_one_by_one

from .raw_masking import raw_masked
from .reading import Reader, Rows
from .values import value_json
from .violations import problem_masked, word_masked


@dataclass(frozen=True)
class Named:
    """A property, attribute or identifier: its name, its kind, its value as text."""

    name: str
    kind: str
    value: str


@dataclass(frozen=True)
class Became:
    """`customer` is the id of whose it is, as far as that is known now; `extra` has no column of its own."""

    customer: int | None
    event: str
    time: Any
    identifiers: list[Named]
    properties: list[Named]
    extra: list[Named]
    attributes: list[Named]


class Shower:
    """Knows names and customers of all messages of a page at once."""

    def __init__(self, viewer: Viewer, reader: Reader, all_rows: Sequence[Rows]):
        self.clear, self.reader = sees_personal(viewer), reader
        self.types = {one.slug: one for one in identifier_types()}
        self.properties = {one.slug: one.name for one in Property.objects.all()}
        self.attributes = {one.slug: one for one in Attribute.objects.all()}
        self.events = reader.events.labels | {one.slug: one.name for one in EventType.objects.all()}
        self.customers = _customers(viewer, all_rows)

    def raw(self, raw: Any) -> Any:
        return raw if self.clear else raw_masked(raw, self.reader.properties.is_personal)

    def word(self, text: Any) -> str:
        return str(text)[:80] if self.clear else word_masked(str(text))[:80]

    def problems(self, rows: Rows) -> list[Problem]:
        found = [one.problem for one in rows.violations]
        return found if self.clear else [problem_masked(one) for one in found]

    def became(self, rows: Rows) -> Became:
        happened = rows.events[0] if rows.events else None
        identifiers = rows.identifiers[0] if rows.identifiers else {}
        return Became(
            customer=self._customer(identifiers),
            event=self.events.get(happened.event, happened.event) if happened else "",
            time=happened.message.time if happened else None,
            identifiers=[self._identifier(slug, value) for slug, value in identifiers.items()],
            properties=[
                self._property(slug, value) for slug, value in (happened.properties if happened else {}).items()
            ],
            extra=[self._beside(name, value) for name, value in (happened.extra if happened else {}).items()],
            attributes=[
                self._attribute(slug, value) for slug, value in (rows.traits[0] if rows.traits else {}).items()
            ],
        )

    def _customer(self, identifiers: dict[str, str]) -> int | None:
        """By the most trusted of the identifiers that somebody has."""
        for slug in self.types:
            found = self.customers.get((slug, identifiers.get(slug, "")))
            if found is not None:
                return found
        return None

    def _identifier(self, slug: str, value: str) -> Named:
        kind = self.types.get(slug)
        # A type that was taken out of the registry is kept to oneself.
        hidden = not self.clear and (kind is None or kind.personal)
        return Named(kind.name if kind else slug, "", masked(value) if hidden else value)

    def _property(self, slug: str, value: Any) -> Named:
        return Named(self.properties.get(slug, slug), _kind(self.reader.properties.kinds.get(slug)), text_of(value))

    def _beside(self, name: str, value: Any) -> Named:
        hidden = not self.clear and self.reader.properties.is_personal(name)
        return Named(name, "", masked(text_of(value)) if hidden else text_of(value))

    def _attribute(self, slug: str, value: Any) -> Named:
        known = self.attributes.get(slug)
        personal = known.personal if known else slug in self.reader.attributes.private
        text = text_of(value_json(value))
        name = known.name if known else slug
        hidden = personal and not self.clear
        return Named(name, _kind(self.reader.attributes.kinds.get(slug)), masked(text) if hidden else text)


def _kind(kind: str | None) -> str:
    return str(ValueKind(kind).label) if kind else ""


def text_of(value: Any) -> str:
    """A JSON value as people write it."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return gettext(", ").join(text_of(one) for one in value)
    if isinstance(value, dict):
        return gettext(", ").join(f"{name}: {text_of(one)}" for name, one in value.items())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _customers(viewer: Viewer, all_rows: Sequence[Rows]) -> dict[tuple[str, str], int]:
    """(type, value) → the customer who has it, of those the viewer may see."""
    values: defaultdict[str, set[str]] = defaultdict(set)
    for slug, value in (pair for rows in all_rows for one in rows.identifiers for pair in one.items()):
        values[slug].add(value)
    # By type, as the index is.
    wanted = reduce(or_, (Q(type=slug, value__in=some) for slug, some in values.items()), Q(pk__in=()))
    found = Identifier.objects.filter(wanted).values_list("type", "value", "origin_id", "origin__merged_into_id")
    roots = {(slug, value): merged or origin for slug, value, origin, merged in found}
    seen = set(customers_one_by_one(viewer).filter(pk__in=set(roots.values())).values_list("pk", flat=True))
    return {place: root for place, root in roots.items() if root in seen}

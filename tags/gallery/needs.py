"""What a ready rule needs, and whether the data has it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cdp.access.viewer import Viewer
from cdp.errors import N_
from cdp.store.selectors import attributes_used, event_counts

from ..rules.catalog import FIXED, Catalog, Field, Names, name_in
from ..rules.definition import definition_references, parse_definition
from ..rules.parse import parse_rule
from ..rules.walk import References, references
from ..selectors import catalog
from .files import words

RULE = "rule"
KINDS = {"event": N_("event"), "property": N_("property"), "attribute": N_("attribute")}


@dataclass(frozen=True)
class Need:
    """An event, a property or an attribute. `is_here`: there are such events, or somebody has a value of it."""

    kind: str
    slug: str
    names: Names
    is_here: bool

    def name_in(self, language: str) -> str:
        return name_in(self.names, language, self.slug)


@dataclass(frozen=True)
class Held:
    """What the data has. `happened` and `known`: events and attributes that are more than a name."""

    catalog: Catalog
    happened: frozenset[str]
    known: frozenset[str]

    def needs(self, asked: References) -> list[Need]:
        return [
            *self._events(asked.events),
            *self._properties(asked.properties),
            *self._attributes(asked.attributes),
        ]

    def _events(self, slugs: Iterable[str]) -> Iterator[Need]:
        for slug in sorted(slugs):
            names = self.catalog.events.get(slug) or words().events.get(slug, {})
            yield Need("event", slug, names, slug in self.happened)

    def _properties(self, slugs: Iterable[str]) -> Iterator[Need]:
        for slug in sorted(set(slugs) - set(FIXED)):
            own, usual = self.catalog.properties.get(slug), words().properties.get(slug)
            yield Need("property", slug, _names(own, usual), _fits(own, usual))

    def _attributes(self, slugs: Iterable[str]) -> Iterator[Need]:
        for slug in sorted(slugs):
            own, usual = self.catalog.attributes.get(slug), words().attributes.get(slug)
            yield Need("attribute", slug, _names(own, usual), _fits(own, usual) and slug in self.known)


def _fits(own: Field | None, usual: Field | None) -> bool:
    """An amount that came as text cannot be added up."""
    return own is not None and (usual is None or own.kind == usual.kind)


def _names(own: Field | None, usual: Field | None) -> Names:
    return next((field.names for field in (own, usual) if field and field.names), {})


def held(viewer: Viewer) -> Held:
    counts = event_counts(viewer)
    return Held(catalog(viewer), frozenset(event for event, many in counts.items() if many), attributes_used())


def asked_by(kind: str, definition: Mapping[str, Any]) -> References:
    """What a rule (`RULE`) or a tag's definition of that kind names. `UserError` where it cannot be read."""
    if kind == RULE:
        return references(parse_rule(definition))
    return definition_references(kind, parse_definition(kind, definition))

"""Where a tag or segment comes from and where it goes: the attributes, events, tags and segments it is built from,
and the tags, segments, personas and webhooks that use it, each so many steps away."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer
from cdp.errors import UserError
from cdp.store import selectors as store

from .dependencies import LIST, PERSONA, SEGMENT, TAG, Graph, Ref
from .impact import names_of
from .in_force import in_force
from .models import Tag
from .rules.definition import definition_references, parse_definition
from .rules.parse import parse_rule
from .rules.walk import References, references
from .selectors import graph
from .uses import Use, other_uses

ATTRIBUTE, EVENT, WEBHOOK = "attribute", "event", "webhook"
# So many are drawn; of more, the nearest.
MOST = 60


@dataclass(frozen=True)
class Thing:
    """One box. `step`: how many steps below (negative) or above what is looked at; 0 is that itself."""

    ref: Ref
    name: str
    step: int
    url: str

    @property
    def kind_label(self) -> str:
        return kind_labels()[self.ref.kind]


@dataclass(frozen=True)
class Lineage:
    """`links`: what is built from what, as (lower, upper). `left_out`: how many more there are than are shown."""

    things: tuple[Thing, ...]
    links: tuple[tuple[Ref, Ref], ...]
    left_out: int


def kind_labels() -> dict[str, str]:
    return {
        ATTRIBUTE: _("Attribute"),
        EVENT: _("Event"),
        TAG: _("Tag"),
        SEGMENT: _("Segment"),
        PERSONA: _("Persona"),
        WEBHOOK: _("Webhook"),
    }


def lineage_of(viewer: Viewer, ref: Ref) -> Lineage:
    """As many queries for one that is built on hundreds as for one that is built on nothing."""
    edges = _without_lists(graph())
    users: dict[Ref, set[Ref]] = {}
    for user, needed in edges.items():
        for low in needed:
            users.setdefault(low, set()).add(user)
    steps = {low: -step for low, step in _steps(edges, ref).items()} | _steps(users, ref)
    # Only what leads to it or from it, not what else two of its relatives have in common.
    links = {
        (low, user)
        for user, needed in edges.items()
        for low in needed
        if low in steps and user in steps and (steps[low] < 0) == (steps[user] <= 0)
    }
    found = _Found(steps, links, names_of())
    for low, user, name in _sources([one for one in steps if steps[one] <= 0]):
        found.below(low, user, name)
    for use in other_uses(viewer):
        if use.of in steps and steps[use.of] >= 0:
            found.above(use)
    return found.lineage()


@dataclass
class _Found:
    steps: dict[Ref, int]
    links: set[tuple[Ref, Ref]]
    names: dict[Ref, str]
    urls: dict[Ref, str] = field(default_factory=dict)

    def below(self, low: Ref, user: Ref, name: str) -> None:
        self.steps[low] = min(self.steps.get(low, 0), self.steps[user] - 1)
        self.names[low] = name
        self.links.add((low, user))

    def above(self, use: Use) -> None:
        ref = Ref(use.kind, use.url)
        self.steps[ref] = max(self.steps.get(ref, 0), self.steps[use.of] + 1)
        self.names[ref], self.urls[ref] = use.name, use.url
        self.links.add((use.of, ref))

    def lineage(self) -> Lineage:
        shown = sorted(self.steps, key=lambda one: (abs(self.steps[one]), one))[:MOST]
        things = [
            Thing(one, self.names.get(one, one.slug), self.steps[one], self.urls.get(one) or _url(one))
            for one in shown
        ]
        kept = set(shown)
        return Lineage(
            tuple(sorted(things, key=lambda one: (one.step, one.ref.kind, one.name))),
            tuple(sorted((low, user) for low, user in self.links if {low, user} <= kept)),
            len(self.steps) - len(shown),
        )


def _steps(edges: Any, start: Ref) -> dict[Ref, int]:
    """How far everything is that can be reached, the longest way; cycles are refused when saving."""
    found, rim, step = {start: 0}, {start}, 0
    while rim and step < 50:
        step += 1
        rim = set(chain.from_iterable(edges.get(one, ()) for one in rim)) - {start}
        found |= dict.fromkeys(rim, step)
    return found


def _without_lists(edges: Graph) -> dict[Ref, frozenset[Ref]]:
    """A list is only the other name of its segment."""
    return {
        user: frozenset(Ref(SEGMENT, one.slug) if one.kind == LIST else one for one in needed)
        for user, needed in edges.items()
        if user.kind != LIST
    }


def _sources(refs: Iterable[Ref]) -> Iterable[tuple[Ref, Ref, str]]:
    """The attributes and events that definitions in force name: (source, by whom, its name)."""
    known = in_force()
    kinds = dict(Tag.objects.values_list("slug", "kind"))
    language = get_language() or "zh-hans"
    attributes = {row.slug: row.name_in(language) for row in store.attributes()}
    events = {row.slug: row.name_in(language) for row in store.event_types()}
    for ref in refs:
        if ref not in known:
            continue
        named = _named(ref, kinds.get(ref.slug, ""), known[ref].definition)
        for slug in sorted(named.attributes):
            yield Ref(ATTRIBUTE, slug), ref, attributes.get(slug, slug)
        for slug in sorted(named.events):
            yield Ref(EVENT, slug), ref, events.get(slug, slug)
        if named.all_events:
            yield Ref(EVENT, "*"), ref, _("any event")


def _named(ref: Ref, kind: str, definition: Any) -> References:
    """Nothing for what can no longer be read: its page says so."""
    try:
        if ref.kind == SEGMENT:
            return references(parse_rule(definition))
        return definition_references(kind, parse_definition(kind, definition))
    except UserError:
        return References()


def _url(ref: Ref) -> str:
    match ref.kind:
        case "tag":
            return reverse("tags:detail", args=[ref.slug])
        case "segment":
            return reverse("segments:detail", args=[ref.slug])
        case "persona":
            return reverse("personas:persona", args=[ref.slug])
        case _:
            return reverse("data:fields")

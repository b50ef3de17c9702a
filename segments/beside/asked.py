"""Which groups are asked for, in which order, and against whom; and the addresses that change that."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from cdp.access.viewer import Viewer
from segments.models import Segment
from segments.personas.models import Persona
from segments.personas.selectors import personas
from segments.selectors import segments

FEWEST, MOST = 2, 5


@dataclass(frozen=True)
class Known:
    """A segment that may be chosen, under the name of its persona if it has one."""

    segment: Segment
    persona: Persona | None

    @property
    def name(self) -> str:
        return self.persona.name if self.persona else self.segment.name

    @property
    def url(self) -> str:
        if self.persona:
            return reverse("personas:persona", args=[self.persona.slug])
        return reverse("personas:segment", args=[self.segment.slug])


@dataclass(frozen=True)
class Asked:
    """`chosen` in their order, at most five; `base` nothing for everyone; `unknown` are slugs of nothing."""

    chosen: tuple[Known, ...]
    base: Known | None
    others: tuple[Known, ...]
    bases: tuple[Known, ...]
    unknown: tuple[str, ...] = ()

    @property
    def slugs(self) -> list[str]:
        return [one.segment.slug for one in self.chosen]

    @property
    def full(self) -> bool:
        return len(self.chosen) >= MOST

    def url(self, slugs: Iterable[str]) -> str:
        return address(slugs, self.base.segment.slug if self.base else "")

    def without(self, slug: str) -> str:
        return self.url(one for one in self.slugs if one != slug)

    def moved(self, slug: str, by: int) -> str:
        """With one of them a place further; empty where there is no such place."""
        slugs, place = self.slugs, self.slugs.index(slug)
        if not 0 <= place + by < len(slugs):
            return ""
        slugs.insert(place + by, slugs.pop(place))
        return self.url(slugs)


def address(slugs: Iterable[str], base: str = "") -> str:
    asked = [("s", slug) for slug in slugs] + ([("base", base)] if base else [])
    return f"{reverse('beside:compare')}?{urlencode(asked)}"


def asked_of(viewer: Viewer, query: QueryDict) -> Asked:
    known = {one.segment.slug: one for one in _known(viewer)}
    slugs = list(dict.fromkeys(slug for slug in query.getlist("s") if slug))
    base = known.get(query.get("base", ""))
    chosen = tuple(known[slug] for slug in slugs if slug in known)[:MOST]
    ready = [one for one in known.values() if one.segment.run and one.segment.count]
    return Asked(
        chosen=chosen,
        base=base if base and base.segment.run else None,
        others=tuple(one for one in ready if one not in chosen),
        bases=tuple(ready),
        unknown=tuple(slug for slug in slugs if slug not in known),
    )


def _known(viewer: Viewer) -> list[Known]:
    """Personas first, then segments that have none."""
    named: dict[int, Persona] = {}
    for persona in personas(viewer):
        named.setdefault(persona.segment_id, persona)
    found = [Known(segment, named.get(segment.pk)) for segment in segments(viewer)]
    return sorted(found, key=lambda one: (one.persona is None, one.name))

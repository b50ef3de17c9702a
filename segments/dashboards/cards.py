"""The list of personas, and of segments that have none yet."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from cdp.access.people import person_name
from cdp.access.viewer import Viewer
from segments.models import Segment
from segments.personas.models import Persona
from segments.personas.selectors import personas, segments_without_persona

from .pages import share_of


@dataclass(frozen=True)
class Card:
    name: str
    description: str
    url: str
    count: int
    share: str
    as_of: datetime | None
    owner: str


def persona_cards(viewer: Viewer) -> list[Card]:
    return [_card(p, p.segment, reverse("personas:persona", args=[p.slug])) for p in personas(viewer)]


def segment_cards(viewer: Viewer) -> list[Card]:
    """Segments that have no persona yet; each has its picture all the same."""
    found = segments_without_persona(viewer)
    return [_card(segment, segment, reverse("personas:segment", args=[segment.slug])) for segment in found]


def _card(named: Persona | Segment, segment: Segment, url: str) -> Card:
    return Card(
        name=named.name,
        description=named.description,
        url=url,
        count=segment.count,
        share=share_of(segment),
        as_of=segment.run.as_of if segment.run else None,
        owner=person_name(named.owner or segment.owner),
    )

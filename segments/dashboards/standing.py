"""Where one customer stands among the members of a segment of theirs, from the last picture drawn of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from cdp.errors import N_
from cdp.ledger.models import JobState
from segments.models import Segment
from segments.personas.customer import Doings
from segments.personas.spread import places_in

from .figures.numerals import whole
from .figures.radar import places_radar
from .models import Render

MEASURES = {
    "recency": N_("Recency"),
    "frequency": N_("Orders"),
    "spend": N_("Spend"),
    "activity": N_("Events"),
    "breadth": N_("Channels"),
}
# A radar of two spokes is a line.
FEWEST = 3


@dataclass(frozen=True)
class Standing:
    """`segment` is the chosen one of theirs, `choices` all; `figure` is None where no picture tells its spread."""

    segment: Segment | None
    choices: Sequence[tuple[str, str]] = ()
    places: Mapping[str, float] = field(default_factory=dict)
    figure: dict[str, Any] | None = None

    @property
    def rows(self) -> list[tuple[str, str]]:
        return [(_(MEASURES[name]), hint_of(place)) for name, place in self.places.items()]


def standing_of(inside: Sequence[Segment], chosen: str, done: Doings) -> Standing:
    segment = next((one for one in inside if one.slug == chosen), inside[0] if inside else None)
    if segment is None:
        return Standing(None)
    choices = [(one.slug, one.name) for one in inside]
    places = places_in(_spread(segment), _own(done))
    if len(places) < FEWEST:
        return Standing(segment, choices)
    names = [_(MEASURES[name]) for name in places]
    hints = [hint_of(place) for place in places.values()]
    return Standing(segment, choices, places, places_radar(names, list(places.values()), hints))


def hint_of(place: float) -> str:
    return _("higher than %(percent)s%% of the members") % {"percent": whole(place)}


def _spread(segment: Segment) -> dict[str, list[float]]:
    # Not one that is cut: what a customer did is told whole.
    uncut = Render.objects.filter(segment=segment, base=None, filters="", state=JobState.DONE)
    found = uncut.exclude(spread={}).order_by("-finished_at", "-pk").values_list("spread", flat=True).first()
    return {name: edges for name, edges in (found or {}).items() if name in MEASURES}


def _own(done: Doings) -> dict[str, float | None]:
    return {
        "recency": done.last_day.toordinal() if done.last_day else None,
        "frequency": done.orders,
        "spend": done.spend or 0.0,
        "activity": done.events,
        "breadth": len(done.by_channel),
    }

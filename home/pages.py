"""The home page as an object: numbers, what changed, and the first steps until they are done."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cdp.access.viewer import Viewer
from cdp.sources.models import Load, Source
from cdp.sources.quality import Measure
from cdp.sources.quality_selectors import quality_warnings
from segments.models import Segment
from tags.models import Tag

from . import numbers, selectors
from .tour import Tour, tour_of

RECENT = 5


@dataclass(frozen=True)
class Step:
    """Something to do first; `url` is empty when its page is not there."""

    title: str | Promise
    text: str | Promise
    url: str
    is_done: bool


@dataclass(frozen=True)
class HomePage:
    steps: list[Step]
    customers: int
    customers_new: int
    events: int
    tags: int
    segments: int
    loads: list[Load]
    stale: list[Tag]
    stale_more: int
    moved: list[Segment]
    asked: int
    to_decide: int
    approvals: int
    returned: int
    reviews: int
    quality: list[tuple[Source, list[Measure]]]
    tour: Tour

    @property
    def is_new_here(self) -> bool:
        return not all(step.is_done for step in self.steps)

    @classmethod
    def of(cls, viewer: User) -> "HomePage":
        stale = list(selectors.tags_stale(viewer)[:50])
        counted = numbers.current(viewer)
        return cls(
            steps=_steps(viewer),
            customers=counted.customers,
            customers_new=selectors.customers_new(viewer),
            events=counted.events,
            tags=Tag.objects.count(),
            segments=Segment.objects.count(),
            loads=selectors.loads_recent(viewer, RECENT),
            stale=stale[:RECENT],
            stale_more=max(0, len(stale) - RECENT),
            moved=selectors.segments_moved(viewer, RECENT),
            asked=selectors.reviews_asked(viewer),
            to_decide=selectors.reviews_to_decide(viewer),
            approvals=selectors.approvals_to_decide(viewer),
            returned=selectors.approvals_returned(viewer),
            reviews=selectors.persona_reviews_waiting(viewer),
            quality=quality_warnings(viewer)[:RECENT],
            tour=tour_of(viewer),
        )


def _steps(viewer: Viewer) -> list[Step]:
    return [
        Step(
            _("Bring in a file"),
            _("Orders, members or behaviour, from any channel; Excel or CSV."),
            _url("data:upload"),
            selectors.has_loaded(viewer),
        ),
        Step(
            _("Make a tag"),
            _("Say who is loyal, new or about to leave, in conditions anyone can read."),
            _url("tags:new"),
            selectors.has_tag(viewer),
        ),
        Step(
            _("Make a segment"),
            _("Combine tags and conditions into a group you can act on."),
            _url("segments:new"),
            selectors.has_segment(viewer),
        ),
        Step(
            _("Open its persona"),
            _("See who they are against everyone else, and download it."),
            _url("personas:list"),
            selectors.has_persona(viewer),
        ),
    ]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""

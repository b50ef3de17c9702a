"""The tour: from a customer to a persona over the real pages, on whatever data there is."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cdp.access.models import TourProgress
from cdp.access.viewer import may
from cdp.store.selectors import customers
from segments.models import Segment

# A page that is walked to knows by it that there is a tour to be shown; for everybody else no page asks.
COOKIE = "quanxi_tour"
FEWEST = 4


@dataclass(frozen=True)
class Stop:
    """A page and what to try there. `points`: what is pointed at, as a selector."""

    title: str | Promise
    text: str | Promise
    url: str
    points: str = ""


@dataclass(frozen=True)
class Tour:
    """How far a person is; `stops` are the pages the person may open, in order."""

    stops: list[Stop]
    step: int
    ended: bool

    @property
    def is_offered(self) -> bool:
        return not self.ended and len(self.stops) >= FEWEST

    @property
    def is_begun(self) -> bool:
        return self.step > 0

    @cached_property
    def stop(self) -> Stop:
        return self.stops[min(self.step, len(self.stops) - 1)]

    @property
    def number(self) -> int:
        return min(self.step, len(self.stops) - 1) + 1

    @property
    def is_last(self) -> bool:
        return self.number == len(self.stops)


def tour_of(person: User) -> Tour:
    found = TourProgress.objects.filter(person=person).first()
    return Tour(list(_stops(person)), found.step if found else 0, found.ended if found else False)


def tour_move(*, person: User, by: int) -> Tour:
    """On, or back. Past the last page the tour has ended."""
    tour = tour_of(person)
    step = max(0, tour.number - 1 + by)
    ended = step >= len(tour.stops)
    TourProgress.objects.update_or_create(person=person, defaults={"step": 0 if ended else step, "ended": ended})
    return tour_of(person)


def tour_end(*, person: User) -> None:
    """It is not offered again."""
    TourProgress.objects.update_or_create(person=person, defaults={"step": 0, "ended": True})


def tour_begin(*, person: User) -> Tour:
    """From where it was left, or from the start."""
    TourProgress.objects.update_or_create(person=person, defaults={"ended": False})
    return tour_of(person)


def _stops(person: User) -> Iterator[Stop]:
    known = customers(person).order_by("pk").values_list("pk", flat=True).first()
    if known is None:
        return
    yield Stop(
        _("Find a customer"),
        _("Everybody is here once, however many accounts they have. Search, or press Ctrl K on any page."),
        reverse("customers"),
        ".q-search",
    )
    yield Stop(
        _("Ask why"),
        _("Everything known about one person. Press “why?” beside a tag: each condition, and what decided it."),
        reverse("personas:customer", args=[known]),
        ".q-why-link",
    )
    if may(person, "access.edit_tags"):
        yield Stop(
            _("Build a tag"),
            _("Add a condition: type a part of a name, or its pinyin. The count on the right follows at once."),
            reverse("tags:new"),
            ".qb-finder",
        )
    if may(person, "access.edit_segments"):
        yield Stop(
            _("Make a segment"),
            _("The same form, for a group you want to reach. Beside the count: the last 30 days, and ten of them."),
            reverse("segments:new"),
            "#examples-card",
        )
    yield from _segment_stops()


def _segment_stops() -> Iterator[Stop]:
    segment = Segment.objects.filter(run__isnull=False, count__gt=0).order_by("pk").defer("bitmap").first()
    if segment is None:
        return
    yield Stop(
        _("Look into a segment"),
        _("Who is in it, who entered and left, and what you can do with them."),
        reverse("segments:detail", args=[segment.slug]),
        ".q-stats",
    )
    yield Stop(
        _("Meet its persona"),
        _("Who they are against everyone else. Keep an edition, share it, or click a bar to make a segment of it."),
        reverse("personas:segment", args=[segment.slug]),
        ".q-actions",
    )

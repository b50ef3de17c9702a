"""The live page: what waits, what is taken in, by source and by event, and what was wrong. A handful of queries by
index, however much has arrived, since the page asks again every few seconds."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Sum
from django.utils import timezone
from django.utils.translation import gettext

from cdp.access.viewer import Viewer, require
from cdp.sources.models import Source
from cdp.store.models import EventType

from .counting import COUNTS
from .flushing import flushes_open
from .minutes_chart import MinutesChart
from .models import Arrival, Flush, Minute, Sign, Violation
from .signs import is_silent
from .taking import arrivals_waiting
from .violations import Told, violations_told

LATELY = timedelta(minutes=60)
RATE_MINUTES = 5
# So many of the requests that wait are looked at; who has more than that is told so.
MOST_COUNTED = 5_000
LATEST = 8
MOST_LINES = 30
MOST_NAMED = 500


@dataclass(frozen=True)
class Waiting:
    requests: int
    messages: int
    oldest: datetime | None

    @property
    def is_more(self) -> bool:
        return self.requests >= MOST_COUNTED

    @property
    def seconds(self) -> float:
        """How long the oldest has waited."""
        return (timezone.now() - self.oldest).total_seconds() if self.oldest else 0.0


@dataclass(frozen=True)
class Line:
    """The latest hour of one source or one event type."""

    slug: str
    name: str
    counts: dict[str, int]


@dataclass(frozen=True)
class LivePage:
    waiting: Waiting
    aside: int
    sign: Sign | None
    is_silent: bool
    rate: float
    longest: float
    chart: MinutesChart
    totals: dict[str, int]
    sources: list[Line]
    events: list[Line]
    violations: list[Told]
    on_the_way: int
    flushed_at: datetime | None
    has_come: bool

    @classmethod
    def of(cls, viewer: Viewer) -> "LivePage":
        require(viewer, "access.load_data")
        now = timezone.now()
        counted, minutes, waiting = _counted(now), _minutes(now), _waiting()
        latest = Violation.objects.select_related("key__source").order_by("-pk")[:LATEST]
        sign = Sign.objects.first()
        flushed_at = Flush.objects.filter(finished_at__isnull=False).values_list("finished_at", flat=True).first()
        return cls(
            waiting=waiting,
            aside=Arrival.objects.filter(is_aside=True).count(),
            sign=sign,
            is_silent=is_silent(sign),
            rate=_rate(minutes, now),
            longest=max((one["longest"] for one in minutes), default=0.0),
            chart=MinutesChart.of(minutes, now),
            totals={name: sum(one[name] for one in counted) for name in COUNTS},
            sources=_by_source(counted),
            events=_by_event(counted),
            violations=violations_told(viewer, latest),
            on_the_way=flushes_open().aggregate(events=Sum("events"))["events"] or 0,
            flushed_at=flushed_at,
            has_come=bool(counted or waiting.requests or flushed_at),
        )


def _waiting() -> Waiting:
    looked_at = arrivals_waiting().order_by("pk")[:MOST_COUNTED]
    found = looked_at.aggregate(requests=Count("pk"), messages=Sum("messages"), oldest=Min("received_at"))
    return Waiting(found["requests"], found["messages"] or 0, found["oldest"])


def _counted(now: datetime) -> list[dict[str, Any]]:
    sums = {name: Sum(name) for name in COUNTS}
    lately = Minute.objects.filter(minute__gt=now - LATELY)
    return [dict(one) for one in lately.values("key__source_id", "event_type").annotate(**sums)]


def _minutes(now: datetime) -> list[dict[str, Any]]:
    of_minute = Minute.objects.filter(minute__gt=now - LATELY).values("minute")
    sums = of_minute.annotate(taken=Sum("messages"), left_out=Sum("refused"), longest=Max("waited"))
    return [dict(one) for one in sums]


def _rate(minutes: Sequence[dict[str, Any]], now: datetime) -> float:
    """Messages a minute, of the latest whole minutes."""
    end = now.replace(second=0, microsecond=0)
    start = end - timedelta(minutes=RATE_MINUTES)
    return sum(one["taken"] for one in minutes if start <= one["minute"] < end) / RATE_MINUTES


def _by_source(counted: Sequence[dict[str, Any]]) -> list[Line]:
    found = Source.objects.in_bulk({one["key__source_id"] for one in counted})
    return _lines(counted, "key__source_id", {pk: (one.slug, one.name) for pk, one in found.items()})


def _by_event(counted: Sequence[dict[str, Any]]) -> list[Line]:
    slugs = {one["event_type"] for one in counted}
    found = EventType.objects.filter(slug__in=slugs) if len(slugs) < MOST_NAMED else EventType.objects.all()
    names = {one.slug: (one.slug, one.name) for one in found}
    return _lines(counted, "event_type", {"": ("", gettext("no event"))} | names)[:MOST_LINES]


def _lines(counted: Sequence[dict[str, Any]], by: str, names: Mapping[Any, tuple[str, str]]) -> list[Line]:
    """Those with the most messages first."""
    sums: defaultdict[Any, Counter[str]] = defaultdict(Counter)
    for one in counted:
        sums[one[by]].update({name: one[name] for name in COUNTS})
    lines = [Line(*names.get(place, (str(place), str(place))), counts) for place, counts in sums.items()]
    return sorted(lines, key=lambda line: (-line.counts["messages"], line.slug))

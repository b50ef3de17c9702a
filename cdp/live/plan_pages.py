"""Tracking plans: what is planned, what is seen, and where they differ."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.db.models import Count, Sum
from django.utils import timezone

from cdp.access.viewer import Viewer, require
from cdp.store.models import EventType, Property, ValueKind

from .models import Minute, PlannedEvent, PlannedProperty, SeenProperty, Violation
from .violations import Told, violations_told

LATELY = timedelta(days=1)
LATEST = 10


@dataclass(frozen=True)
class EventLine:
    event: EventType
    plan: PlannedEvent | None
    planned: int
    seen: SeenProperty | None
    wrong: int


def event_lines(viewer: Viewer) -> list[EventLine]:
    """Every event that is planned or was seen to arrive, those with the most wrong first."""
    require(viewer, "access.load_data")
    counted = PlannedEvent.objects.annotate(planned=Count("properties")).select_related("owner")
    plans = {one.event_id: one for one in counted}
    seen = {one.event_type: one for one in SeenProperty.objects.filter(property="")}
    lately = Minute.objects.filter(minute__gt=timezone.now() - LATELY).values("event_type")
    sums = lately.annotate(wrong=Sum("refused") + Sum("set_aside"))
    wrong = {one["event_type"]: one["wrong"] for one in sums}
    lines = [
        EventLine(event, plan, getattr(plan, "planned", 0), seen.get(event.slug), wrong.get(event.slug, 0))
        for event in EventType.objects.all()
        if (plan := plans.get(event.pk)) or event.slug in seen
    ]
    return sorted(lines, key=lambda one: (-one.wrong, one.event.slug))


@dataclass(frozen=True)
class PropertyLine:
    of: Property
    planned: PlannedProperty | None
    seen: SeenProperty | None
    share: float | None

    @property
    def kind(self) -> str:
        return str(ValueKind(self.of.kind).label)


@dataclass(frozen=True)
class PlanPage:
    event: EventType
    plan: PlannedEvent | None
    total: SeenProperty | None
    properties: list[PropertyLine]
    violations: list[Told]
    people: list[User]

    @property
    def unplanned(self) -> int:
        """How many properties were seen and are not planned."""
        return sum(one.planned is None for one in self.properties)

    @classmethod
    def of(cls, viewer: Viewer, event: EventType) -> "PlanPage":
        require(viewer, "access.load_data")
        plan = PlannedEvent.objects.filter(event=event).select_related("owner").first()
        rows = plan.properties.select_related("property") if plan else ()
        planned = {one.property.slug: one for one in rows}
        seen = {one.property: one for one in SeenProperty.objects.filter(event_type=event.slug)}
        total = seen.pop("", None)
        known = Property.objects.filter(slug__in={*planned, *seen})
        lines = [
            PropertyLine(one, planned.get(one.slug), found := seen.get(one.slug), _share(found, total))
            for one in known
        ]
        lines.sort(key=lambda one: (one.planned is None, -(one.share or 0), one.of.slug))
        latest = Violation.objects.filter(event_type=event.slug).select_related("key__source").order_by("-pk")
        people = User.objects.filter(is_staff=True, is_active=True).order_by("username")
        return cls(event, plan, total, lines, violations_told(viewer, latest[:LATEST]), list(people))


def _share(seen: SeenProperty | None, total: SeenProperty | None) -> float | None:
    return min(1.0, seen.times / total.times) if seen and total and total.times else None

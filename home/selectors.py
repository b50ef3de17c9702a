"""What changed lately, in all three storeys. Each reading takes the viewer first."""

from django.db.models import Q, QuerySet

from cdp.access.viewer import Viewer, may
from cdp.identity.review_pages import MERGE_PERMISSION, reviews_asked_of, reviews_waiting
from cdp.sources.models import Load, LoadStage
from cdp.store.selectors import customers, customers_made_lately
from segments.models import Segment
from segments.personas.models import Persona
from segments.review.selectors import reviews_waiting_count
from tags.models import Tag, VersionState
from tags.selectors import behind
from tags.teamwork.approval import requests_returned, requests_to_decide


def customers_new(viewer: Viewer) -> int:
    return customers_made_lately(customers(viewer)).count()


def loads_recent(viewer: Viewer, limit: int) -> list[Load]:
    rows = Load.objects.filter(stage=LoadStage.WRITE).select_related("source", "upload", "requested_by")
    return list(rows[:limit])


def tags_stale(viewer: Viewer) -> QuerySet[Tag]:
    """Tags whose last refresh failed, or whose data changed since."""
    return (
        Tag.objects.filter(Q(stale_since__isnull=False) | behind())
        .select_related("run")
        .order_by("stale_since", "slug")
    )


def segments_moved(viewer: Viewer, limit: int) -> list[Segment]:
    """Segments whose last evaluation let someone in or out, latest first."""
    moved = Segment.objects.exclude(run=None).exclude(run__entered=0, run__left=0)
    return list(moved.select_related("run").order_by("-run__as_of")[:limit])


def has_loaded(viewer: Viewer) -> bool:
    return customers(viewer).exists()


def has_tag(viewer: Viewer) -> bool:
    return Tag.objects.filter(versions__state=VersionState.PUBLISHED).exists()


def has_segment(viewer: Viewer) -> bool:
    return Segment.objects.exists()


def has_persona(viewer: Viewer) -> bool:
    return Persona.objects.exists()


def reviews_asked(viewer: Viewer) -> int:
    """Pairs of customers a colleague asked this viewer about."""
    return reviews_asked_of(viewer).count() if may(viewer, MERGE_PERMISSION) else 0


def approvals_to_decide(viewer: Viewer) -> int:
    """Drafts that wait for this viewer's approval."""
    return len(requests_to_decide(viewer))


def persona_reviews_waiting(viewer: Viewer) -> int:
    """Reviews of personas that wait for a department of this viewer, or for the viewer to end them."""
    return reviews_waiting_count(viewer)


def approvals_returned(viewer: Viewer) -> int:
    """Drafts of this viewer that came back with comments."""
    return len(requests_returned(viewer))


def reviews_to_decide(viewer: Viewer) -> int:
    return reviews_waiting(viewer).count() if may(viewer, MERGE_PERMISSION) else 0

"""Reading segments. The viewer comes first; members are cut to the customers the viewer may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from pyroaring import BitMap

from cdp.access.viewer import Viewer, profile_scope, sees_segment
from cdp.compiled import Compiled
from cdp.store.models import Customer
from tags.membership import bitmap_read, scope, visible

from .models import LiveMember, Refresh, Segment, SegmentRun
from .sheet import sheet


def segments(viewer: Viewer) -> QuerySet[Segment]:
    """Segments with owner and run in use, without their bitmaps."""
    return Segment.objects.select_related("owner", "run").defer("bitmap")


def segments_named(viewer: Viewer) -> QuerySet[Segment]:
    """Segments by name alone, to choose one of, without their rules and members."""
    return Segment.objects.defer("bitmap", "definition")


def segment_members(viewer: Viewer, slug: str) -> BitMap:
    """Who is in a segment now, of the customers the viewer may see; nobody before its first run.
    Raises `Segment.DoesNotExist`."""
    blob = Segment.objects.values_list("bitmap", flat=True).get(slug=slug)
    return BitMap() if blob is None else visible(viewer, bitmap_read(blob))


def segments_members(viewer: Viewer, slugs: Iterable[str] | None = None) -> dict[str, BitMap]:
    """Slug → `segment_members` of each segment that has been computed, in one query."""
    rows = Segment.objects.filter(bitmap__isnull=False)
    if slugs is not None:
        rows = rows.filter(slug__in=list(slugs))
    allowed = scope(viewer)
    members = {slug: bitmap_read(blob) for slug, blob in rows.values_list("slug", "bitmap") if blob is not None}
    return members if allowed is None else {slug: found & allowed for slug, found in members.items()}


def segment_counts(viewer: Viewer) -> dict[str, int]:
    """Slug → how many members the viewer may see."""
    if scope(viewer) is None:
        return dict(Segment.objects.order_by().values_list("slug", "count"))
    return {slug: len(members) for slug, members in segments_members(viewer).items()}


@dataclass(frozen=True)
class SegmentOf:
    """A segment one customer is in, and as of when that is known (None when its run is gone)."""

    segment: Segment
    as_of: datetime | None


def segments_of(viewer: Viewer, customer_id: int) -> list[SegmentOf]:
    """The segments a customer is in. As many queries for one segment as for hundreds."""
    allowed = profile_scope(viewer)
    if allowed and not Customer.objects.filter(allowed, pk=customer_id).exists():
        return []
    live = {row.segment_id: row for row in _live_of(customer_id)}
    return [
        SegmentOf(entry.segment, as_of)
        for entry, as_of in sheet().of(customer_id, live)
        if sees_segment(viewer, entry.segment.slug)
    ]


_live_of = Compiled(lambda customer: LiveMember.objects.filter(customer_id=customer), -1)


def segment_runs(viewer: Viewer, slug: str) -> QuerySet[SegmentRun]:
    """The runs of a segment, the latest first."""
    return SegmentRun.objects.filter(segment__slug=slug).select_related("segment", "requested_by")


def segment_sizes(viewer: Viewer, slug: str, limit: int = 400) -> list[SegmentRun]:
    """The size over time: the finished runs (`as_of`, `matched`, `entered`, `left`), oldest first."""
    return list(segment_runs(viewer, slug).filter(state="done").order_by("-as_of", "-pk")[:limit])[::-1]


def refreshes(viewer: Viewer) -> QuerySet[Refresh]:
    return Refresh.objects.select_related("requested_by")

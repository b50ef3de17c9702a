"""When one customer entered and left segments, from what their runs changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from cdp.access.viewer import Viewer, sees_segment
from cdp.ledger.models import JobState
from cdp.store import selectors as store
from tags.membership import bitmap_read

from .models import Segment, SegmentChange

# The latest runs that changed something; each is two sets to look into.
MOST_RUNS = 1_000


@dataclass(frozen=True)
class Move:
    segment: Segment
    as_of: datetime
    entered: bool


def moves_of(viewer: Viewer, customer_id: int) -> list[Move]:
    """The latest first."""
    if not store.customers(viewer).filter(pk=customer_id).exists():
        return []
    return [one for one in _moves(customer_id) if sees_segment(viewer, one.segment.slug)]


def _moves(customer_id: int) -> Iterator[Move]:
    changes = SegmentChange.objects.filter(run__state=JobState.DONE, run__past=False)
    changes = changes.filter(Q(run__entered__gt=0) | Q(run__left__gt=0)).order_by("-run__as_of", "-run_id")
    segments = Segment.objects.defer("bitmap", "definition").in_bulk()
    rows = changes.values_list("run__segment_id", "run__as_of", "entered", "left")[:MOST_RUNS]
    for segment, as_of, entered, left in rows.iterator(chunk_size=50):
        for blob, is_entry in ((entered, True), (left, False)):
            if customer_id in bitmap_read(blob):
                yield Move(segments[segment], as_of, is_entry)

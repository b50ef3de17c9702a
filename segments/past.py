"""Who belonged to a segment at a moment gone by: by what each run changed, and by runs worked out afterwards."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from pyroaring import BitMap

from cdp.access.viewer import Viewer
from cdp.errors import Problem
from cdp.ledger.models import JobState
from tags.membership import bitmap_read, bitmap_write, visible
from tags.past import BACKFILL
from tags.trends import drift_record

from .algebra import Change, change, replay
from .models import PastMembers, Segment, SegmentChange, SegmentRun


@dataclass(frozen=True)
class SegmentAsOf:
    """The members as of the last run before a moment, of those the viewer may see."""

    run: SegmentRun
    members: BitMap


def segment_members_as_of(viewer: Viewer, slug: str, as_of: datetime) -> SegmentAsOf | None:
    """By the latest run as of that moment or earlier whose members are known; None when there is none."""
    run = _known(Segment.objects.only("pk").get(slug=slug)).filter(as_of__lte=as_of).first()
    return None if run is None else SegmentAsOf(run, visible(viewer, run_members(run)))


def _known(segment: Segment) -> QuerySet[SegmentRun]:
    """The finished runs whose members can be told, the latest moment first."""
    runs = SegmentRun.objects.filter(segment=segment, state=JobState.DONE)
    return runs.filter(Q(change__isnull=False) | Q(past=True)).order_by("-as_of", "-pk")


def run_members(run: SegmentRun) -> BitMap:
    if run.past:
        return bitmap_read(run.past_members.bitmap)
    rows = SegmentChange.objects.filter(run__segment=run.segment_id, run__lte=run.pk).order_by("run_id")
    steps = rows.values_list("entered", "left")
    return replay([Change(bitmap_read(entered), bitmap_read(left)) for entered, left in steps])


def segment_run_known(segment: Segment, as_of: datetime, data_version: str) -> bool:
    """Whether the past has this already: the same rule over the same data."""
    same = SegmentRun.objects.filter(segment=segment, segment_version=segment.version, as_of=as_of)
    return same.filter(data_version=data_version, state=JobState.DONE).exists()


@transaction.atomic
def segment_past_write(
    segment: Segment, as_of: datetime, members: BitMap, *, data_version: str, universe: int, started: datetime
) -> SegmentRun:
    """Keep the members as of a moment gone by; what was kept of the same moment and rule before is replaced."""
    same = SegmentRun.objects.filter(segment=segment, segment_version=segment.version)
    same.filter(as_of=as_of, past=True).delete()
    earlier = _known(segment).filter(as_of__lt=as_of).first()
    difference = change(run_members(earlier) if earlier else BitMap(), members)
    run = SegmentRun.objects.create(
        segment=segment,
        segment_version=segment.version,
        as_of=as_of,
        past=True,
        trigger=BACKFILL,
        state=JobState.DONE,
        started_at=started,
        finished_at=timezone.now(),
        data_version=data_version,
        universe=universe,
        matched=len(members),
        entered=len(difference.entered),
        left=len(difference.left),
        drift=drift_record(same, as_of, len(members), universe),
    )
    PastMembers.objects.create(run=run, bitmap=bitmap_write(members))
    return run


def segment_past_failed(
    segment: Segment, as_of: datetime, problems: tuple[Problem, ...], *, started: datetime
) -> SegmentRun:
    """The row of a day that could not be worked out."""
    given = {"segment": segment, "segment_version": segment.version, "as_of": as_of, "past": True}
    SegmentRun.objects.filter(**given, state=JobState.FAILED).delete()
    return SegmentRun.objects.create(
        **given,
        trigger=BACKFILL,
        state=JobState.FAILED,
        started_at=started,
        finished_at=timezone.now(),
        problems=[problem.as_json() for problem in problems],
    )

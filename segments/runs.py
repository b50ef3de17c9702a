"""One evaluation of a segment, put in use in one transaction."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from cdp.errors import N_
from cdp.ledger.models import JobState
from cdp.ledger.services import JobCancelled, JobLost, job_beat, job_progress, job_run
from cdp.store.lake import snapshot
from tags.answers import ANSWERS
from tags.dependencies import SEGMENT, Ref, upstream
from tags.membership import CurrentMembers, bitmap_read, bitmap_write
from tags.moments import moment_of
from tags.rules.catalog import Catalog
from tags.rules.evaluate import evaluate
from tags.rules.validate import read_rule
from tags.selectors import catalog, graph
from tags.trends import drift_record

from .algebra import change
from .models import LiveMember, Segment, SegmentChange, SegmentKind, SegmentRun
from .services import list_members


def segment_run(run: SegmentRun, names: Catalog | None = None) -> None:
    """The work of a claimed run. A failure leaves the members of before and marks the segment stale; a run
    of a rule that has been changed since ends quietly."""
    try:
        _upstream_first(run)
        members, data_version, universe = _evaluated(run, names or catalog(SYSTEM))
        put_in_use(run, members, data_version, len(universe))
    except (JobCancelled, JobLost):
        raise
    except Exception:
        Segment.objects.filter(pk=run.segment_id, stale_since=None).update(stale_since=timezone.now())
        raise


def _upstream_first(run: SegmentRun) -> None:
    earlier = SegmentRun.objects.filter(state=JobState.WAITING, pk__lt=run.pk)
    if not earlier.exists():
        return
    needed = upstream(graph(), [Ref(SEGMENT, run.segment.slug)])
    slugs = [ref.slug for ref in needed if ref.kind == SEGMENT]
    for pk in earlier.filter(segment__slug__in=slugs).order_by("pk").values_list("pk", flat=True):
        job_run(SegmentRun, pk, segment_run)


def _evaluated(run: SegmentRun, names: Catalog) -> tuple[BitMap, str, BitMap]:
    segment = run.segment
    if segment.version != run.segment_version:
        raise JobCancelled
    job_progress(run, done=0, total=2, step=N_("working out who is a member"))
    with snapshot() as lake:
        universe = lake.universe()
        if segment.kind == SegmentKind.LIST:
            members = list_members(segment) & universe
        else:
            rule = read_rule(segment.definition, names)
            members = evaluate(
                rule, lake=lake, moment=moment_of(run.as_of), members=CurrentMembers(run.as_of), answers=ANSWERS
            )
        data_version = lake.version
    job_progress(run, done=1, total=2, step=N_("putting the result in use"))
    return members, data_version, universe


@transaction.atomic
def put_in_use(run: SegmentRun, members: BitMap, data_version: str, universe: int) -> None:
    segment = Segment.objects.select_for_update().get(pk=run.segment_id)
    job_beat(run)
    if segment.run_id == run.pk:
        return
    is_later = segment.run_id and segment.run_id > run.pk
    if segment.retired_at or segment.version != run.segment_version or is_later:
        # It was retired, the rule was changed, or it was asked for again later and that was quicker.
        raise JobCancelled
    difference = change(bitmap_read(segment.bitmap) if segment.bitmap else BitMap(), members)
    SegmentRun.objects.filter(pk=run.pk).update(
        data_version=data_version,
        universe=universe,
        matched=len(members),
        entered=len(difference.entered),
        left=len(difference.left),
        drift=drift_record(_same_rule(run), run.as_of, len(members), universe),
        steps_done=2,
    )
    LiveMember.objects.filter(segment=segment, as_of__lte=run.as_of).delete()
    entered, left = bitmap_write(difference.entered), bitmap_write(difference.left)
    SegmentChange.objects.create(run=run, entered=entered, left=left)
    Segment.objects.filter(pk=segment.pk).update(
        run=run, bitmap=bitmap_write(members), count=len(members), stale_since=None
    )


def _same_rule(run: SegmentRun) -> QuerySet[SegmentRun]:
    return SegmentRun.objects.filter(segment=run.segment_id, segment_version=run.segment_version)

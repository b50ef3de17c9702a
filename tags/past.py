"""Who had which value at a moment gone by: from what each run changed, and from runs worked out afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from pyroaring import BitMap

from cdp.access.viewer import Viewer
from cdp.errors import Problem
from cdp.ledger.models import JobState

from . import membership
from .kinds import Result
from .membership import bitmap_read, bitmap_write
from .models import MembershipChange, PastMembership, TagRun, TagVersion
from .spread import quartiles_of
from .trends import drift_record, run_record

BACKFILL = "backfill"


@dataclass(frozen=True)
class TagAsOf:
    """What a tag said as of its last run before a moment: value → customers the viewer may see."""

    run: TagRun
    values: dict[str, BitMap]


def tag_values_as_of(viewer: Viewer, slug: str, as_of: datetime) -> TagAsOf | None:
    """By the latest run as of that moment or earlier; None when there is none."""
    runs = TagRun.objects.filter(version__tag__slug=slug, state=JobState.DONE, as_of__lte=as_of)
    run = runs.select_related("version__tag").order_by("-as_of", "-pk").first()
    if run is None:
        return None
    return TagAsOf(run, {value: membership.visible(viewer, held) for value, held in run_values(run).items()})


def tag_values_earlier(viewer: Viewer, slug: str, days: int) -> TagAsOf | None:
    """What a tag said so many days before its result in use: by the latest run as old as that, or else by the first
    one there is. None without a run before."""
    held = membership.in_use([slug]).get(slug)
    used = TagRun.objects.filter(pk=held.key[0]).first() if held else None
    if held is None or used is None:
        return None
    before = TagRun.objects.filter(version__tag__slug=slug, state=JobState.DONE, as_of__lt=used.as_of)
    before = before.filter(Q(past=True) | Q(pk__lt=used.pk)).select_related("version__tag")
    old = before.filter(as_of__lte=used.as_of - timedelta(days=days)).order_by("-as_of", "-pk").first()
    run = old or before.order_by("as_of", "pk").first()
    if run is None:
        return None
    values = run_values(run) if run.past else _undone(held.values, used, run)
    return TagAsOf(run, {value: membership.visible(viewer, held) for value, held in values.items()})


def _undone(values: Mapping[str, BitMap], used: TagRun, run: TagRun) -> dict[str, BitMap]:
    """The result of `run`, from that of the later one in use: of a few weeks there are fewer changes than of all
    time."""
    found = {value: members.copy() for value, members in values.items()}
    changes = MembershipChange.objects.filter(run__version__tag=run.version.tag_id, run__past=False)
    steps = changes.filter(run__gt=run.pk, run__lte=used.pk).order_by("-run_id")
    for value, entered, left in steps.values_list("value", "entered", "left").iterator():
        members = found.setdefault(value, BitMap())
        members -= bitmap_read(entered)
        members |= bitmap_read(left)
    return found


def run_values(run: TagRun) -> dict[str, BitMap]:
    """The result of a finished run, in the definition's order."""
    if run.past:
        return {row.value: bitmap_read(row.bitmap) for row in run.past_memberships.all()}
    values: dict[str, BitMap] = dict.fromkeys(run.counts, BitMap())
    changes = MembershipChange.objects.filter(run__version__tag=run.version.tag_id, run__past=False)
    steps = changes.filter(run__lte=run.pk).order_by("run_id").values_list("value", "entered", "left")
    for value, entered, left in steps.iterator():
        values[value] = (values.get(value, BitMap()) - bitmap_read(left)) | bitmap_read(entered)
    # A value of an earlier definition, which nobody has any more.
    return {value: members for value, members in values.items() if members or value in run.counts}


def tag_run_known(version: TagVersion, as_of: datetime, data_version: str) -> bool:
    """Whether the past has this already: the same definition over the same data."""
    done = version.runs.filter(as_of=as_of, data_version=data_version, state=JobState.DONE)
    return done.exists()


@transaction.atomic
def tag_past_write(
    version: TagVersion, as_of: datetime, result: Result, *, data_version: str, universe: BitMap, started: datetime
) -> TagRun:
    """Keep a result as of a moment gone by; what was kept of the same moment and version before is replaced."""
    version.runs.filter(as_of=as_of, past=True).delete()
    before = _before(version, as_of)
    everyone = result.everyone()
    run = TagRun.objects.create(
        version=version,
        as_of=as_of,
        past=True,
        trigger=BACKFILL,
        state=JobState.DONE,
        started_at=started,
        finished_at=timezone.now(),
        data_version=data_version,
        universe=len(universe),
        matched=len(everyone),
        entered=everyone.difference_cardinality(before),
        left=before.difference_cardinality(everyone),
        drift=drift_record(version.runs.all(), as_of, len(everyone), len(universe)),
        **run_record(result.values, () if result.numbers is None else quartiles_of(result.numbers)),
        facts=dict(result.facts),
    )
    PastMembership.objects.bulk_create(
        PastMembership(run=run, value=value, position=position, bitmap=bitmap_write(members))
        for position, (value, members) in enumerate(result.values.items())
    )
    return run


def _before(version: TagVersion, as_of: datetime) -> BitMap:
    runs = TagRun.objects.filter(version__tag=version.tag_id, state=JobState.DONE, as_of__lt=as_of)
    run = runs.select_related("version").order_by("-as_of", "-pk").first()
    return BitMap() if run is None else BitMap().union(*run_values(run).values())


def tag_past_failed(
    version: TagVersion, as_of: datetime, problems: tuple[Problem, ...], *, started: datetime
) -> TagRun:
    """The row of a day that could not be worked out."""
    version.runs.filter(as_of=as_of, past=True, state=JobState.FAILED).delete()
    return TagRun.objects.create(
        version=version,
        as_of=as_of,
        past=True,
        trigger=BACKFILL,
        state=JobState.FAILED,
        started_at=started,
        finished_at=timezone.now(),
        problems=[problem.as_json() for problem in problems],
    )

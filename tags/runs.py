"""One evaluation of a tag: worked out beside the result in use, then put in its place in one transaction."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from cdp.errors import N_
from cdp.ledger.models import JobState
from cdp.ledger.services import JobCancelled, JobLost, job_beat, job_progress, job_run
from cdp.store.lake import snapshot

from .answers import ANSWERS
from .dependencies import TAG, Ref, upstream
from .kinds import KINDS, Kind, Result, World
from .membership import CurrentMembers, bitmap_read, bitmap_write, numbers_only, table_read, table_write
from .models import (
    EmptyPolicy,
    Measurement,
    Membership,
    MembershipChange,
    Tag,
    TagRun,
    TagVersion,
    VersionState,
)
from .moments import moment_of
from .rules.catalog import Catalog
from .rules.definition import Definition, read_definition
from .rules.evaluate import Evaluation
from .selectors import catalog, graph
from .trends import drift_record, run_record
from .validity import given_write, still_valid


def tag_run(run: TagRun, names: Catalog | None = None) -> None:
    """The work of a claimed run. What was in use stays in use until the new result is complete; a failure
    marks the tag stale. A run whose version is no longer published ends quietly. Who does many runs reads
    `names` (what rules may name) once for all of them."""
    try:
        _upstream_first(run)
        result, data_version, universe = _evaluated(run, names or catalog(SYSTEM))
        put_in_use(run, result, data_version, universe)
    except (JobCancelled, JobLost):
        raise
    except Exception:
        Tag.objects.filter(pk=run.version.tag_id, stale_since=None).update(stale_since=timezone.now())
        raise


def _upstream_first(run: TagRun) -> None:
    """Do the waiting runs this one is built on, in case a worker was quicker here than there."""
    earlier = TagRun.objects.filter(state=JobState.WAITING, pk__lt=run.pk)
    if not earlier.exists():
        return
    ref = Ref(TAG, run.version.tag.slug)
    slugs = [needed.slug for needed in upstream(graph(), [ref]) if needed.kind == TAG]
    for pk in earlier.filter(version__tag__slug__in=slugs).order_by("pk").values_list("pk", flat=True):
        job_run(TagRun, pk, tag_run)


def _evaluated(run: TagRun, names: Catalog) -> tuple[Result, str, BitMap]:
    version = run.version
    if version.state != VersionState.PUBLISHED:
        raise JobCancelled
    job_progress(run, done=0, total=2, step=N_("working out who has which value"))
    kind, definition = _parsed(version, names)
    with snapshot() as lake:
        universe = lake.universe()
        evaluation = Evaluation(
            lake=lake, moment=moment_of(run.as_of), members=CurrentMembers(run.as_of), answers=ANSWERS
        )
        result = kind.evaluate(definition, World(evaluation, universe, version.tag.slug))
        data_version = lake.version
    job_progress(run, done=1, total=2, step=N_("putting the result in use"))
    return result, data_version, universe


def _parsed(version: TagVersion, names: Catalog) -> tuple[Kind, Definition]:
    """Read again against what there is now: a name that has gone since fails the run in words."""
    kind = version.tag.kind
    return KINDS[kind], read_definition(kind, version.definition, names)


@transaction.atomic
def put_in_use(run: TagRun, result: Result, data_version: str, universe: BitMap) -> None:
    tag = Tag.objects.select_for_update().get(pk=run.version.tag_id)
    job_beat(run)
    if tag.run_id == run.pk:
        return
    current_version = TagVersion.objects.filter(tag=tag, state=VersionState.PUBLISHED).first()
    if current_version != run.version or (tag.run_id and tag.run_id > run.pk):
        # Published anew, or asked for again later and that was quicker: this result is out of date.
        raise JobCancelled
    before = result_in_use(tag)
    if tag.empty_policy == EmptyPolicy.KEEP:
        kind, definition = _parsed(run.version, catalog(SYSTEM))
        given_write(run, result.everyone())
        result = kind.keep(definition, result, still_valid(tag, run.as_of, before), universe)
    _write_changes(run, before, result)
    _write_memberships(run, tag, before, result)
    _write_numbers(run, tag, before, result)
    everyone, earlier = result.everyone(), before.everyone()
    TagRun.objects.filter(pk=run.pk).update(
        data_version=data_version,
        universe=len(universe),
        matched=len(everyone),
        entered=everyone.difference_cardinality(earlier),
        left=earlier.difference_cardinality(everyone),
        drift=drift_record(run.version.runs.all(), run.as_of, len(everyone), len(universe)),
        **run_record(result),
        facts=dict(result.facts),
        steps_done=F("steps_total"),
    )
    Tag.objects.filter(pk=tag.pk).update(run=run, stale_since=None)


def result_in_use(tag: Tag) -> Result:
    """Empty before the first run."""
    rows = Membership.objects.filter(run=tag.run_id).order_by("position")
    measured = Measurement.objects.filter(run=tag.run_id).first()
    numbers = None if measured is None else table_read(measured.table)
    details = None if measured is None or measured.details is None else table_read(measured.details)
    return Result({row.value: bitmap_read(row.bitmap) for row in rows}, numbers, details)


def _write_changes(run: TagRun, before: Result, after: Result) -> None:
    changes = []
    for value in dict.fromkeys([*before.values, *after.values]):
        old, new = before.values.get(value, BitMap()), after.values.get(value, BitMap())
        if old != new:
            entered, left = bitmap_write(new - old), bitmap_write(old - new)
            changes.append(MembershipChange(run=run, value=value, entered=entered, left=left))
    MembershipChange.objects.bulk_create(changes)


def _write_memberships(run: TagRun, tag: Tag, before: Result, after: Result) -> None:
    """A value that has the same customers as before goes over to this run as it is; all else is written anew."""
    held = Membership.objects.filter(version__tag=tag)
    same: set[str] = set()
    if list(before.values) == list(after.values):
        same = {value for value, members in after.values.items() if members == before.values[value]}
    # Those of another version do not go over.
    if not Membership.objects.filter(version=run.version, value__in=same).update(run=run):
        same = set()
    held.exclude(version=run.version, value__in=same).delete()
    Membership.objects.bulk_create(
        Membership(
            version=run.version,
            run=run,
            value=value,
            position=position,
            bitmap=bitmap_write(members),
            count=len(members),
        )
        for position, (value, members) in enumerate(after.values.items())
        if value not in same
    )


def _write_numbers(run: TagRun, tag: Tag, before: Result, after: Result) -> None:
    held = Measurement.objects.filter(version__tag=tag)
    numbers = None if after.numbers is None else numbers_only(after.numbers)
    same = numbers is not None and numbers == before.numbers and after.details == before.details
    if same and Measurement.objects.filter(version=run.version).update(run=run):
        return
    held.delete()
    if numbers is not None:
        details = None if after.details is None else table_write(after.details)
        Measurement.objects.create(version=run.version, run=run, table=table_write(numbers), details=details)

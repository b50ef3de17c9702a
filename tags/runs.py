"""Evaluations of tags: worked out beside the results in use, then put in their place in one transaction."""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from cdp.access.viewer import SYSTEM
from cdp.errors import N_
from cdp.ledger.models import JobState
from cdp.ledger.services import JobCancelled, JobLost, job_beat, job_progress, job_run
from cdp.ledger.together import Together, jobs_together
from cdp.store.lake import snapshot

from .answers import ANSWERS
from .dependencies import TAG, Ref, upstream
from .in_use import Found, put_in_their_place
from .kinds import KINDS, Kind, World
from .membership import CurrentMembers, Held, in_use
from .models import Tag, TagRun, TagVersion, VersionState
from .moments import moment_of
from .rules.catalog import Catalog
from .rules.definition import Definition, read_definition
from .rules.evaluate import Evaluation
from .selectors import catalog, graph

log = logging.getLogger(__name__)


def tag_run(run: TagRun, names: Catalog | None = None) -> None:
    """The work of a claimed run. What was in use stays in use until the new result is complete; a failure
    marks the tag stale. A run whose version is no longer published ends quietly. Who does many runs reads
    `names` (what rules may name) once for all of them."""
    try:
        _upstream_first(run)
        job_progress(run, done=0, total=2, step=N_("working out who has which value"))
        with snapshot() as lake:
            found = found_by(run, evaluation_of(lake, run.as_of), names or catalog(SYSTEM))
        job_progress(run, done=1, total=2, step=N_("putting the result in use"))
        put_in_use(found)
    except (JobCancelled, JobLost):
        raise
    except Exception:
        tags_mark_stale([run.version.tag_id])
        raise


def tags_mark_stale(pks: Iterable[int]) -> None:
    Tag.objects.filter(pk__in=pks, stale_since=None).update(stale_since=timezone.now())


def _upstream_first(run: TagRun) -> None:
    """Do the waiting runs this one is built on, in case a worker was quicker here than there."""
    earlier = TagRun.objects.filter(state=JobState.WAITING, pk__lt=run.pk)
    if not earlier.exists():
        return
    ref = Ref(TAG, run.version.tag.slug)
    slugs = [needed.slug for needed in upstream(graph(), [ref]) if needed.kind == TAG]
    for pk in earlier.filter(version__tag__slug__in=slugs).order_by("pk").values_list("pk", flat=True):
        job_run(TagRun, pk, tag_run)


def evaluation_of(lake: Any, as_of: datetime) -> Evaluation:
    """Rules asked of one state of the data, with the tags and segments in use at a moment."""
    return Evaluation(lake=lake, moment=moment_of(as_of), members=CurrentMembers(as_of), answers=ANSWERS)


def found_by(run: TagRun, evaluation: Evaluation, names: Catalog, before: Held | None = None) -> Found:
    """Raises `JobCancelled` for a version that is no longer published. `before`: the tag's result in use."""
    version, lake = run.version, evaluation.lake
    if version.state != VersionState.PUBLISHED:
        raise JobCancelled
    kind, definition = _parsed(version, names)
    result = kind.evaluate(definition, World(evaluation, lake.universe(), version.tag.slug, before))
    return Found(run, result, lake.version, lake.universe())


def _parsed(version: TagVersion, names: Catalog) -> tuple[Kind, Definition]:
    """Read again against what there is now: a name that has gone since fails the run in words."""
    kind = version.tag.kind
    return KINDS[kind], read_definition(kind, version.definition, names)


def put_in_use(found: Found) -> None:
    """What a claimed run found. Raises `JobCancelled` where it is out of date, `JobLost` where it was taken."""

    def mine(runs: Iterable[TagRun]) -> set[int]:
        job_beat(found.run)
        return {found.run.pk}

    if not put_in_their_place([found], mine):
        raise JobCancelled


def tag_runs_do(
    pks: Iterable[int], evaluation: Evaluation, names: Catalog, tell: Callable[[TagRun], None] = lambda run: None
) -> None:
    """Do those of the runs that wait, none of them built on another. `tell` is called before each, and may stop
    them all by raising."""
    with jobs_together(TagRun, pks) as together:
        versions = TagVersion.objects.select_related("tag").in_bulk([run.version_id for run in together.jobs])
        before = in_use(version.tag.slug for version in versions.values())
        found = []
        for run in together.jobs:
            run.version = versions[run.version_id]
            tell(run)
            with together.attempt(run):
                found.append(found_by(run, evaluation, names, before.get(run.version.tag.slug)))
        _all_put_in_use(found, together, lambda run: found_by(run, evaluation, names))
        tags_mark_stale([run.version.tag_id for run in together.jobs if together.failed(run)])


def _all_put_in_use(found: Sequence[Found], together: Together[TagRun], anew: Callable[[TagRun], Found]) -> None:
    """At once; where that fails one by one, so that only what it fails for is left as it was. Those are found
    `anew`: what they were built on may have been replaced meanwhile."""
    try:
        done = put_in_their_place(found, together.still_mine)
    except Exception:
        log.warning("results could not be put in use together", exc_info=True)
        done = set()
        for one in found:
            with together.attempt(one.run):
                done |= put_in_their_place([anew(one.run)], together.still_mine)
    for one in found:
        if not together.failed(one.run):
            together.ended(one.run, JobState.DONE if one.run.pk in done else JobState.CANCELLED)

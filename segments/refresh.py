"""Tags and segments recomputed in the order of what is built from what."""

import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from cdp.access.viewer import SYSTEM, Viewer
from cdp.errors import N_, Problem, UserError
from cdp.ledger.models import Job, JobState
from cdp.ledger.services import job_progress, job_run, job_send, jobs_open
from cdp.live.draining import arrivals_seen
from cdp.store.lake import snapshot
from tags.dependencies import SEGMENT, TAG, Graph, Ref, order, upstream
from tags.leaf_answers import answers_carried
from tags.models import Schedule, Tag, TagRun, VersionState
from tags.rules.catalog import Catalog
from tags.rules.evaluate import Evaluation
from tags.rules.nodes import Measure
from tags.rules.reading import nearest
from tags.runs import evaluation_of, tag_run, tag_runs_do
from tags.selectors import catalog, graph
from tags.services import person, tag_runs_create
from tags.together import Rule, measures_prepare, rules_of, rules_prepare

from .health import likeness_find
from .models import Refresh, Segment, SegmentRun
from .runs import segment_run
from .services import segment_runs_create

WAIT_SECONDS = 0.5
TELL_SECONDS = 0.2
# So many tags at once, and so many of them with numbers: those are in memory together.
WAVE, WITH_NUMBERS = 48, 16
WORK: dict[str, tuple[type[Job], Callable[..., None]]] = {
    TAG: (TagRun, tag_run),
    SEGMENT: (SegmentRun, segment_run),
}


def refresh_targets(slugs: Iterable[str] = ()) -> list[Ref]:
    """The published tags and the segments of these short names (all when none is given), in order, with
    whatever they are built from that has never been computed. `UserError` names every unknown one."""
    tags = dict(Tag.objects.filter(versions__state=VersionState.PUBLISHED).values_list("slug", "run_id"))
    segments = dict(Segment.objects.filter(retired_at=None).values_list("slug", "run_id"))
    computed = {Ref(TAG, slug): run for slug, run in tags.items()}
    computed |= {Ref(SEGMENT, slug): run for slug, run in segments.items()}
    if not (slugs := list(slugs)):
        return order(graph(), computed)
    if problems := [_unknown(slug, {*tags, *segments}) for slug in slugs if slug not in tags | segments]:
        raise UserError(*problems)
    wanted = {ref for ref in computed if ref.slug in slugs}
    needed = {ref for ref in upstream(graph(), wanted) if ref in computed and computed[ref] is None}
    return order(graph(), wanted | needed)


def _unknown(slug: str, known: set[str]) -> Problem:
    message = N_('There is no published tag and no segment "%(slug)s".')
    if close := nearest(slug, known):
        return Problem((slug,), message, N_("Did you mean %(names)s?"), {"slug": slug, "names": ", ".join(close)})
    return Problem((slug,), message, "", {"slug": slug})


@transaction.atomic
def refresh_request(
    *,
    slugs: Iterable[str] = (),
    as_of: datetime | None = None,
    trigger: str = "person",
    by: Viewer = SYSTEM,
) -> Refresh:
    """Ask for tags and segments (all when no short name is given) to be recomputed by a worker."""
    return job_send(refresh_create(slugs=slugs, as_of=as_of, trigger=trigger, by=by))


def refresh_create(
    *,
    slugs: Iterable[str] = (),
    as_of: datetime | None = None,
    trigger: str = "person",
    schedule: str = "",
    by: Viewer = SYSTEM,
) -> Refresh:
    """The row of `refresh_request`, for whoever does the work here and now."""
    return Refresh.objects.create(
        as_of=as_of or timezone.now(),
        trigger=trigger,
        schedule=schedule,
        requested_by=person(by),
        targets=[[ref.kind, ref.slug] for ref in refresh_targets(slugs)],
    )


@transaction.atomic
def refresh_due(*, schedule: str) -> Refresh | None:
    """What a schedule asks for, unless the one before is still at it or nothing has that schedule."""
    if jobs_open(Refresh).filter(schedule=schedule).exists():
        return None
    slugs = [
        *Tag.objects.filter(schedule=schedule, versions__state=VersionState.PUBLISHED).values_list(
            "slug", flat=True
        ),
        *Segment.objects.filter(schedule=schedule, retired_at=None).values_list("slug", flat=True),
    ]
    if not slugs:
        return None
    return job_send(refresh_create(slugs=slugs, trigger="schedule", schedule=Schedule(schedule)))


def refresh_run(refresh: Refresh) -> None:
    """The work of a claimed refresh, over one state of the data. One failed tag does not stop the others; all
    failures are told at the end.

    Taken up again after a lost worker it first sees to the runs that were started.
    """
    targets = [Ref(*target) for target in refresh.targets]
    job_progress(refresh, done=len(refresh.runs), total=len(targets), step=N_("taking in what has arrived"))
    with arrivals_seen(refresh.as_of):
        _work(refresh, targets)
    likeness_find()
    if failed := refresh_runs(refresh, state=JobState.FAILED):
        raise UserError(*(Problem.from_json(problem) for run in failed for problem in run.problems))


def _work(refresh: Refresh, targets: list[Ref]) -> None:
    names, needed = catalog(SYSTEM), graph()
    for place in range(len(refresh.runs)):
        job_progress(refresh, done=place, total=len(targets), step=targets[place].slug)
        _started_do(targets[place], refresh.runs[place], names, refresh)
    rest = targets[len(refresh.runs) :]
    job_progress(refresh, done=len(refresh.runs), total=len(targets), step=N_("reading the events for all of them"))
    with snapshot() as lake:
        evaluation = evaluation_of(lake, refresh.as_of)
        rules = rules_of(rest, names)
        with answers_carried(evaluation, rules) as kept:
            rules_prepare(evaluation, rules)
            kept.ranked_keep()
            evaluation.measures_forget()
            for wave in waves(rest, needed, _labels_only(rules)):
                _wave_do(refresh, wave, evaluation, names, rules)
    job_progress(refresh, done=len(targets), total=len(targets))


def _labels_only(rules: Mapping[Ref, list[Rule]]) -> set[Ref]:
    """What gives no customer a number, as far as that is known."""
    return {ref for ref, asked in rules.items() if asked and not any(isinstance(one, Measure) for one in asked)}


def waves(targets: Iterable[Ref], needed: Graph, labels: Container[Ref] = ()) -> Iterator[list[Ref]]:
    """Neighbours that can be done together: tags none of which is built on another of them. Segments stay alone."""
    wave: list[Ref] = []
    numbers = 0
    for ref in targets:
        alone, weight = ref.kind == SEGMENT, ref not in labels
        full = alone or len(wave) == WAVE or numbers + weight > WITH_NUMBERS
        if wave and (full or upstream(needed, [ref]) & set(wave)):
            yield wave
            wave, numbers = [], 0
        wave.append(ref)
        numbers += weight
        if alone:
            yield wave
            wave, numbers = [], 0
    if wave:
        yield wave


def _wave_do(
    refresh: Refresh, wave: list[Ref], evaluation: Evaluation, names: Catalog, rules: Mapping[Ref, list[Rule]]
) -> None:
    done = len(refresh.runs)
    job_progress(refresh, done=done, total=refresh.steps_total, step=wave[0].slug)
    runs = _runs_create(refresh, wave)
    refresh.runs = [*refresh.runs, *runs]
    Refresh.objects.filter(pk=refresh.pk).update(runs=refresh.runs)
    if wave[0].kind == SEGMENT:
        _started_do(wave[0], runs[0], names, refresh)
        return
    measures_prepare(evaluation, {ref: rules[ref] for ref in wave if ref in rules})
    tag_runs_do([pk for pk in runs if pk is not None], evaluation, names, _Progress(refresh, done))
    evaluation.measures_forget()


class _Progress:
    """Tells of one tag after the other, but not more often than anybody looks."""

    def __init__(self, refresh: Refresh, done: int) -> None:
        self.refresh, self.done, self.told = refresh, done, time.monotonic()

    def __call__(self, run: TagRun) -> None:
        if time.monotonic() - self.told > TELL_SECONDS:
            job_progress(self.refresh, done=self.done, total=self.refresh.steps_total, step=run.version.tag.slug)
            self.told = time.monotonic()
        self.done += 1


def _runs_create(refresh: Refresh, wave: list[Ref]) -> list[int | None]:
    """The id of a new run for each; None when the tag or segment was deleted or unpublished meanwhile."""
    given: dict[str, Any] = {
        "as_of": refresh.as_of,
        "trigger": refresh.trigger,
        "by": refresh.requested_by or SYSTEM,
    }
    slugs = [ref.slug for ref in wave]
    made: dict[str, int] = {}
    if wave[0].kind == SEGMENT:
        for one in segment_runs_create(segments=Segment.objects.filter(slug__in=slugs), **given):
            made[one.segment.slug] = one.pk
    else:
        # None of a wave is built on another, so there is no order to find.
        for run in tag_runs_create(tags=Tag.objects.filter(slug__in=slugs), known={}, **given):
            made[run.version.tag.slug] = run.pk
    return [made.get(slug) for slug in slugs]


def _started_do(ref: Ref, pk: int | None, names: Catalog, refresh: Refresh) -> None:
    if pk is None:
        return
    model, kind_of_work = WORK[ref.kind]
    work = partial(kind_of_work, names=names)
    job_run(model, pk, work)
    # After a lost worker another one may have this run; what comes next is built on it.
    while jobs_open(model).filter(pk=pk).exists():
        time.sleep(WAIT_SECONDS)
        job_progress(refresh, done=refresh.steps_done, total=refresh.steps_total)
        job_run(model, pk, work)


def refresh_runs(refresh: Refresh, **only: Any) -> list[Job]:
    """The runs of a refresh in its order; `only` those with some fields as given."""
    pairs = list(zip(refresh.targets, refresh.runs, strict=False))
    tag_pks = [pk for (kind, _slug), pk in pairs if kind == TAG and pk]
    segment_pks = [pk for (kind, _slug), pk in pairs if kind == SEGMENT and pk]
    tags = TagRun.objects.filter(**only).select_related("version__tag").in_bulk(tag_pks)
    segments = SegmentRun.objects.filter(**only).select_related("segment").in_bulk(segment_pks)
    found = [(tags if kind == TAG else segments).get(pk) for (kind, _slug), pk in pairs]
    return [run for run in found if run is not None]

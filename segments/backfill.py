"""The history of tags and segments as of the end of days gone by, worked out afterwards."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from cdp.access.viewer import SYSTEM, Viewer
from cdp.errors import N_, Problem, UserError
from cdp.ledger.models import Job, JobState
from cdp.ledger.services import job_progress, job_run
from cdp.store.lake import snapshot
from tags.backfill import Then, before, tag_day_write
from tags.dependencies import SEGMENT, TAG, Ref, order, upstream
from tags.in_force import in_force
from tags.models import TagRun, TagVersion, VersionState
from tags.moments import end_of_day, moment_of
from tags.past import BACKFILL, tag_past_failed, tag_run_known
from tags.selectors import graph
from tags.services import person
from tags.trial import Trial

from .models import Backfill, Every, Segment, SegmentRun
from .past import segment_past_failed, segment_past_write, segment_run_known
from .refresh import refresh_targets
from .runs import put_in_use
from .services import segment_runs_create


def days_of(since: date, until: date, every: str) -> list[date]:
    """From the first day on, a step each time, as long as they are not after the last. A month after the
    31st of January is the last day of February."""
    steps = range((until - since).days + 1)
    found = (_day(since, step, every) for step in steps)
    return [day for day in found if day <= until]


def _day(since: date, step: int, every: str) -> date:
    if every != Every.MONTH:
        return since + timedelta(days=step * (7 if every == Every.WEEK else 1))
    years, month = divmod(since.year * 12 + since.month - 1 + step, 12)
    return date(years, month + 1, min(since.day, monthrange(years, month + 1)[1]))


def backfill_create(
    *, slugs: Iterable[str], since: date, until: date, every: str = Every.DAY, by: Viewer = SYSTEM
) -> Backfill:
    """The row of a backfill of these tags and segments (all when none is named). `UserError` for an unknown
    one, for a list, and for days that are not over."""
    slugs = set(slugs)
    targets = [ref for ref in refresh_targets(slugs) if not slugs or ref.slug in slugs]
    by_rule = in_force()
    if problems := [*_day_problems(since, until), *(_list(ref) for ref in targets if slugs and ref not in by_rule)]:
        raise UserError(*problems)
    wanted = [[ref.kind, ref.slug] for ref in targets if ref in by_rule]
    return Backfill.objects.create(
        since=since, until=until, every=every, targets=wanted, trigger="command", requested_by=person(by)
    )


def _day_problems(since: date, until: date) -> Iterator[Problem]:
    if until < since:
        yield Problem(("to",), N_("The last day is before the first."), N_("Exchange them."))
    if end_of_day(until) >= timezone.now():
        last = timezone.localtime().date() - timedelta(days=1)
        message = N_("%(day)s is not over yet.")
        hint = N_("The last day whose history can be told is %(last)s.")
        yield Problem(("to",), message, hint, {"day": str(until), "last": str(last)})


def _list(ref: Ref) -> Problem:
    return Problem((ref.slug,), N_('"%(slug)s" is a list: it has no past to work out.'), "", {"slug": ref.slug})


def backfill_run(backfill: Backfill) -> None:
    """The work of a claimed backfill, from the earliest day on. What is there already, of the same version
    over the same data, is left alone, so work taken up again goes on where it stopped."""
    days = days_of(backfill.since, backfill.until, backfill.every)
    targets = [Ref(*target) for target in backfill.targets]
    for done, day in enumerate(days):
        job_progress(backfill, done=done, total=len(days), step=day.isoformat())
        _Day(end_of_day(day), targets).work()
    job_progress(backfill, done=len(days), total=len(days))
    failed = [run for run in backfill_runs(backfill) if run.state == JobState.FAILED]
    if failed:
        raise UserError(*(Problem.from_json(problem) for run in failed for problem in run.problems))


@dataclass
class _Day:
    """One moment gone by. What the targets are built on is worked out for it too, and not kept."""

    as_of: datetime
    targets: list[Ref]

    def work(self) -> None:
        known, edges = in_force(), graph()
        with snapshot() as lake:
            missing = {ref for ref in self.targets if ref in known and not self._known(ref, lake.version)}
            needed = missing | {ref for ref in upstream(edges, missing) if ref in known}
            trial = Trial(
                known, lake, moment_of(self.as_of), members=Then(known), before=lambda ref: before(ref, self.as_of)
            )
            for ref in order(edges, needed):
                self._one(trial, ref, lake.version, keep=ref in missing)

    def _known(self, ref: Ref, data_version: str) -> bool:
        if ref.kind == TAG:
            return tag_run_known(_published(ref), self.as_of, data_version)
        return segment_run_known(_segment(ref), self.as_of, data_version)

    def _one(self, trial: Trial, ref: Ref, data_version: str, *, keep: bool) -> None:
        started = timezone.now()
        try:
            result = trial.tried(ref)
        except UserError as error:
            if keep:
                self._failed(ref, error.problems, started)
            return
        if not keep:
            return
        given: dict[str, Any] = {"data_version": data_version, "started": started}
        if ref.kind == TAG:
            tag_day_write(_published(ref), self.as_of, result, universe=trial.universe, **given)
        else:
            universe = len(trial.universe)
            _segment_day_write(_segment(ref), self.as_of, result.everyone(), universe=universe, **given)

    def _failed(self, ref: Ref, problems: tuple[Problem, ...], started: datetime) -> None:
        if ref.kind == TAG:
            tag_past_failed(_published(ref), self.as_of, problems, started=started)
        else:
            segment_past_failed(_segment(ref), self.as_of, problems, started=started)


def _published(ref: Ref) -> TagVersion:
    return TagVersion.objects.select_related("tag").get(tag__slug=ref.slug, state=VersionState.PUBLISHED)


def _segment(ref: Ref) -> Segment:
    return Segment.objects.select_related("run").defer("bitmap").get(slug=ref.slug)


def _segment_day_write(
    segment: Segment, as_of: datetime, members: Any, *, data_version: str, universe: int, started: datetime
) -> None:
    """In use when no members in use are as of a later moment, else in the past."""
    if segment.run and segment.run.as_of >= as_of:
        segment_past_write(segment, as_of, members, data_version=data_version, universe=universe, started=started)
        return
    (run,) = segment_runs_create(segments=[segment], as_of=as_of, trigger=BACKFILL)
    job_run(SegmentRun, run.pk, lambda claimed: put_in_use(claimed, members, data_version, universe))


def backfill_runs(backfill: Backfill) -> list[Job]:
    """The latest run of each target as of each day, day by day."""
    moments = [end_of_day(day) for day in days_of(backfill.since, backfill.until, backfill.every)]
    slugs = {kind: [slug for of, slug in backfill.targets if of == kind] for kind in (TAG, SEGMENT)}
    tags = TagRun.objects.filter(version__tag__slug__in=slugs[TAG], as_of__in=moments)
    segments = SegmentRun.objects.filter(segment__slug__in=slugs[SEGMENT], as_of__in=moments)
    found: dict[tuple[datetime, str, str], Job] = {}
    for tag_run in tags.select_related("version__tag").order_by("pk"):
        found[tag_run.as_of, TAG, tag_run.version.tag.slug] = tag_run
    for segment_run in segments.select_related("segment").order_by("pk"):
        found[segment_run.as_of, SEGMENT, segment_run.segment.slug] = segment_run
    places = [(moment, kind, slug) for moment in moments for kind, slug in backfill.targets]
    return [found[place] for place in places if place in found]

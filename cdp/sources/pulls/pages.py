"""Page objects of pulls: what a source is pulled from, one pull from a database, one watched folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q
from django.urls import reverse

from cdp.access.table_files import rows_a_page
from cdp.access.viewer import Viewer, may
from cdp.errors import Problem, UserError
from cdp.ledger.models import OPEN_STATES, JobState
from cdp.sources.models import Feed, Load, Pull, Source, UpdateMode, Watch
from cdp.sources.selectors import Sample, sample
from cdp.sources.understanding import fits
from cdp.sources.watching import files_settled, inbox

from .running import start_of

RUNS = 20
SHOWN_ROWS = 8


@dataclass(frozen=True)
class Run:
    """A pull as its line shows it. Its outcome is that of the load it asked for, once there is one."""

    pull: Pull

    @property
    def job(self) -> Pull | Load:
        load = self.pull.load
        return load if load is not None and self.pull.state == JobState.DONE else self.pull

    @property
    def is_undone(self) -> bool:
        return self.pull.load is not None and self.pull.load.undone_at is not None

    @property
    def problems(self) -> list[Problem]:
        return [Problem.from_json(data) for data in self.job.problems]

    @property
    def notes(self) -> list[Problem]:
        return [Problem.from_json(data) for data in self.pull.notes]


@dataclass(frozen=True)
class PullsPage:
    """Everything a source is pulled from, each with its last run: (feed, run); `watch` and its run."""

    feeds: list[tuple[Feed, Run | None]]
    watch: Watch | None
    looked: Run | None

    @classmethod
    def of(cls, viewer: Viewer, source: Source) -> "PullsPage | None":
        """None for those who may not load data."""
        if not may(viewer, "access.load_data"):
            return None
        feeds = list(source.feeds.annotate(last_pull=Max("pulls")))
        looked = source.pulls.filter(feed=None).order_by("-pk").values_list("pk", flat=True).first()
        wanted = [feed.last_pull for feed in feeds if feed.last_pull] + ([looked] if looked else [])
        runs = {pull.pk: Run(pull) for pull in Pull.objects.filter(pk__in=wanted).select_related("load")}
        watch = Watch.objects.filter(source=source).first()
        return cls([(feed, runs.get(feed.last_pull)) for feed in feeds], watch, runs.get(looked or 0))


def pulls_failing() -> dict[int, str]:
    """Source → the page of a pull of it whose last run, or the load that run asked for, failed."""
    feeds = Pull.objects.exclude(feed=None).order_by().values("feed").annotate(last=Max("pk")).values("last")
    folders = Pull.objects.filter(feed=None).order_by().values("source").annotate(last=Max("pk")).values("last")
    failed = Q(state=JobState.FAILED) | Q(load__state=JobState.FAILED)
    last = Pull.objects.filter(failed, Q(pk__in=feeds) | Q(pk__in=folders)).select_related("source")
    return {
        pull.source_id: reverse("data:feed", args=[pull.feed_id])
        if pull.feed_id
        else reverse("data:folder", args=[pull.source.slug])
        for pull in last
    }


@dataclass(frozen=True)
class FeedPage:
    """A pull from a database: what it reads, its first rows when it was tried, where it goes on, what it did."""

    feed: Feed
    runs: list[Run]
    sample: Sample | None
    start: Pull | None

    @property
    def open_job(self) -> Pull | Load | None:
        return next((run.job for run in self.runs if run.job.state in OPEN_STATES), None)

    @property
    def is_mapped(self) -> bool:
        """Whether the source's mapping can be used for what was found by the test, or there was none yet."""
        mapping = self.feed.source.mapping
        return bool(mapping) and (not self.feed.columns or fits(mapping, self.feed.columns))

    @property
    def is_whole(self) -> bool:
        """Whether all rows are read every time."""
        return not self.feed.column or self.feed.source.update == UpdateMode.REPLACE

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        return self.sample.rows[:SHOWN_ROWS] if self.sample else ()

    @property
    def goes_on_after(self) -> str:
        return self.start.mark["text"] if self.start and self.start.mark else ""

    @classmethod
    def of(cls, feed: Feed) -> "FeedPage":
        pulls = feed.pulls.select_related("load", "requested_by").order_by("-pk")
        runs = [Run(pull) for pull in pulls[: rows_a_page(RUNS)]]
        return cls(feed, runs, _sample(feed), start_of(feed))


def _sample(feed: Feed) -> Sample | None:
    """None before the first test, or when somebody deleted the file."""
    if feed.sample is None:
        return None
    try:
        return sample(feed.sample)
    except (UserError, OSError):
        return None


@dataclass(frozen=True)
class FolderPage:
    """A source's folder, whether it is watched, what waits in it, and what was done with what lay there."""

    source: Source
    watch: Watch | None
    folder: str
    waiting: list[str]
    runs: list[Run]

    @property
    def open_job(self) -> Any:
        return next((run.job for run in self.runs if run.job.state in OPEN_STATES), None)

    @classmethod
    def of(cls, source: Source) -> "FolderPage":
        watch = Watch.objects.filter(source=source).first()
        pulls = source.pulls.filter(feed=None).select_related("requested_by").order_by("-pk")[: rows_a_page(RUNS)]
        waiting = [path.name for path in files_settled(watch)] if watch else []
        return cls(source, watch, str(inbox(source)), waiting, [Run(pull) for pull in pulls])

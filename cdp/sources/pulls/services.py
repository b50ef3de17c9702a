"""What people do with pulls from databases: set one up, try it, run it, pause it, begin anew, end it."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from cdp.errors import N_, Problem, UserError, user_error
from cdp.ledger.models import OPEN_STATES, JobState
from cdp.ledger.services import job_run, job_send
from cdp.sources.joining import spill
from cdp.sources.loading import run as load_run
from cdp.sources.models import Feed, FeedKind, Load, Pull, Source, Upload
from cdp.sources.readers import kept
from cdp.sources.services import upload_receive
from cdp.store.models import BatchState

from .databases import DATABASES
from .marks import Mark
from .questions import question
from .reading import NO_VALUE, NO_VALUE_HINT, cell_text, column_named
from .running import feed_run
from .secrets import encrypted
from .sessions import TEST_SECONDS, place_check, session

Person = User | None
FIRST_ROWS = 50
# With these a password is sent to somebody else, who would then know it.
_WHERE = ("kind", "host", "port", "user")


@dataclass(frozen=True)
class Tried:
    """What a test found: its first rows as an upload, and what to tell."""

    sample: Upload | None
    notes: list[Problem]


@sensitive_variables("password")
def feed_save(
    *, source: Source, given: Mapping[str, Any], password: str, feed: Feed | None = None, by: Person = None
) -> Feed:
    """Make or change a pull; `given` are fields of `Feed`. An empty password is the one there was.

    Raises `UserError`, keeping what was, for a question that is none, a place that is none, or a new place without
    its password typed again.
    """
    feed = feed or Feed(source=source, created_by=by)
    before = {name: getattr(feed, name) for name in (*_WHERE, "column", "every", "daily")}
    for name, value in given.items():
        setattr(feed, name, value)
    moved = any(getattr(feed, name) != before[name] for name in _WHERE)
    if feed.secret and moved and not password and feed.kind != FeedKind.SQLITE:
        raise UserError(
            Problem(
                ("password",), N_("The password is not kept for another server or user: type it again, please"), ""
            )
        )
    feed_check(feed)
    if password or moved:
        feed.secret = encrypted(password)
    if feed.pk and feed.column != before["column"]:
        _forget_mark(feed)
    if not feed.next_at or (feed.every, feed.daily) != (before["every"], before["daily"]):
        feed.next_at = next_time(feed)
    feed.save()
    return feed


def feed_check(feed: Feed) -> None:
    """Raises `UserError` for a question that is none or a place that is none; nothing is asked yet."""
    database = DATABASES[FeedKind(feed.kind)]
    question(feed.query, dialect=database.dialect, quote=database.quote, hole=database.hole)
    place_check(feed)


def next_time(feed: Feed, now: datetime | None = None) -> datetime:
    """When it is due next: minutes from now, or the next time of day by the business's clock."""
    now = now or timezone.now()
    if feed.every or feed.daily is None:
        return now + timedelta(minutes=feed.every or 60)
    local = timezone.localtime(now)
    today = timezone.make_aware(datetime.combine(local.date(), feed.daily))
    tomorrow = timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), feed.daily))
    return today if today > now else tomorrow


def feed_test(*, feed: Feed, by: Person) -> Tried:
    """Ask for the first rows, here and now, and keep them as a file to be mapped. Raises `UserError`."""
    with session(feed, TEST_SECONDS) as talk:
        columns, notes = talk.columns(), []
        rows = talk.first(FIRST_ROWS)
        if feed.column:
            notes = _growing(column_named(feed.column, columns), columns, rows)
    former = feed.sample
    feed.columns, feed.sample = list(columns), _sample(feed, columns, rows, by) if rows else None
    feed.save(update_fields=["columns", "sample"])
    if former is not None and not former.loads.exists():
        _forget(former)
    return Tried(feed.sample, notes)


def _growing(column: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[Problem]:
    """What the first rows say of the column that grows; to count all would take long in a large table. Raises
    `UserError` when it holds what cannot grow."""
    values = [row[columns.index(column)] for row in rows]
    for value in values:
        if value is not None:
            Mark.of(value)
    empty = values.count(None)
    return [Problem((), NO_VALUE, NO_VALUE_HINT, {"column": column, "count": empty})] if empty else []


def _sample(feed: Feed, columns: tuple[str, ...], rows: list[tuple[Any, ...]], by: Person) -> Upload:
    name = gettext("%(table)s, first rows") % {"table": feed.title}
    with spill() as folder:
        path = Path(folder) / "rows.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows([columns, *(map(cell_text, row) for row in rows)])
        with path.open("rb") as stream:
            return upload_receive(file=stream, name=f"{name}.csv".replace("/", " "), by=by)


def _forget(upload: Upload) -> None:
    kept.forget(Path(upload.file.path))
    upload.file.delete(save=False)
    upload.delete()


def feed_pause(*, feed: Feed, active: bool) -> Feed:
    """Stop its schedule, or let it go on from now."""
    feed.active = active
    feed.next_at = next_time(feed) if active else None
    feed.save(update_fields=["active", "next_at"])
    return feed


def feed_restart(*, feed: Feed) -> Feed:
    """Let the next pull begin at the beginning. Events that are known are not counted twice."""
    _forget_mark(feed)
    feed.save(update_fields=["since"])
    return feed


def _forget_mark(feed: Feed) -> None:
    feed.since = feed.pulls.order_by("-pk").values_list("pk", flat=True).first() or 0


def feed_delete(*, feed: Feed) -> None:
    """The pull and what it did; the loads it brought stay. A pull that is going on writes nothing more."""
    feed.delete()


def feed_pull_request(*, feed: Feed, by: Person = None, trigger: str = "person") -> Pull:
    """Ask for a pull. Raises `UserError` while another one of its source goes on."""
    with transaction.atomic():
        return job_send(_pull_create(feed, by, trigger))


def feed_pull_now(*, feed: Feed) -> Pull:
    """Read and load, here and now, for a command. The outcome is in the row and in that of its load."""
    with transaction.atomic():
        job = _pull_create(feed, None, "command")
    job_run(Pull, job.pk, partial(feed_run, send=False))
    job.refresh_from_db()
    if job.load is not None:
        job_run(Load, job.load.pk, load_run)
        job.load.refresh_from_db()
    return job


def _pull_create(feed: Feed, by: Person, trigger: str) -> Pull:
    source = Source.objects.select_for_update().get(pk=feed.source_id)
    if source_busy(source):
        raise user_error(
            N_("Another pull of %(source)s is still going on, or its rows are still being loaded"),
            N_("Wait until it is done, or cancel it"),
            source=source.name,
        )
    return Pull.objects.create(source=source, feed=feed, requested_by=by, trigger=trigger)


def source_busy(source: Source) -> bool:
    """Whether rows of a pull are being read, loaded or taken back: where to go on is known only afterwards."""
    loading = Q(state__in=OPEN_STATES) | Q(state=JobState.DONE, batch__state=BatchState.OPEN)
    pulled = Load.objects.filter(loading, source=source, pulls__isnull=False)
    return source.pulls.filter(state__in=OPEN_STATES).exists() or pulled.exists()


def feeds_due() -> int:
    """Ask for every pull whose time has come; returns how many. What is busy stays due."""
    due = Feed.objects.filter(active=True, next_at__lte=timezone.now()).exclude(source__mapping={})
    asked = 0
    for feed in due.select_related("source"):
        try:
            feed_pull_request(feed=feed, trigger="schedule")
        except UserError:
            continue
        Feed.objects.filter(pk=feed.pk).update(next_at=next_time(feed))
        asked += 1
    return asked

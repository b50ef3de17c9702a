"""From new rows to a load of them, and where the next pull goes on.

How far a feed was read is not written down anywhere: it is where the newest pull ended whose load is in use, and
all those before it. A load's batch becomes used in one transaction, so the next pull goes on behind it or does not
know of it; a load that failed, was cancelled or was taken back leaves its rows to the next pull.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cdp.errors import N_, Problem, UserError, user_error
from cdp.ledger.models import JobState
from cdp.ledger.services import job_beat, job_progress, job_send
from cdp.sources.mapping import parse
from cdp.sources.models import Feed, LoadStage, Pull, Source, UpdateMode, Upload
from cdp.sources.readers.shape import column_names
from cdp.sources.services import load_create, upload_receive
from cdp.store.models import BatchState

from .reading import Read, rows_read

READING = N_("reading the database")


def start_of(feed: Feed) -> Pull | None:
    """The pull to go on from: the newest whose load is in use, as are those it went on from itself."""
    used = _used(feed)
    broken = _loading(feed).exclude(pk__in=used.values("pk"))
    if not used.filter(previous__in=broken).exists():
        return used.order_by("-pk").first()
    return _newest_unbroken(used)


def _newest_unbroken(used: QuerySet[Pull]) -> Pull | None:
    """A load in the middle was taken back: whatever went on from there would leave its rows out."""
    whole: set[int] = set()
    for pk, previous in used.order_by("pk").values_list("pk", "previous"):
        if previous is None or previous in whole:
            whole.add(pk)
    return used.filter(pk=max(whole)).first() if whole else None


def _loading(feed: Feed) -> QuerySet[Pull]:
    return feed.pulls.filter(pk__gt=feed.since, load__isnull=False)


def _used(feed: Feed) -> QuerySet[Pull]:
    return _loading(feed).filter(load__batch__state=BatchState.DONE)


def feed_run(job: Pull, *, send: bool = True) -> None:
    """Read what is new and ask for its load; without `send` whoever calls it does the load. Raises `UserError`."""
    if job.load is not None:
        return  # The worker before this one had asked for it already.
    feed, source = job.feed, job.source
    assert feed is not None
    if not source.mapping:
        raise user_error(
            N_("Nobody has said yet what the columns of %(source)s mean"),
            N_("Test the pull and map its first rows"),
            source=source.name,
        )
    whole = source.update == UpdateMode.REPLACE
    start = None if whole else start_of(feed)
    with _own_folder(job) as folder:
        path = folder / "rows.csv"
        fits = partial(_must_fit, source)
        read = rows_read(feed, path, start=start, whole=whole, check=fits, progress=partial(_tell, job))
        if _is_nothing_new(feed, source, start, read):
            job_beat(job, notes=[note.as_json() for note in read.notes])
            return
        _refuse_again(feed, source, read)
        upload = _received(feed, path, job)
    _ask(job, start, read, upload, send)
    if not feed.columns:
        feed.columns = list(read.columns)
        feed.save(update_fields=["columns"])


@contextmanager
def _own_folder(job: Pull) -> Iterator[Path]:
    """Where the rows are written to. What a killed worker left behind of the same pull goes."""
    place = Path(settings.CDP_DATA) / "tmp"
    for left in place.glob(f"pull-{job.pk}-*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = place / f"pull-{job.pk}-{job.attempts}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tell(job: Pull, rows: int) -> None:
    job_progress(job, done=rows, total=0, step=READING)


def _is_nothing_new(feed: Feed, source: Source, start: Pull | None, read: Read) -> bool:
    """No row is new; or exactly those came that the last one read, where there are too many to tell one by one."""
    if not read.rows:
        return True
    if source.update == UpdateMode.REPLACE:
        last = source.loads.filter(stage=LoadStage.WRITE, batch__state=BatchState.DONE).order_by("-pk").first()
        return last is not None and feed.pulls.filter(load=last, digest=read.met.digest).exists()
    mark = read.mark.as_json() if read.mark else None
    return start is not None and start.digest == read.met.digest and start.mark == mark


def _refuse_again(feed: Feed, source: Source, read: Read) -> None:
    """Rows of which none could be loaded are not put into quarantine a second time. Raises `UserError`."""
    last = _loading(feed).select_related("load").order_by("-pk").first()
    load = last.load if last else None
    if last is None or load is None or load.state != JobState.FAILED or last.digest != read.met.digest:
        return
    if load.mapping == source.mapping and load.summary.get("rows") and not load.summary.get("accepted"):
        raise user_error(
            N_("These rows were all refused by load #%(number)s, and nothing has changed since"),
            N_("Correct the mapping or the rows in the database; the next pull tries again"),
            number=load.pk,
        )


def _received(feed: Feed, path: Path, job: Pull) -> Upload:
    """The file as if a person had brought it; it is named by what was read, and when."""
    name = f"{feed.title} {timezone.localtime():%Y-%m-%d %H%M}.csv"
    with path.open("rb") as stream:
        return upload_receive(file=stream, name=name, by=job.requested_by)


def _must_fit(source: Source, columns: Sequence[str]) -> None:
    try:
        parse(source.mapping, column_names(columns, len(columns)))
    except UserError as error:
        told = Problem(
            (),
            N_("The columns of the table are not those this source is known by. Nothing was loaded."),
            N_("Test the pull and map its columns again"),
        )
        raise UserError(told, *error.problems) from None


def _ask(job: Pull, start: Pull | None, read: Read, upload: Upload, send: bool) -> None:
    """The load and the word of it in one transaction: a pull that is done again finds it. Raises `JobLost`."""
    mark = read.mark.as_json() if read.mark else None
    with transaction.atomic():
        load = load_create(
            source=job.source, upload=upload, mapping=job.source.mapping, stage=LoadStage.WRITE, by=job.requested_by
        )
        job_beat(
            job,
            load=load,
            previous=start,
            rows=read.rows,
            mark=mark,
            window=read.met.window(read.columns),
            digest=read.met.digest,
            notes=[note.as_json() for note in read.notes],
        )
        if send:
            job_send(load)
    job.load = load

"""Files that are put into a source's folder are loaded by themselves, each once.

The folder is `inbox/SLUG` of the data folder. A file that has not changed for a while is taken: its load is asked
for, then it is moved to `done`; one that cannot be read or does not fit goes to `refused`, and the pull says why.
A worker killed in between loses nothing: a file whose load exists already is only moved.
"""

import time
from fnmatch import fnmatch
from pathlib import Path

from django.conf import settings
from django.db import transaction

from cdp.errors import N_, Problem, UserError
from cdp.ledger.models import JobState
from cdp.ledger.services import job_progress, job_send, jobs_open

from .models import LoadStage, Pull, Source, UpdateMode, Watch
from .selectors import sample
from .services import Person, file_digest, load_request, upload_receive
from .understanding import fits

LOOKING = N_("looking through the folder")
NOT_FITTING = Problem(
    (),
    N_("The columns of %(file)s are not those this source is known by"),
    N_("Load it once by hand on the upload page; then put the next ones into the folder"),
)
# Seconds a file has to stay as it is before it counts as complete.
SETTLED = 30


def inbox(source: Source) -> Path:
    return Path(settings.CDP_DATA) / "inbox" / source.slug


def watch_save(*, source: Source, pattern: str, active: bool) -> Watch:
    """Begin, change or end the watching of a source's folder, which is made."""
    watch, _made = Watch.objects.update_or_create(
        source=source, defaults={"pattern": pattern.strip() or "*", "active": active}
    )
    inbox(source).mkdir(parents=True, exist_ok=True)
    return watch


def pulls_due() -> int:
    """Ask for a look wherever something new has settled; returns how many were asked for."""
    busy = set(jobs_open(Pull).values_list("source_id", flat=True))
    due = [watch for watch in Watch.objects.filter(active=True).exclude(source__in=busy) if files_settled(watch)]
    return len([pull_request(source=watch.source, trigger="schedule") for watch in due])


def pull_request(*, source: Source, by: Person = None, trigger: str = "person") -> Pull:
    """The look that is asked for; or the one that is still going on."""
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=source.pk)
        going = jobs_open(Pull).filter(source=source, feed=None).first()
        return going or job_send(Pull.objects.create(source=source, requested_by=by, trigger=trigger))


def files_settled(watch: Watch) -> list[Path]:
    """The oldest first, without hidden ones and links."""
    folder, limit = inbox(watch.source), time.time() - SETTLED
    found = [
        path
        for path in (folder.iterdir() if folder.is_dir() else ())
        if path.is_file() and not path.is_symlink() and not path.name.startswith(".")
        if fnmatch(path.name, watch.pattern) and path.stat().st_mtime <= limit
    ]
    return sorted(found, key=lambda path: (path.stat().st_mtime, path.name))


def pull_run(job: Pull) -> None:
    """Take every file that has settled. Raises `UserError` with what is wrong with those that were refused."""
    watch = Watch.objects.filter(source=job.source).first()
    paths = files_settled(watch) if watch else []
    problems: list[Problem] = []
    for number, path in enumerate(paths):
        job_progress(job, done=number, total=len(paths), step=LOOKING)
        try:
            job.taken += _take(job, path)
            _move(path, "done")
        except UserError as error:
            problems += [_about(path, problem) for problem in error.problems]
            _move(path, "refused")
        job.save(update_fields=["taken"])
    if problems:
        raise UserError(*problems)


def _take(job: Pull, path: Path) -> int:
    source = job.source
    if _stands(source, file_digest(path)):
        return 0
    with path.open("rb") as stream:
        upload = upload_receive(file=stream, name=path.name, by=job.requested_by)
    if not source.mapping or not fits(source.mapping, sample(upload).columns):
        raise UserError(Problem((), NOT_FITTING.message, NOT_FITTING.hint, {"file": path.name}))
    load_request(source=source, upload=upload, mapping=source.mapping, stage=LoadStage.WRITE, by=job.requested_by)
    return 1


def _stands(source: Source, digest: str) -> bool:
    """Whether a load of this content is in use, or will be. An earlier whole may come back after another one."""
    loads = source.loads.filter(stage=LoadStage.WRITE, undone_at=None, retry_of=None)
    loads = loads.exclude(state__in=(JobState.FAILED, JobState.CANCELLED))
    if source.update == UpdateMode.REPLACE:
        return loads.order_by("-pk").values_list("upload__digest", flat=True).first() == digest
    return loads.filter(upload__digest=digest).exists()


def _about(path: Path, problem: Problem) -> Problem:
    return Problem((path.name,), problem.message, problem.hint, problem.params)


def _move(path: Path, folder: str) -> None:
    place = path.parent / folder
    place.mkdir(exist_ok=True)
    target, number = place / path.name, 2
    while target.exists():
        target, number = place / f"{path.stem}-{number}{path.suffix}", number + 1
    path.replace(target)

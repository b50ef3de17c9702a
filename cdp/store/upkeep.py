"""The lake's upkeep as jobs: asked for by the schedule or a person, done by a worker, with what came of it."""

from typing import Any

from cdp.errors import N_
from cdp.ledger.services import job_progress, job_send, jobs_open

from .compaction import lake_compact
from .models import Upkeep, UpkeepWork
from .vacuum import lake_vacuum

JOINING, DELETING = N_("joining small files"), N_("deleting files nobody needs")


def upkeep_create(*, work: str, trigger: str = "command", by: Any = None) -> Upkeep:
    return Upkeep.objects.create(work=UpkeepWork(work), trigger=trigger, requested_by=by)


def upkeep_due(*, work: str) -> Upkeep | None:
    """What the schedule asks for, unless the one before is still at it."""
    if jobs_open(Upkeep).filter(work=work).exists():
        return None
    return job_send(upkeep_create(work=work, trigger="schedule"))


def upkeep_run(job: Upkeep) -> None:
    """The work of a claimed job. Cancelled or killed, it leaves the lake as it was."""
    if job.work == UpkeepWork.COMPACT:
        job.files = lake_compact(
            fold=True,
            progress=lambda done, total: job_progress(job, done=done, total=total, step=JOINING),
            waiting=lambda: job_progress(job, done=0, total=0, step=JOINING),
        )
    else:
        job_progress(job, done=0, total=1, step=DELETING)
        removed = lake_vacuum(waiting=lambda: job_progress(job, done=0, total=1, step=DELETING))
        job.files, job.bytes = removed.files, removed.bytes
    job.save(update_fields=["files", "bytes"])

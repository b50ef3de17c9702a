from celery import shared_task

from cdp.ledger.services import job_task

from .loading import run
from .models import Load, Pull
from .pulls.running import feed_run
from .pulls.services import feeds_due
from .watching import pull_run, pulls_due


@job_task("sources.Load", "sources.load")
def load(job: Load) -> None:
    run(job)


@job_task("sources.Pull", "sources.pull")
def pull(job: Pull) -> None:
    if job.feed is None:
        pull_run(job)
    else:
        feed_run(job)


@shared_task(name="sources.pulls_due")
def pulls_due_task() -> None:
    pulls_due()
    feeds_due()

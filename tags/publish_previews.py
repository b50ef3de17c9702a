"""Previews of publishing: the quick ones at once, the long ones as work of a worker, with progress and outcome."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cdp.engine import Cancelled, asked_at_most
from cdp.ledger.models import JobState
from cdp.ledger.services import JobCancelled, job_progress, job_send
from cdp.store.selectors import data_version

from .dependencies import Ref
from .effects import Effects, effects_of
from .effects_kept import effects_read, effects_write
from .in_force import in_force
from .models import PublishPreview
from .versions import seal_of

# How long a page waits for the answer before it hands the question to a worker.
AT_ONCE = 1.0
# How long an outcome is shown to whoever comes back to the page.
SHOWN_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Answer:
    """The effects, or the work that will find them or did not (`job`)."""

    effects: Effects | None = None
    job: PublishPreview | None = None


def publish_effects(*, by: User, ref: Ref, definition: Any, again: bool = False) -> Answer:
    """What publishing would do: worked out here where that takes no longer than `AT_ONCE`, else by a worker.
    Asked again, the same question finds its work; `again` asks anew. `UserError` as `effects_of`."""
    seal = seal_of(definition)
    job = None if again else _asked(by, ref, seal)
    if job is not None and job.found is not None:
        names = {known: what.name for known, what in in_force().items()}
        return Answer(effects_read(job.found, names), job)
    if job is not None:
        return Answer(job=job)
    try:
        with asked_at_most(AT_ONCE):
            return Answer(effects_of(by, ref, definition))
    except Cancelled:
        return Answer(job=publish_preview_request(by=by, ref=ref, definition=definition))


def _asked(by: User, ref: Ref, seal: str) -> PublishPreview | None:
    """The person's latest work on this question, unless it is over for long or saw other data."""
    rows = PublishPreview.objects.filter(requested_by=by, kind=ref.kind, slug=ref.slug, seal=seal)
    job = rows.first()
    if job is None or job.is_open:
        return job
    late = job.finished_at is None or job.finished_at < timezone.now() - SHOWN_FOR
    other = job.state == JobState.DONE and job.data_version != data_version()
    return None if late or other else job


@transaction.atomic
def publish_preview_request(*, by: User, ref: Ref, definition: Any) -> PublishPreview:
    """A worker finds it out; the person's earlier questions about the same thing go."""
    own = PublishPreview.objects.filter(requested_by=by, kind=ref.kind, slug=ref.slug)
    own.filter(state=JobState.RUNNING).update(cancel_asked=True)
    own.exclude(state=JobState.RUNNING).delete()
    PublishPreview.objects.filter(finished_at__lt=timezone.now() - timedelta(days=1)).delete()
    return job_send(
        PublishPreview.objects.create(
            requested_by=by, kind=ref.kind, slug=ref.slug, definition=definition, seal=seal_of(definition)
        )
    )


def publish_preview_run(job: PublishPreview) -> None:
    """The work itself, seen with the eyes of whoever asked."""
    if job.requested_by is None:
        raise JobCancelled

    def told(done: int, total: int, step: str) -> None:
        job_progress(job, done=done, total=total, step=step)

    version = data_version()
    found = effects_of(job.requested_by, Ref(job.kind, job.slug), job.definition, told)
    PublishPreview.objects.filter(pk=job.pk, claim=job.claim).update(
        found=effects_write(found), data_version=version
    )

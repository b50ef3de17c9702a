"""Claim, beat, progress and outcome of a `Job`. Every change of state is one conditional update."""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from celery import current_app, shared_task
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from cdp.errors import N_, Problem, UserError

from .models import OPEN_STATES, Job, JobState

log = logging.getLogger(__name__)
J = TypeVar("J", bound=Job)

LOST_AFTER = timedelta(seconds=settings.CDP_LOST_AFTER)
HEARTBEAT_SECONDS = settings.CDP_LOST_AFTER / 12
MAX_ATTEMPTS = 3


class JobCancelled(Exception):
    """Raised inside the work when someone pressed cancel; the work undoes itself and lets it pass."""


class JobLost(Exception):
    """Raised inside the work when the job was taken from this worker; it must write nothing more."""


def job_send(job: J) -> J:
    """Ring the doorbell, once what was written is committed."""
    transaction.on_commit(lambda: _task(job.task_name).delay(job.pk))
    return job


def _task(name: str) -> Any:
    # A web process has not imported the tasks before it asks for the first one; a worker has.
    if name not in current_app.tasks:
        current_app.loader.import_default_modules()
    return current_app.tasks[name]


def job_claim(model: type[J], pk: int) -> J | None:
    """Take a waiting job, or None when somebody else has it or it is over."""
    now, claim = timezone.now(), uuid.uuid4().hex
    taken = model._default_manager.filter(pk=pk, state=JobState.WAITING).update(
        state=JobState.RUNNING,
        started_at=now,
        heartbeat_at=now,
        claim=claim,
        attempts=F("attempts") + 1,
        problems=[],
        steps_done=0,
    )
    return model._default_manager.get(pk=pk, claim=claim) if taken else None


def job_progress(job: Job, *, done: int, total: int, step: str = "") -> None:
    """Write how far the work is. `step` is a message id. Raises `JobCancelled` or `JobLost`."""
    job.steps_done, job.steps_total, job.step = done, total, step or job.step
    fields = {"heartbeat_at": timezone.now(), "steps_done": done, "steps_total": total, "step": job.step}
    if not _mine(job).filter(cancel_asked=False).update(**fields):
        job_beat(job)
        raise JobCancelled


def job_beat(job: Job, **fields: Any) -> None:
    """Say that the worker lives. Raises `JobLost` when the job is no longer this worker's."""
    if not _mine(job).update(heartbeat_at=timezone.now(), **fields):
        raise JobLost


def _mine(job: Job) -> Any:
    return type(job)._default_manager.filter(pk=job.pk, claim=job.claim, state=JobState.RUNNING)


def job_close(job: Job, state: JobState, problems: tuple[Problem, ...] = ()) -> bool:
    """Write the outcome; False when the job was no longer this worker's."""
    now = timezone.now()
    closed = _mine(job).update(state=state, finished_at=now, problems=[p.as_json() for p in problems])
    if closed:
        job.refresh_from_db()
        job.ended()
    return bool(closed)


def job_cancel(job: Job) -> None:
    """A waiting job ends at once; a running one at its next step."""
    rows = type(job)._default_manager.filter(pk=job.pk)
    if not rows.filter(state=JobState.WAITING).update(state=JobState.CANCELLED, finished_at=timezone.now()):
        rows.filter(state=JobState.RUNNING).update(cancel_asked=True)


def job_run(model: type[J], pk: int, work: Callable[[J], None]) -> None:
    """Claim a job, do its work under a heartbeat and write the outcome. Quiet when it is not there to take."""
    job = job_claim(model, pk)
    if job is None:
        return
    try:
        with _heartbeat(job):
            work(job)
    except JobCancelled:
        job_close(job, JobState.CANCELLED)
    except KeyboardInterrupt:
        # Whoever presses Ctrl-C at a command does not want a worker to finish it later.
        job_close(job, JobState.CANCELLED)
        raise
    except JobLost:
        log.warning("%s %s was taken over; this worker stops", model.__name__, pk)
    except UserError as error:
        log.info("%s %s failed: %s", model.__name__, pk, error)
        job_close(job, JobState.FAILED, error.problems)
    except Exception:
        log.exception("%s %s failed", model.__name__, pk)
        job_close(job, JobState.FAILED, (unexpected(model.__name__, pk),))
    else:
        job_close(job, JobState.DONE)


def unexpected(name: str, pk: int) -> Problem:
    """What a user is told of an error that nobody foresaw."""
    return Problem(
        (),
        N_("Something went wrong on our side. What was there before is unchanged."),
        N_("Try again; if it happens again, give an administrator this number: %(number)s"),
        {"number": f"{name}-{pk}"},
    )


def job_task(model_label: str, name: str) -> Callable[[Callable[[Any], None]], Any]:
    """Make `work(job)` the Celery task of a job model: `@job_task("sources.Load", "sources.load")`."""

    def decorate(work: Callable[[Any], None]) -> Any:
        @shared_task(name=name)
        @wraps(work)
        def task(pk: int) -> None:
            job_run(apps.get_model(model_label), pk, work)

        return task

    return decorate


@contextmanager
def _heartbeat(job: Job) -> Iterator[None]:
    with beating(lambda: job_beat(job)):
        yield


@contextmanager
def beating(beat: Callable[[], None]) -> Iterator[None]:
    """Beat in the background, so that one long query does not look like a dead worker."""
    stop = threading.Event()

    def again_and_again() -> None:
        try:
            while not stop.wait(HEARTBEAT_SECONDS):
                beat()
        except JobLost:
            log.warning("the work was taken over by another worker")
        finally:
            connection.close()

    # Eager tasks share the test's transaction, which a second connection cannot see.
    if getattr(settings, "CELERY_TASK_ALWAYS_EAGER", False):
        yield
        return
    thread = threading.Thread(target=again_and_again, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def job_models() -> list[type[Job]]:
    return [model for model in apps.get_models() if issubclass(model, Job)]


def jobs_sweep() -> int:
    """Re-send jobs whose worker or message was lost; give up after `MAX_ATTEMPTS`. Returns how many."""
    now, swept = timezone.now(), 0
    for model in job_models():
        rows = model._default_manager
        lost = rows.filter(state=JobState.RUNNING, heartbeat_at__lt=now - LOST_AFTER)
        for job in lost.filter(attempts__gte=MAX_ATTEMPTS):
            _give_up(job, lost)
        lost.filter(cancel_asked=True).update(state=JobState.CANCELLED, finished_at=now)
        lost.update(state=JobState.WAITING, claim="")
        for job in rows.filter(state=JobState.WAITING, requested_at__lt=now - LOST_AFTER / 2):
            job_send(job)
            swept += 1
    return swept


def _give_up(job: Job, lost: Any) -> None:
    """Fail a job, unless its worker was heard of again meanwhile."""
    gone = Problem((), N_("The work stopped three times and was given up. What was there before is unchanged."))
    fields = {"state": JobState.FAILED, "finished_at": timezone.now(), "problems": [gone.as_json()]}
    with transaction.atomic():
        if lost.filter(pk=job.pk).update(**fields):
            job.given_up()
            job.state = JobState.FAILED
            job.ended()


def jobs_open(model: type[J]) -> Any:
    return model._default_manager.filter(state__in=OPEN_STATES)

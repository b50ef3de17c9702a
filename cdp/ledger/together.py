"""Many jobs of one kind done as one piece of work: claimed, kept alive and closed with a few statements in all.

Each still has a row, an outcome and a claim of its own: one that fails or is taken away does not touch the others.
"""

import logging
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from django.db.models import F, QuerySet
from django.utils import timezone

from cdp.errors import Problem, UserError

from .models import Job, JobState
from .services import JobCancelled, JobLost, beating, unexpected

log = logging.getLogger(__name__)
J = TypeVar("J", bound=Job)


class Together(Generic[J]):
    """The claimed `jobs`, in the order of their ids, and what became of each."""

    def __init__(self, model: type[J], jobs: list[J], claim: str) -> None:
        self.model, self.jobs, self.claim = model, jobs, claim
        self._problems: dict[int, tuple[Problem, ...]] = {}
        self._state: dict[int, JobState] = {}

    @property
    def open(self) -> list[J]:
        """Those with no outcome yet."""
        return [job for job in self.jobs if job.pk not in self._state]

    def ended(self, job: J, state: JobState) -> None:
        self._state[job.pk] = state

    @contextmanager
    def attempt(self, job: J) -> Iterator[None]:
        """What is raised inside becomes the outcome of this one job."""
        try:
            yield
        except JobCancelled:
            self._state[job.pk] = JobState.CANCELLED
        except JobLost:
            log.warning("%s %s was taken over; this worker leaves it", self.model.__name__, job.pk)
            self._state[job.pk] = JobState.RUNNING
        except UserError as error:
            log.info("%s %s failed: %s", self.model.__name__, job.pk, error)
            self._fail(job, error.problems)
        except Exception:
            log.exception("%s %s failed", self.model.__name__, job.pk)
            self._fail(job, (unexpected(self.model.__name__, job.pk),))

    def _fail(self, job: J, problems: tuple[Problem, ...]) -> None:
        self._state[job.pk], self._problems[job.pk] = JobState.FAILED, problems

    def failed(self, job: J) -> bool:
        return self._state.get(job.pk) is JobState.FAILED

    def beat(self) -> None:
        self._mine([job.pk for job in self.jobs]).update(heartbeat_at=timezone.now())

    def still_mine(self, jobs: Iterable[J]) -> set[int]:
        """The ids of those that nobody took away or cancelled; says that they live."""
        pks = [job.pk for job in jobs]
        self._mine(pks).update(heartbeat_at=timezone.now())
        return set(self._mine(pks).filter(cancel_asked=False).values_list("pk", flat=True))

    def close(self, rest: JobState) -> None:
        """Write the outcomes; those without one get `rest`."""
        now, ends = timezone.now(), {job.pk: self._state.get(job.pk, rest) for job in self.jobs}
        for state in (JobState.DONE, JobState.CANCELLED):
            self._mine([pk for pk, end in ends.items() if end is state]).update(state=state, finished_at=now)
        for job in filter(self.failed, self.jobs):
            told = [problem.as_json() for problem in self._problems[job.pk]]
            if self._mine([job.pk]).update(state=JobState.FAILED, finished_at=now, problems=told):
                job.state = JobState.FAILED
                job.ended()
        waiting = [pk for pk, end in ends.items() if end is JobState.WAITING]
        self._mine(waiting).update(state=JobState.WAITING, claim="")

    def _mine(self, pks: list[int]) -> QuerySet[J]:
        rows = self.model._default_manager.filter(pk__in=pks, claim=self.claim)
        return rows.filter(state=JobState.RUNNING)


@contextmanager
def jobs_together(model: type[J], pks: Iterable[int]) -> Iterator[Together[J]]:
    """Claim those of the jobs that wait, beat for all of them, and write all outcomes at the end.

    When the work around them is cancelled, so are those without an outcome; when another worker took it over,
    they wait for that one.
    """
    together = _claimed(model, list(pks))
    rest = JobState.WAITING
    try:
        with beating(together.beat):
            yield together
        rest = JobState.DONE
    except (JobCancelled, KeyboardInterrupt):
        rest = JobState.CANCELLED
        raise
    finally:
        together.close(rest)


def _claimed(model: type[J], pks: list[int]) -> Together[J]:
    now, claim, rows = timezone.now(), uuid.uuid4().hex, model._default_manager
    rows.filter(pk__in=pks, state=JobState.WAITING).update(
        state=JobState.RUNNING,
        started_at=now,
        heartbeat_at=now,
        claim=claim,
        attempts=F("attempts") + 1,
        problems=[],
        steps_done=0,
    )
    return Together(model, list(rows.filter(pk__in=pks, claim=claim).order_by("pk")), claim)

"""Many jobs as one piece of work: each still ends as it would have ended alone."""

import pytest
from django.utils import timezone

from cdp.errors import user_error
from cdp.ledger.models import JobState
from cdp.ledger.services import JobCancelled, JobLost
from cdp.ledger.together import jobs_together
from segments.models import Segment, SegmentRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def jobs():
    segment = Segment.objects.create(slug="vip")
    return [SegmentRun.objects.create(segment=segment, as_of=timezone.now()) for _ in range(4)]


def states():
    return list(SegmentRun.objects.order_by("pk").values_list("state", flat=True))


def test_all_are_claimed_and_closed_at_once(jobs, django_assert_num_queries):
    with django_assert_num_queries(3), jobs_together(SegmentRun, [job.pk for job in jobs]) as together:
        assert [job.pk for job in together.open] == [job.pk for job in jobs]
        assert {job.state for job in together.jobs} == {JobState.RUNNING}
    assert states() == ["done"] * 4
    assert all(job.finished_at and job.attempts == 1 for job in SegmentRun.objects.all())


def test_one_failure_is_one_failure(jobs):
    with jobs_together(SegmentRun, [job.pk for job in jobs]) as together:
        first, second, third, _fourth = together.jobs
        with together.attempt(first):
            raise user_error("No such province.")
        with together.attempt(second):
            raise JobCancelled
        with together.attempt(third):
            raise ZeroDivisionError
        assert (together.failed(first), together.failed(second), together.failed(third)) == (True, False, True)
    assert states() == ["failed", "cancelled", "failed", "done"]
    told = [job.problems[0]["message"] for job in SegmentRun.objects.filter(state="failed").order_by("pk")]
    assert told[0] == "No such province." and told[1].startswith("Something went wrong on our side")


def test_what_somebody_else_has_is_left_alone(jobs):
    SegmentRun.objects.filter(pk=jobs[0].pk).update(state=JobState.RUNNING, claim="somebody")
    with jobs_together(SegmentRun, [job.pk for job in jobs]) as together:
        SegmentRun.objects.filter(pk=jobs[1].pk).update(claim="somebody")
        SegmentRun.objects.filter(pk=jobs[2].pk).update(cancel_asked=True)
        assert together.still_mine(together.jobs) == {jobs[3].pk}
    assert states() == ["running", "running", "done", "done"]


@pytest.mark.parametrize(("stop", "state"), [(JobCancelled, "cancelled"), (JobLost, "waiting")])
def test_when_the_work_around_them_stops(jobs, stop, state):
    with pytest.raises(stop), jobs_together(SegmentRun, [job.pk for job in jobs]) as together:
        together.ended(together.jobs[0], JobState.DONE)
        raise stop
    assert states() == ["done", state, state, state]

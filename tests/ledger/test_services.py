"""The ledger's promises, whatever the broker and the workers do."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cdp.errors import user_error
from cdp.ledger.models import JobState
from cdp.ledger.services import (
    LOST_AFTER,
    MAX_ATTEMPTS,
    JobCancelled,
    JobLost,
    job_beat,
    job_cancel,
    job_claim,
    job_close,
    job_progress,
    job_run,
    jobs_sweep,
)
from segments.models import Segment, SegmentRun
from tags.models import Tag, TagRun, TagVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> SegmentRun:
    segment = Segment.objects.create(slug="vip")
    return SegmentRun.objects.create(segment=segment, as_of=timezone.now())


def lose(job: SegmentRun, **fields) -> None:
    """Make the job look as if its worker had died."""
    silent = timezone.now() - LOST_AFTER - timedelta(seconds=1)
    SegmentRun.objects.filter(pk=job.pk).update(heartbeat_at=silent, requested_at=silent, **fields)


def test_only_one_worker_gets_a_job(job):
    first, second = job_claim(SegmentRun, job.pk), job_claim(SegmentRun, job.pk)
    assert first is not None and first.attempts == 1
    assert second is None


def test_a_doubled_message_does_the_work_once(job):
    done = []
    for _message in range(2):
        job_run(SegmentRun, job.pk, done.append)
    assert len(done) == 1
    job.refresh_from_db()
    assert job.state == JobState.DONE and job.percent == 100 and job.seconds is not None


def test_progress_is_written_and_never_shows_done_too_early(job):
    mine = job_claim(SegmentRun, job.pk)
    job_progress(mine, done=100, total=100, step="almost")
    job.refresh_from_db()
    assert (job.steps_done, job.step, job.percent) == (100, "almost", 99)


def test_cancelling_a_waiting_job_ends_it_at_once(job):
    job_cancel(job)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert job_claim(SegmentRun, job.pk) is None


def test_cancelling_a_running_job_ends_it_at_its_next_step(job):
    steps = []

    def work(mine):
        for step in range(5):
            job_progress(mine, done=step, total=5)
            steps.append(step)
            job_cancel(mine)

    job_run(SegmentRun, job.pk, work)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert steps == [0]


def test_a_command_stopped_by_its_person_is_not_finished_by_a_worker_later(job):
    def work(_job):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        job_run(SegmentRun, job.pk, work)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_a_problem_of_the_user_is_kept_to_be_shown(job):
    def work(mine):
        raise user_error("No such column: %(name)s", name="金额")

    job_run(SegmentRun, job.pk, work)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.problems[0]["params"] == {"name": "金额"}


def test_a_fault_of_ours_shows_a_number_and_no_traceback(job):
    def work(mine):
        raise ZeroDivisionError("secret detail")

    job_run(SegmentRun, job.pk, work)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.problems[0]["params"] == {"number": f"SegmentRun-{job.pk}"}
    assert "secret" not in str(job.problems)


def test_a_job_whose_worker_is_silent_waits_for_another(job):
    job_claim(SegmentRun, job.pk)
    lose(job)
    assert jobs_sweep() == 1
    job.refresh_from_db()
    assert job.state == JobState.WAITING
    assert job_claim(SegmentRun, job.pk).attempts == 2


def test_a_job_whose_worker_beats_is_left_alone(job):
    mine = job_claim(SegmentRun, job.pk)
    lose(job)
    job_beat(mine)
    assert jobs_sweep() == 0
    job.refresh_from_db()
    assert job.state == JobState.RUNNING


def test_a_worker_that_lost_its_job_can_write_nothing_more(job):
    lost = job_claim(SegmentRun, job.pk)
    lose(job)
    jobs_sweep()
    second = job_claim(SegmentRun, job.pk)
    with pytest.raises(JobLost):
        job_progress(lost, done=1, total=2)
    assert job_close(lost, JobState.DONE) is False
    assert job_close(second, JobState.DONE) is True


def test_a_lost_message_is_sent_again(job):
    lose(job)
    assert jobs_sweep() == 1


def test_after_three_lost_workers_it_is_given_up_with_a_reason(job):
    for _attempt in range(MAX_ATTEMPTS):
        job_claim(SegmentRun, job.pk)
        lose(job)
        jobs_sweep()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.FAILED, MAX_ATTEMPTS)
    assert "three times" in job.problems[0]["message"]


def tag_job() -> TagRun:
    version = TagVersion.objects.create(tag=Tag.objects.create(slug="mood"), number=1, definition={})
    return TagRun.objects.create(version=version, as_of=timezone.now())


@pytest.mark.parametrize("newer", [False, True], ids=["nothing newer", "a newer result is in use"])
@pytest.mark.parametrize("kind", ["tag", "segment"])
def test_what_was_given_up_is_stale_unless_something_newer_is_in_use(job, kind, newer):
    run = job if kind == "segment" else tag_job()
    model, target = type(run), run.segment if kind == "segment" else run.version.tag
    if newer:
        parent = {"segment": target} if kind == "segment" else {"version": run.version}
        target.run = model.objects.create(as_of=timezone.now(), state=JobState.DONE, **parent)
        target.save()
    silent = timezone.now() - LOST_AFTER * 2
    model.objects.filter(pk=run.pk).update(state=JobState.RUNNING, attempts=MAX_ATTEMPTS, heartbeat_at=silent)
    jobs_sweep()
    run.refresh_from_db()
    target.refresh_from_db()
    assert run.state == JobState.FAILED
    assert (target.stale_since is None) is newer


def test_a_cancelled_job_whose_worker_died_is_cancelled(job):
    mine = job_claim(SegmentRun, job.pk)
    job_cancel(mine)
    lose(job)
    jobs_sweep()
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    with pytest.raises((JobCancelled, JobLost)):
        job_progress(mine, done=1, total=2)

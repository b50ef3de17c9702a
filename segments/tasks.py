from celery import shared_task

from cdp.ledger.services import job_task
from cdp.live.draining import arrivals_seen

from .backfill import backfill_run
from .lookalike.run import lookalike_run
from .models import Backfill, Lookalike, Refresh, SegmentRun
from .refresh import refresh_due, refresh_run
from .runs import segment_run


@job_task("segments.SegmentRun", "segments.run")
def segment_run_task(run: SegmentRun) -> None:
    with arrivals_seen(run.as_of):
        segment_run(run)


@job_task("segments.Refresh", "segments.refresh")
def refresh_task(refresh: Refresh) -> None:
    refresh_run(refresh)


@job_task("segments.Backfill", "segments.backfill")
def backfill_task(backfill: Backfill) -> None:
    backfill_run(backfill)


@job_task("segments.Lookalike", "segments.lookalike")
def lookalike_task(lookalike: Lookalike) -> None:
    lookalike_run(lookalike)


@shared_task(name="segments.refresh_due")
def refresh_due_task(schedule: str) -> None:
    refresh_due(schedule=schedule)

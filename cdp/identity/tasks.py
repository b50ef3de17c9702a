from celery import shared_task

from cdp.ledger.services import job_task

from .alike import matching_request, matching_run
from .models import Matching


@job_task("identity.Matching", "identity.match")
def match(job: Matching) -> None:
    matching_run(job)


@shared_task(name="identity.match_due")
def match_due() -> None:
    matching_request(by=None, trigger="schedule")

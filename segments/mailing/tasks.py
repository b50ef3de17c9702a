from celery import shared_task

from cdp.ledger.services import job_task

from .due import mailings_due
from .models import MailingRun
from .running import mailing_run


@job_task("mailing.MailingRun", "mailings.send")
def mailing_send_task(job: MailingRun) -> None:
    mailing_run(job)


@shared_task(name="mailings.due")
def mailings_due_task() -> None:
    mailings_due()

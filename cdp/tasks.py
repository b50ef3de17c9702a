from celery import shared_task

from cdp.ledger.services import jobs_sweep


@shared_task(name="ledger.sweep")
def ledger_sweep() -> None:
    jobs_sweep()

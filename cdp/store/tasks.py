from celery import shared_task

from cdp.ledger.services import job_task

from .models import GoldenRun, Upkeep
from .upkeep import upkeep_due, upkeep_run
from .values import golden_run


@job_task("store.Upkeep", "store.upkeep")
def upkeep(job: Upkeep) -> None:
    upkeep_run(job)


@job_task("store.GoldenRun", "store.golden")
def golden(job: GoldenRun) -> None:
    golden_run(job)


@shared_task(name="store.upkeep_due")
def upkeep_due_task(work: str) -> None:
    upkeep_due(work=work)

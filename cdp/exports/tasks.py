from celery import shared_task

from cdp.ledger.services import job_task

from .models import Export
from .services import export_run, exports_clean


@job_task("exports.Export", "exports.export")
def export(job: Export) -> None:
    export_run(job)


@shared_task(name="exports.clean")
def exports_clean_task() -> None:
    exports_clean()

from cdp.ledger.services import job_task

from .loading import run
from .models import Load


@job_task("sources.Load", "sources.load")
def load(job: Load) -> None:
    run(job)

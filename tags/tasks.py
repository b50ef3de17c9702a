from cdp.ledger.services import job_task

from .models import TagRun
from .runs import tag_run


@job_task("tags.TagRun", "tags.run")
def tag_run_task(run: TagRun) -> None:
    tag_run(run)

from cdp.ledger.services import job_task
from cdp.live.draining import arrivals_seen

from .models import PublishPreview, TagRun
from .publish_previews import publish_preview_run
from .runs import tag_run


@job_task("tags.TagRun", "tags.run")
def tag_run_task(run: TagRun) -> None:
    with arrivals_seen(run.as_of):
        tag_run(run)


@job_task("tags.PublishPreview", "tags.preview")
def publish_preview_task(preview: PublishPreview) -> None:
    publish_preview_run(preview)

from cdp.ledger.services import job_task

from .models import Render
from .services import render_draw


@job_task("dashboards.Render", "dashboards.render")
def render(job: Render) -> None:
    render_draw(job)

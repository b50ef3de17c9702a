"""A rendering of now, drawn here where nobody has drawn it, for work that cannot go on without."""

import time
from collections.abc import Mapping
from typing import Any

from cdp.access.viewer import Viewer
from cdp.errors import N_, Problem, UserError, user_error
from cdp.ledger.models import JobState
from cdp.ledger.services import job_beat, job_run
from segments.dashboards.filters import Filters
from segments.dashboards.models import Render
from segments.dashboards.opening import WHOLE
from segments.dashboards.services import render_draw, render_request
from segments.models import Segment

from .models import MailingRun

WAIT_SECONDS = 0.5


def drawn(
    job: MailingRun,
    segment: Segment,
    language: str,
    *,
    base: Segment | None = None,
    filters: Filters = WHOLE,
    state: Mapping[str, Any],
    by: Viewer,
) -> Render:
    """`state` is `state_now()`. `UserError` where the segment has no members yet, or it cannot be drawn."""
    if segment.run_id is None:
        message, hint = N_("“%(name)s” has not been refreshed yet."), N_("Refresh the segment.")
        raise user_error(message, hint, name=segment.name)
    asked = render_request(
        segment=segment, base=base, language=language, by=by, again=True, state=state, filters=filters
    )
    while asked.is_open:
        job_run(Render, asked.pk, render_draw)
        asked.refresh_from_db()
        if asked.is_open:
            # Another worker is at it.
            time.sleep(WAIT_SECONDS)
            job_beat(job)
    if asked.state != JobState.DONE:
        unsaid = Problem((), N_("The picture could not be drawn"))
        raise UserError(*[Problem.from_json(one) for one in asked.problems] or [unsaid])
    return asked

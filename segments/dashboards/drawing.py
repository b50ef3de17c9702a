"""A rendering of now as a page shows it: what is ready, what is under way, what failed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from cdp.access.viewer import Viewer
from cdp.ledger.models import JobState
from segments.models import Segment

from .filters import Filters
from .models import Render
from .opening import WHOLE
from .selectors import render_ready
from .services import render_request


@dataclass(frozen=True)
class Drawing:
    """`shown` is drawn already, maybe of earlier data; `pending` is being drawn; `failed` could not be."""

    shown: Render | None = None
    pending: Render | None = None
    failed: Render | None = None


def drawing_of(
    viewer: Viewer,
    segment: Segment,
    base: Segment | None = None,
    *,
    again: bool = False,
    state: Mapping[str, Any] | None = None,
    filters: Filters = WHOLE,
) -> Drawing:
    """Asks for the rendering of now, and gives the last one that is ready until that one is. `state` is
    `state_now()`, for pages that ask for several."""
    language = get_language() or settings.LANGUAGE_CODE
    asked = render_request(
        segment=segment, base=base, language=language, by=viewer, again=again, state=state, filters=filters
    )
    if asked.is_open:
        # A quick worker may be done already; the page would else be loaded twice.
        asked.refresh_from_db()
    done = asked.state == JobState.DONE
    return Drawing(
        shown=asked if done else render_ready(viewer, segment, base, language, filters.text),
        pending=asked if asked.is_open else None,
        failed=None if done or asked.is_open else asked,
    )

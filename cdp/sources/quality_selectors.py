"""What pages may read of the quality of loads."""

from collections import defaultdict

from cdp.access.viewer import Viewer
from cdp.ledger.models import JobState

from .models import Load, LoadStage, Source
from .quality import Measure, warnings_of
from .selectors import loads

MOST_LOADS = 400
OVER_TIME = 30


def measured_loads(viewer: Viewer, source: str = "") -> dict[str, list[Load]]:
    """Source → its loads in use that were measured, the newest first, at most `OVER_TIME` of each; one query.
    Mended rows that came later are no load of their own here."""
    rows = loads(viewer).filter(stage=LoadStage.WRITE, state=JobState.DONE, undone_at=None, retry_of=None)
    rows = rows.filter(source__slug=source) if source else rows
    found: dict[str, list[Load]] = defaultdict(list)
    for load in rows[:MOST_LOADS]:
        if load.summary.get("quality") and len(found[load.source.slug]) < OVER_TIME:
            found[load.source.slug].append(load)
    return {slug: some for slug, some in found.items() if some}


def quality_warnings(viewer: Viewer) -> list[tuple[Source, list[Measure]]]:
    """The sources whose latest load is worse than they are content with, and in what."""
    latest = [some[0] for some in measured_loads(viewer).values()]
    low = [(load.source, warnings_of(load.summary["quality"], load.source.quality)) for load in latest]
    return [(source, measures) for source, measures in low if measures]

"""Reading renderings. The viewer comes first."""

from django.db.models import QuerySet

from cdp.access.viewer import Viewer
from cdp.ledger.models import JobState
from segments.models import Segment

from .models import Render


def renders(viewer: Viewer) -> QuerySet[Render]:
    return Render.objects.select_related("segment", "segment__owner", "base")


def render_ready(viewer: Viewer, segment: Segment, base: Segment | None, language: str) -> Render | None:
    """The latest finished rendering, which may be of an earlier run or earlier data."""
    done = renders(viewer).filter(segment=segment, base=base, language=language, state=JobState.DONE)
    return done.order_by("-finished_at", "-pk").first()

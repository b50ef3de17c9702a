"""Reading renderings. The viewer comes first."""

from django.db.models import QuerySet

from cdp.access.viewer import Viewer
from cdp.ledger.models import JobState
from segments.models import Segment

from .models import Render


def renders(viewer: Viewer) -> QuerySet[Render]:
    return Render.objects.select_related("segment", "segment__owner", "base")


def render_ready(
    viewer: Viewer, segment: Segment, base: Segment | None, language: str, filters: str = ""
) -> Render | None:
    """The latest finished rendering, which may be of an earlier run or earlier data."""
    of = {"segment": segment, "base": base, "language": language, "filters": filters}
    return renders(viewer).filter(state=JobState.DONE, **of).order_by("-finished_at", "-pk").first()

"""Reading the playbook. The viewer comes first."""

from django.db.models import QuerySet

from cdp.access.viewer import Viewer

from .models import Play


def plays(viewer: Viewer) -> QuerySet[Play]:
    return Play.objects.select_related("owner", "segment").defer("segment__bitmap")


def plays_in_use(viewer: Viewer, segment_id: int) -> list[Play]:
    """Those for every segment and those for this one."""
    return [play for play in plays(viewer).filter(is_on=True) if play.segment_id in (None, segment_id)]

"""One's own notices; nobody reads another's."""

from django.db.models import QuerySet

from cdp.access.viewer import Viewer

from .models import Notice


def notices(viewer: Viewer) -> QuerySet[Notice]:
    """The newest first."""
    return Notice.objects.filter(person_id=getattr(viewer, "pk", None) or 0)


def unread(viewer: Viewer) -> QuerySet[Notice]:
    return notices(viewer).filter(read_at=None)

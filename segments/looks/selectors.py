"""Reading who looked. The viewer comes first."""

from django.db.models import QuerySet

from cdp.access.viewer import Viewer, may

from .models import Look

SEES = "access.view_personal"


def sees_looks(viewer: Viewer) -> bool:
    """Who may see personal values may also see who did."""
    return may(viewer, SEES)


def looks_of(viewer: Viewer, customer_id: int) -> QuerySet[Look]:
    """The latest first."""
    return Look.objects.filter(customer_id=customer_id) if sees_looks(viewer) else Look.objects.none()

"""What is known of live events, for whoever may see it."""

from django.db.models import QuerySet

from cdp.access.viewer import Viewer, may

from .models import WriteKey


def keys(viewer: Viewer) -> QuerySet[WriteKey]:
    """Write keys with their sources; none for those who may not load data."""
    found = WriteKey.objects.select_related("source", "created_by")
    return found if may(viewer, "access.load_data") else found.none()

"""Reading personas. The viewer comes first."""

from django.db.models import QuerySet

from cdp.access.viewer import Viewer, is_colleague
from segments.models import Segment
from segments.selectors import segments

from .models import Persona


def personas(viewer: Viewer) -> QuerySet[Persona]:
    """Personas with owner, segment and its run in use, without the segment's members."""
    related = Persona.objects.select_related("owner", "segment", "segment__run", "segment__owner")
    found = related.defer("segment__bitmap")
    return found if is_colleague(viewer) else found.none()


def segments_without_persona(viewer: Viewer) -> QuerySet[Segment]:
    return segments(viewer).filter(personas__isnull=True)

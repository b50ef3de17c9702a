"""Reading editions. The viewer comes first: who may see a persona may see its editions."""

from django.db.models import QuerySet

from cdp.access.viewer import Viewer
from segments.personas.selectors import personas

from .models import Edition


def editions(viewer: Viewer) -> QuerySet[Edition]:
    """With their persona, the latest of each first."""
    return Edition.objects.filter(persona__in=personas(viewer)).select_related("persona", "made_by")


def editions_listed(viewer: Viewer) -> QuerySet[Edition]:
    """Without what they show, which is large."""
    return editions(viewer).defer("content", "outcome")


def edition_before(viewer: Viewer, edition: Edition) -> Edition | None:
    """The edition of the same persona that came before it."""
    earlier = editions(viewer).filter(persona=edition.persona_id, number__lt=edition.number)
    return earlier.order_by("-number").first()

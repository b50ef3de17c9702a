"""Reading boards. The viewer comes first: one's own, those shared with one's groups or with everybody."""

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from cdp.access.viewer import Viewer, is_system

from .models import Board


def boards(viewer: Viewer) -> QuerySet[Board]:
    found = Board.objects.select_related("owner", "segment", "segment__run").defer("segment__bitmap")
    if is_system(viewer) or (isinstance(viewer, User) and viewer.is_superuser and viewer.is_active):
        return found
    if not (isinstance(viewer, User) and viewer.is_active and viewer.is_staff):
        return found.none()
    mine = Q(owner=viewer) | Q(everybody=True) | Q(groups__in=viewer.groups.all())
    return found.filter(pk__in=Board.objects.filter(mine).values("pk"))


def may_change(viewer: Viewer, board: Board) -> bool:
    """Its owner, and administrators."""
    if is_system(viewer):
        return True
    return isinstance(viewer, User) and viewer.is_active and (viewer.is_superuser or viewer.pk == board.owner_id)

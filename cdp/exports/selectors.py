"""Exports as who asked for them sees them."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from cdp.access.viewer import Viewer, require, sees_personal

from .models import Export
from .services import PERMISSION


def exports(viewer: Viewer) -> QuerySet[Export]:
    """One's own, the latest first; nobody else's, whoever looks."""
    mine = Export.objects.defer("members")
    return mine.filter(requested_by=viewer) if isinstance(viewer, User) else mine.none()


def may_take(viewer: Viewer, export: Export) -> bool:
    """Whether its file is given to who asked for it: they may still export, and see now what it shows."""
    return export.is_there and (sees_personal(viewer) or not export.clear)


def export_require(viewer: Viewer) -> None:
    require(viewer, PERMISSION)

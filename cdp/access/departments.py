"""Departments: who speaks for which."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from .models import Department
from .viewer import Viewer


def departments_of(viewer: Viewer) -> QuerySet[Department]:
    """Those the viewer speaks for: a member who may sign in, and nobody else, administrators and jobs included."""
    if not isinstance(viewer, User) or not (viewer.is_active and viewer.is_staff):
        return Department.objects.none()
    return Department.objects.filter(members=viewer)


def speakers_of(department: Department) -> QuerySet[User]:
    """Who may speak for it now."""
    return department.members.filter(is_active=True, is_staff=True)

"""Departments: who speaks for which."""

from django.contrib.auth.models import User
from django.db.models import Prefetch, QuerySet

from .models import Department
from .viewer import Viewer


def departments_of(viewer: Viewer) -> QuerySet[Department]:
    """Those the viewer speaks for: a member who may sign in, and nobody else, administrators and jobs included."""
    if not isinstance(viewer, User) or not (viewer.is_active and viewer.is_staff):
        return Department.objects.none()
    return Department.objects.filter(members=viewer)


def departments_speaking() -> list[tuple[Department, list[int]]]:
    """Each with the ids of those who may speak for it now; none that nobody speaks for."""
    speakers = User.objects.filter(is_active=True, is_staff=True).only("pk")
    known = Department.objects.prefetch_related(Prefetch("members", speakers, to_attr="speakers"))
    found = ((one, [person.pk for person in one.speakers]) for one in known)
    return [(one, people) for one, people in found if people]


def speakers_of(department: Department) -> QuerySet[User]:
    """Who may speak for it now."""
    return department.members.filter(is_active=True, is_staff=True)

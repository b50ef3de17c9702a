"""Who is looking. The first argument of every selector, and the one place that decides what is seen."""

from typing import Final, TypeGuard

from django.contrib.auth.models import AbstractBaseUser, AbstractUser, AnonymousUser, PermissionsMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Q


class System:
    """A job or a command: sees everything, and is never a person's session."""

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM: Final = System()
Viewer = System | AbstractBaseUser | AnonymousUser


def is_system(viewer: Viewer) -> TypeGuard[System]:
    return viewer is SYSTEM


def customer_scope(viewer: Viewer) -> Q:
    """The customers a viewer may see, as a filter on `store.Customer`. Nobody signed out sees any."""
    if is_system(viewer) or (isinstance(viewer, AbstractUser) and viewer.is_active and viewer.is_staff):
        return Q()
    return Q(pk__in=[])


def sees_personal(viewer: Viewer) -> bool:
    """Whether phones, e-mails and names are shown in clear; otherwise they are masked."""
    return is_system(viewer) or may(viewer, "access.view_personal")


def may(viewer: Viewer, permission: str) -> bool:
    if is_system(viewer):
        return True
    return isinstance(viewer, PermissionsMixin) and viewer.has_perm(permission)


def require(viewer: Viewer, permission: str) -> None:
    """Raises `PermissionDenied` unless the viewer has the permission."""
    if not may(viewer, permission):
        raise PermissionDenied(permission)

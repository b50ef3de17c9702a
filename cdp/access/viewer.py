"""Who is looking. The first argument of every selector, and the one place that decides what is seen."""

from typing import Final, TypeGuard

from django.contrib.auth.models import AbstractBaseUser, AbstractUser, AnonymousUser, PermissionsMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Q

from .models import ApiKey


class System:
    """A job or a command: sees everything, and is never a person's session."""

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM: Final = System()
Viewer = System | AbstractBaseUser | AnonymousUser | ApiKey


def is_system(viewer: Viewer) -> TypeGuard[System]:
    return viewer is SYSTEM


def is_key(viewer: Viewer) -> TypeGuard[ApiKey]:
    return isinstance(viewer, ApiKey)


def is_colleague(viewer: Viewer) -> bool:
    """Somebody with an account who may sign in, or the system itself; no key, and nobody signed out."""
    return is_system(viewer) or (isinstance(viewer, AbstractUser) and viewer.is_active and viewer.is_staff)


def customer_scope(viewer: Viewer) -> Q:
    """The customers a viewer may see, as a filter on `store.Customer`. Nobody signed out sees any, and neither does
    a key: it has no lists, counts or members, only one customer at a time (`profile_scope`)."""
    return Q() if is_colleague(viewer) else Q(pk__in=[])


def profile_scope(viewer: Viewer) -> Q:
    """The customers whose profile a viewer may ask for, one by one, as a filter on `store.Customer`."""
    if is_key(viewer):
        return Q() if viewer.is_usable else Q(pk__in=[])
    return customer_scope(viewer)


def sees_personal(viewer: Viewer) -> bool:
    """Whether phones, e-mails and names are shown in clear; otherwise they are masked."""
    if is_key(viewer):
        return viewer.is_usable and viewer.sees_personal
    return is_system(viewer) or may(viewer, "access.view_personal")


def sees_attribute(viewer: Viewer, slug: str, *, personal: bool) -> bool:
    """Whether an attribute is shown of a customer the viewer may see, be it masked (`sees_personal`)."""
    if is_key(viewer):
        return viewer.is_usable and (slug in viewer.attributes or (viewer.all_attributes and not personal))
    return True


def sees_tag(viewer: Viewer, slug: str, *, sensitive: bool) -> bool:
    """Whether what a tag says of a customer the viewer may see is shown."""
    if is_key(viewer):
        return viewer.is_usable and (slug in viewer.named_tags or (viewer.all_tags and not sensitive))
    return True


def sees_segment(viewer: Viewer, slug: str) -> bool:
    """Whether it is shown that a customer the viewer may see is in a segment."""
    if is_key(viewer):
        return viewer.is_usable and (viewer.all_segments or slug in viewer.named_segments)
    return True


def sees_identifiers(viewer: Viewer) -> bool:
    """Whether a customer's identifiers are shown at all; personal ones may still be masked."""
    return viewer.is_usable and viewer.shows_identifiers if is_key(viewer) else True


def may_look_up(viewer: Viewer, identifier_type: str, *, personal: bool) -> bool:
    """Whether customers are found by this type of identifier. Who sees personal ones masked finds nobody by them,
    since an answer alone would tell whose they are; a key by those alone that are written in it."""
    if is_key(viewer):
        return viewer.is_usable and identifier_type in viewer.lookups
    return not personal or sees_personal(viewer)


def may(viewer: Viewer, permission: str) -> bool:
    if is_system(viewer):
        return True
    return isinstance(viewer, PermissionsMixin) and viewer.has_perm(permission)


def require(viewer: Viewer, permission: str) -> None:
    """Raises `PermissionDenied` unless the viewer has the permission."""
    if not may(viewer, permission):
        raise PermissionDenied(permission)

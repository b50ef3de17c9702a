"""The star beside a tag or segment: everybody has their own."""

from django.contrib.auth.models import User
from django.db import transaction

from cdp.access.viewer import Viewer

from ..dependencies import Ref
from .models import Favourite


def favourites(viewer: Viewer, kind: str) -> set[str]:
    """The short names of the viewer's favourites among tags, or among segments."""
    if not isinstance(viewer, User):
        return set()
    return set(Favourite.objects.filter(person=viewer, kind=kind).values_list("slug", flat=True))


@transaction.atomic
def favourite_turn(*, ref: Ref, by: User) -> bool:
    """Make it a favourite, or one no more; whether it is one now."""
    own = Favourite.objects.filter(person=by, kind=ref.kind, slug=ref.slug)
    if own.delete()[0]:
        return False
    # Two quick clicks at once are one.
    Favourite.objects.get_or_create(person=by, kind=ref.kind, slug=ref.slug)
    return True

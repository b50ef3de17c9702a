"""How a list is seen: cards or table, and which columns; kept for each person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils.functional import Promise

from cdp.access.viewer import Viewer

from .models import ListLook


@dataclass(frozen=True)
class Look:
    as_cards: bool
    columns: tuple[str, ...]


def look_of(viewer: Viewer, kind: str, known: Mapping[str, str | Promise], usual: tuple[str, ...]) -> Look:
    """As the viewer left it; in the usual columns before anybody chose."""
    kept = ListLook.objects.filter(person=viewer, kind=kind).first() if isinstance(viewer, User) else None
    if kept is None:
        return Look(False, usual)
    return Look(kept.as_cards, tuple(key for key in known if key in kept.columns) or usual)


def look_keep(*, kind: str, by: User, as_cards: bool, columns: Iterable[str]) -> None:
    kept = {"as_cards": as_cards, "columns": list(columns)}
    ListLook.objects.update_or_create(person=by, kind=kind, defaults=kept)

"""What would feel a change of a tag or segment: whatever is built on it, directly or through others."""

from dataclasses import dataclass

from django.utils.translation import get_language

from cdp.access.viewer import Viewer

from . import membership
from .dependencies import LIST, TAG, Ref, downstream
from .models import Tag
from .rules.catalog import name_in
from .selectors import graph


@dataclass(frozen=True)
class Affected:
    """A tag, segment or persona built on something. `through`: the names of what lies between, the
    nearest to the start first; of a direct user none."""

    kind: str
    slug: str
    name: str
    through: tuple[str, ...] = ()


def impact(viewer: Viewer, ref: Ref) -> list[Affected]:
    """Everything built on it, direct users first."""
    came_from = downstream(graph(), ref)
    users = [user for user in came_from if user.kind != LIST]
    if not users:
        return []
    names = names_of()
    return [
        Affected(user.kind, user.slug, names.get(user, user.slug), _through(came_from, names, user, ref))
        for user in users
    ]


def _through(came_from: dict[Ref, Ref], names: dict[Ref, str], user: Ref, start: Ref) -> tuple[str, ...]:
    way = []
    step = came_from[user]
    while step != start:
        # A list is only the other name of its segment.
        if step.kind != LIST:
            way.append(names.get(step, step.slug))
        step = came_from[step]
    return tuple(reversed(way))


def names_of() -> dict[Ref, str]:
    """What every tag, segment and persona is called in the language in force."""
    language = get_language() or "zh-hans"
    found = {Ref(TAG, tag.slug): tag.name for tag in Tag.objects.all()}
    for kind, provider in membership.providers.items():
        found |= {Ref(kind, slug): name_in(names, language, slug) for slug, names in provider.names().items()}
    return found

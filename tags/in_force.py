"""The definitions in force, of tags and of segments alike."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from . import membership
from .dependencies import SEGMENT, TAG, Ref
from .models import TagVersion, VersionState
from .rules.catalog import name_in


@dataclass(frozen=True)
class Definition:
    """`definition`: of a tag what its version holds, of a segment its rule. `number`: of the version."""

    name: str
    number: int
    definition: Any


def in_force() -> dict[Ref, Definition]:
    """Of every published tag and every segment by rule; lists have none."""
    language = get_language() or "zh-hans"
    published = TagVersion.objects.filter(state=VersionState.PUBLISHED).select_related("tag")
    found = {Ref(TAG, v.tag.slug): Definition(v.tag.name, v.number, v.definition) for v in published}
    if SEGMENT in membership.providers:
        for slug, (names, number, rule) in membership.providers[SEGMENT].rules().items():
            found[Ref(SEGMENT, slug)] = Definition(name_in(names, language, slug), number, rule)
    return found

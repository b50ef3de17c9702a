"""The files of the packs: texts in three languages, definitions as JSON. Read once a process."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tags.dependencies import SEGMENT, TAG, Ref
from tags.gallery.files import json_read
from tags.gallery.needs import RULE
from tags.rules.catalog import Names

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Part:
    """One tag or segment of a pack. `form`: a kind of tag, or `RULE`."""

    ref: Ref
    form: str
    names: Names
    about: Names
    definition: Mapping[str, Any]


@dataclass(frozen=True)
class Pack:
    """What it is called is also the category of its tags."""

    slug: str
    position: int
    icon: str
    names: Names
    about: Names
    parts: tuple[Part, ...]


@cache
def packs() -> dict[str, Pack]:
    found = [_pack(path.stem, json_read(path)) for path in (HERE / "industries").glob("*.json")]
    return {pack.slug: pack for pack in sorted(found, key=lambda pack: pack.position)}


def _pack(slug: str, told: Mapping[str, Any]) -> Pack:
    tags = (
        Part(Ref(TAG, one["slug"]), one["kind"], one["names"], one["about"], one["definition"])
        for one in told["tags"]
    )
    segments = (
        Part(Ref(SEGMENT, one["slug"]), RULE, one["names"], one["about"], one["rule"]) for one in told["segments"]
    )
    return Pack(slug, told["position"], told["icon"], told["names"], told["about"], (*tags, *segments))

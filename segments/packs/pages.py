"""The packs, ready to draw: what each holds, what the data lacks for it, and what installing it made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import get_language

from cdp.access.viewer import Viewer, may
from segments.models import InstalledPack, Segment
from tags.dependencies import TAG, Ref
from tags.gallery.needs import Held, held
from tags.gallery.pages import NeedShown, needs_shown
from tags.models import Tag, TagVersion, VersionState
from tags.rules.catalog import name_in

from .files import Pack, Part, packs
from .services import missing_of


@dataclass(frozen=True)
class PartShown:
    """`url` and `is_draft`: of what was made. `left_out`: why nothing was, as kept with the pack."""

    kind: str
    name: str
    about: str
    missing: list[NeedShown]
    url: str
    is_draft: bool
    left_out: Mapping[str, Any] | None


@dataclass(frozen=True)
class PackShown:
    slug: str
    icon: str
    name: str
    about: str
    parts: list[PartShown]
    is_installed: bool
    by: User | None
    at: datetime | None

    @property
    def possible(self) -> int:
        return sum(not part.missing for part in self.parts)

    @property
    def made(self) -> int:
        return sum(bool(part.url) for part in self.parts)


@dataclass(frozen=True)
class PacksPage:
    packs: list[PackShown]
    may_install: bool


def packs_page(viewer: Viewer) -> PacksPage:
    has, there = held(viewer), _there()
    installed = {one.slug: one for one in InstalledPack.objects.select_related("by")}
    shown = [_shown(pack, installed.get(pack.slug), has, there) for pack in packs().values()]
    return PacksPage(shown, may(viewer, "access.edit_tags") and may(viewer, "access.edit_segments"))


There = Mapping[Ref, bool]
"""What is there of what packs make → whether it waits as a draft."""


def _there() -> There:
    refs = [part.ref for pack in packs().values() for part in pack.parts]
    slugs = [ref.slug for ref in refs]
    published = TagVersion.objects.filter(state=VersionState.PUBLISHED, tag__slug__in=slugs)
    in_force = set(published.order_by().values_list("tag__slug", flat=True))
    tags = Tag.objects.filter(slug__in=slugs).order_by().values_list("slug", flat=True)
    segments = Segment.objects.filter(slug__in=slugs).order_by().values_list("slug", "retired_at")
    return {Ref(TAG, slug): slug not in in_force for slug in tags} | {
        Ref("segment", slug): retired is not None for slug, retired in segments
    }


def _shown(pack: Pack, installed: InstalledPack | None, has: Held, there: There) -> PackShown:
    language = get_language() or "zh-hans"
    made = {Ref(one["kind"], one["slug"]) for one in installed.parts} if installed else set()
    left = {Ref(one["kind"], one["slug"]): one["why"] for one in installed.left_out} if installed else {}
    return PackShown(
        pack.slug,
        pack.icon,
        name_in(pack.names, language, pack.slug),
        name_in(pack.about, language, ""),
        [_part(part, has, there if part.ref in made else {}, left.get(part.ref), language) for part in pack.parts],
        installed is not None,
        installed.by if installed else None,
        installed.at if installed else None,
    )


def _part(part: Part, has: Held, there: There, left: Mapping[str, Any] | None, language: str) -> PartShown:
    is_there = part.ref in there
    page = "tags:detail" if part.ref.kind == TAG else "segments:detail"
    return PartShown(
        part.ref.kind,
        name_in(part.names, language, part.ref.slug),
        name_in(part.about, language, ""),
        needs_shown(missing_of(part, has)),
        reverse(page, args=[part.ref.slug]) if is_there else "",
        there.get(part.ref, False),
        left,
    )

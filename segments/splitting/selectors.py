"""Splits as they are now: the size of each group, and how alike the groups are."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language
from pyroaring import BitMap

from cdp.access.viewer import Viewer
from tags.rules.catalog import name_in
from tags.selectors import catalog, tags, value_counts, value_labels

from ..models import Split, SplitGroup
from ..selectors import segments_members
from .balance import Balance, balances

MOST = 20
TINY = 100


@dataclass(frozen=True)
class GroupRow:
    group: SplitGroup
    count: int
    share: float | None

    @property
    def is_tiny(self) -> bool:
        """Too few for the difference between two groups to be told from chance."""
        return self.group.segment.run_id is not None and self.count < TINY


@dataclass(frozen=True)
class BalanceRow:
    tag: str
    value: str
    balance: Balance

    @property
    def cells(self) -> list[tuple[float, int] | None]:
        """Share and number in each group; None where so few have it that the number could single somebody out."""
        pairs = zip(self.balance.shares, self.balance.counts, strict=True)
        return [None if 0 < count < settings.CDP_MIN_GROUP else (share, count) for share, count in pairs]


@dataclass(frozen=True)
class SplitNow:
    split: Split
    rows: list[GroupRow]
    total: int
    balance: list[BalanceRow]


def splits(viewer: Viewer) -> QuerySet[Split]:
    return Split.objects.select_related("parent", "created_by").defer("parent__bitmap")


def strata_name(viewer: Viewer, split: Split) -> str:
    """What a split is balanced by, as people call it; empty for nothing."""
    known = catalog(viewer)
    for kind, slug in split.strata.items():
        named = (known.tags if kind == "tag" else known.attributes).get(slug)
        return slug if named is None else name_in(named.names, get_language() or "zh-hans", slug)
    return ""


def split_now(viewer: Viewer, split: Split, chosen: Collection[str] = ()) -> SplitNow:
    """`chosen`: the tags to show the balance of; without them the values that are furthest apart."""
    groups = list(split.groups.select_related("segment", "segment__run").defer("segment__bitmap"))
    members = segments_members(viewer, [group.segment.slug for group in groups])
    sets = [members.get(group.segment.slug, BitMap()) for group in groups]
    sizes, total = [len(one) for one in sets], sum(map(len, sets))
    rows = [
        GroupRow(group, size, size / total if total else None) for group, size in zip(groups, sizes, strict=True)
    ]
    counts = value_counts(viewer, sets)
    if chosen:
        counts = {slug: values for slug, values in counts.items() if slug in chosen}
    found = balances(counts, sizes, max(settings.CDP_MIN_GROUP, 1))
    return SplitNow(split, rows, total, _named(viewer, found[: None if chosen else MOST]))


def _named(viewer: Viewer, found: list[Balance]) -> list[BalanceRow]:
    named = {tag.slug: tag for tag in tags(viewer).filter(slug__in={one.tag for one in found})}
    labels = {slug: value_labels(tag) for slug, tag in named.items()}
    return [
        BalanceRow(named[one.tag].name, labels[one.tag].get(one.value, one.value), one)
        for one in found
        if one.tag in named
    ]

"""Provinces, their cities and their districts, as the customers' profiles have them, with how many are in each."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import ibis
from django.core.cache import cache

from cdp.access.viewer import Viewer
from cdp.store.lake import Lake, snapshot

from . import membership
from .builder.sources import REGIONS
from .rules.catalog import Catalog
from .values import CACHE_SECONDS


@dataclass
class Region:
    """`parts` are what it is made of, the one with most customers first; without any it is chosen itself."""

    name: str
    count: int = 0
    parts: list["Region"] = field(default_factory=list)


def region_tree(viewer: Viewer, slug: str, names: Catalog) -> list[Region]:
    """Down to the level of an attribute, whose values are the leaves."""
    wanted = REGIONS[: REGIONS.index(slug) + 1] if slug in REGIONS else ()
    levels = [level for level in wanted if level in names.attributes]
    if slug not in levels or membership.scope(viewer) is not None:
        return []
    with snapshot() as lake:
        key = f"regions:{lake.version}:{slug}"
        rows = cache.get(key)
        if rows is None:
            rows = _counted(lake, levels)
            cache.set(key, rows, CACHE_SECONDS)
    return _grown(rows)


def _counted(lake: Lake, levels: Sequence[str]) -> list[tuple[list[str], int]]:
    profiles = lake.tables.profiles
    there = [level for level in levels if level in profiles.columns]
    if there[-1:] != [levels[-1]]:
        return []
    known = profiles.filter(profiles[there[-1]].notnull())
    counted = known.group_by(there).agg(customers=ibis._.count())
    return [([row[level] or "" for level in there], row["customers"]) for row in lake.frame(counted).to_pylist()]


def _grown(rows: Sequence[tuple[Sequence[str], int]]) -> list[Region]:
    root = Region("")
    for steps, count in rows:
        at = root
        for step in steps:
            found = next((part for part in at.parts if part.name == step), None)
            if found is None:
                at.parts.append(found := Region(step))
            found.count += count
            at = found
    _sort(root)
    return root.parts


def _sort(region: Region) -> None:
    region.parts.sort(key=lambda one: (-one.count, one.name))
    for part in region.parts:
        _sort(part)

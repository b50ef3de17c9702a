"""Counts that take a scan, kept until the data changes."""

from dataclasses import dataclass

from django.core.cache import cache

from cdp.access.viewer import Viewer
from cdp.store.lake import Lake, snapshot
from cdp.store.selectors import customers

KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Numbers:
    customers: int
    events: int


def current(viewer: Viewer) -> Numbers:
    if not customers(viewer).exists():
        return Numbers(0, 0)
    with snapshot() as lake:
        kept = cache.get_or_set(f"home-numbers-{lake.version}", lambda: _counted(lake), KEPT_SECONDS)
    return kept or Numbers(0, 0)


def _counted(lake: Lake) -> Numbers:
    events = lake.tables.events
    counted = lake.frame(events.aggregate(events=events.count()))
    return Numbers(len(lake.universe()), counted["events"][0].as_py())

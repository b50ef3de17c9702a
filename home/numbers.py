"""How many customers and events there are; each is read anew when the data changed."""

from dataclasses import dataclass

from cdp.access.viewer import Viewer
from cdp.store.lake import snapshot
from cdp.store.selectors import customers, event_counts


@dataclass(frozen=True)
class Numbers:
    customers: int
    events: int


def current(viewer: Viewer) -> Numbers:
    if not customers(viewer).exists():
        return Numbers(0, 0)
    with snapshot() as lake:
        return Numbers(len(lake.universe()), sum(event_counts(viewer).values()))

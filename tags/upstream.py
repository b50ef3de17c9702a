"""Trouble below: what a tag or segment is built on that is not up to date, directly or through others."""

from dataclasses import dataclass
from datetime import datetime

from cdp.access.viewer import Viewer
from cdp.store.selectors import data_version

from . import membership
from .dependencies import SEGMENT, TAG, Graph, Ref, upstream
from .models import Tag
from .selectors import graph
from .states import TROUBLES, Standing, standing, state_labels


@dataclass(frozen=True)
class Trouble:
    """One tag or segment that is not up to date. `since`: when it failed, or what its result is as of."""

    kind: str
    slug: str
    name: str
    state: str
    state_label: str
    since: datetime | None


def troubles(viewer: Viewer, edges: Graph | None = None) -> dict[Ref, tuple[Trouble, ...]]:
    """Every tag and segment with something below it that is stale, never computed or behind the data. `edges`:
    what is built from what, for whoever has read it."""
    edges, known = graph() if edges is None else edges, standings()
    found = {ref: _below(edges, known, ref) for ref in edges}
    return {ref: below for ref, below in found.items() if below}


def troubles_of(viewer: Viewer, ref: Ref) -> tuple[Trouble, ...]:
    return _below(graph(), standings(), ref)


def standings() -> dict[Ref, Standing]:
    """How every tag and segment stands, in one query each."""
    data = data_version()
    found = {Ref(TAG, tag.slug): standing(tag, data) for tag in Tag.objects.select_related("run")}
    if SEGMENT in membership.providers:
        segments = membership.providers[SEGMENT].standings(data)
        found |= {Ref(SEGMENT, slug): known for slug, known in segments.items()}
    return found


def _below(edges: Graph, known: dict[Ref, Standing], ref: Ref) -> tuple[Trouble, ...]:
    labels = state_labels()
    return tuple(
        Trouble(low.kind, low.slug, known[low].name, known[low].state, labels[known[low].state], known[low].since)
        for low in sorted(upstream(edges, [ref]) - {ref})
        if low in known and known[low].state in TROUBLES
    )

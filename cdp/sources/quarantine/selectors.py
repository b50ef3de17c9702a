"""What pages may read of rows in quarantine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db.models import Count, Q, QuerySet

from cdp.access.viewer import Viewer, may
from cdp.errors import UserError
from cdp.ledger.models import JobState
from cdp.store.models import Attribute

from ..mapping import parse
from ..models import Load, LoadStage, RefusedKind, RefusedRow

# A row waits as long as no load took it: one that failed, was cancelled or undone did not.
_FREE = (
    Q(retry=None) | Q(retry__state__in=(JobState.FAILED, JobState.CANCELLED)) | Q(retry__undone_at__isnull=False)
)
# What a newer whole replaced is not to come back row by row.
_IN_USE = Q(
    load__state=JobState.DONE,
    load__undone_at=None,
    load__stage=LoadStage.WRITE,
    load__batch__replaced_by=None,
)


def open_rows() -> QuerySet[RefusedRow]:
    """Rows of finished loads that were neither loaded since nor left out."""
    return RefusedRow.objects.filter(_FREE, _IN_USE, dismissed="")


def ready_rows() -> QuerySet[RefusedRow]:
    """Open rows with nothing wrong any more."""
    return open_rows().filter(kind=None)


@dataclass(frozen=True)
class LoadCount:
    """Rows of one load in quarantine: how many still wait, how many of them are mended, and what is wrong."""

    load: Load
    waiting: int
    ready: int
    kinds: Sequence[tuple[RefusedKind, int]]


def quarantine(viewer: Viewer, source: str = "") -> list[LoadCount]:
    """The loads with open rows, the newest first, in three queries however many there are."""
    if not may(viewer, "access.load_data"):
        return []
    rows = open_rows().filter(load__source__slug=source) if source else open_rows()
    counted = list(rows.order_by().values("load", "kind").annotate(count=Count("pk")))
    loads = Load.objects.select_related("source", "upload").in_bulk({one["load"] for one in counted})
    kinds = RefusedKind.objects.in_bulk({one["kind"] for one in counted if one["kind"]})
    return [_count(load, [one for one in counted if one["load"] == pk], kinds) for pk, load in _newest(loads)]


def _newest(loads: Mapping[int, Load]) -> list[tuple[int, Load]]:
    return sorted(loads.items(), reverse=True)


def _count(load: Load, counted: Sequence[Mapping[str, Any]], kinds: Mapping[int, RefusedKind]) -> LoadCount:
    by_kind = [(kinds[one["kind"]], one["count"]) for one in counted if one["kind"]]
    by_kind.sort(key=lambda pair: -pair[1])
    ready = sum(one["count"] for one in counted if not one["kind"])
    return LoadCount(load, ready + sum(count for _kind, count in by_kind), ready, by_kind)


def quarantine_size(viewer: Viewer) -> int:
    return open_rows().count() if may(viewer, "access.load_data") else 0


def common_values(kind: RefusedKind) -> list[tuple[str, int]]:
    """The values of this kind that several open rows have, the most frequent first."""
    rows = open_rows().filter(kind=kind).order_by().values("value").annotate(count=Count("pk")).filter(count__gt=1)
    return [(one["value"], one["count"]) for one in rows.order_by("-count", "value")]


def digest(value: str) -> str:
    """What stands for a value that may be personal."""
    return sha256(value.encode()).hexdigest()[:32]


def plain_columns(mapping: Any) -> frozenset[str]:
    """The columns of a file that everybody may see: those that were said to be something that is not personal."""
    try:
        read = parse(mapping)
    except UserError:
        return frozenset()
    personal = set(Attribute.objects.filter(personal=True).values_list("slug", flat=True)) | {"name", "phone_hint"}
    fields = [spec.column for slug, spec in read.attributes.items() if slug not in personal]
    fields += [spec.column for spec in read.properties.values()]
    fields += [part.column for part in (read.name, read.time) if part is not None]
    stepped = {place[1] for place, steps in read.steps.items() if any(step.is_personal for step in steps)}
    hidden = set(read.identifiers.values())
    hidden |= {spec.column for slug, spec in {**read.attributes, **read.properties}.items() if slug in stepped}
    return frozenset(fields) - hidden

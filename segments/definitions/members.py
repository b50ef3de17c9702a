"""The customers of lists as rows of identifiers, and the rows that came back as customers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyroaring import BitMap

from cdp.access.viewer import Viewer, may, sees_personal
from cdp.identity.selectors import identifier_types, identifiers_by_type
from tags.matching import Unmatched, values_match
from tags.membership import visible

from ..models import Segment, SegmentKind, SegmentList
from ..services import customers_now, list_members

# Longer ones are taken away as a file from the page of their list.
MOST_ROWS = 20_000


def member_rows(viewer: Viewer, segments: Iterable[Segment]) -> Iterator[dict[str, str]]:
    """One identifier a member, that the viewer may see in clear; nothing for whoever may not take customers away,
    and nothing of a list that does not fit."""
    if not may(viewer, "access.export_customers"):
        return
    clear = sees_personal(viewer)
    types = [row.slug for row in identifier_types() if clear or not row.personal]
    left = MOST_ROWS
    for segment in segments:
        if segment.kind != SegmentKind.LIST or segment.retired_at or not is_listed(segment):
            continue
        members = visible(viewer, list_members(segment))
        if len(members) > left:
            continue
        left -= len(members)
        wanted = segment.definition.get("list", {}).get("type", "")
        for known in identifiers_by_type(members.to_array(), types=types).values():
            kind = wanted if wanted in known else next(slug for slug in types if slug in known)
            yield {"list": segment.slug, "type": kind, "identifier": known[kind][0]}


@dataclass(frozen=True)
class Brought:
    """What some values of one type bring to a list: how many customers who are not on it yet, and those values
    that nobody has (their `row` is their place among the values, from 1)."""

    customers: BitMap
    unmatched: list[Unmatched]


def members_brought(segment: Segment | None, type: str, values: list[str]) -> Brought:
    types = [row for row in identifier_types() if not type or row.slug == type]
    found = values_match(values, types)
    there = list_members(segment) if segment is not None and is_listed(segment) else BitMap()
    return Brought(customers_now(found.origins) - there, found.unmatched)


def is_listed(segment: Segment) -> bool:
    return SegmentList.objects.filter(segment=segment).exists()

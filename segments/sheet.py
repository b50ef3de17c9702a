"""Which segments customers are in, laid out to be asked about one customer after the other.

As with tags (`tags.sheet`), a process keeps the latest sheet, and one small query for the marks the database leaves
tells whether it still holds. Of a sheet that does not, the members that stayed are kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from pyroaring import BitMap

from tags.marks import Watch, marks
from tags.membership import ATTEMPTS, bitmap_read

from .models import LiveMember, Segment

SHEET = Watch(
    marks="segments_sheetmark",
    function="segments_sheet_mark",
    tables={
        "segments_segment": "INSERT OR UPDATE OR DELETE",
        "segments_segmentrun": "UPDATE OF as_of, claim",
    },
)
# A segment, the run its members came from, and the claim that run was worked under (see `membership.RunKey`).
Key = tuple[int, int | None, str | None]


@dataclass(frozen=True, eq=False)
class Entry:
    """A segment with a result in use, and who is in it. `as_of` is None when its run is gone."""

    key: Key
    segment: Segment
    as_of: datetime | None
    members: BitMap


@dataclass(frozen=True)
class Sheet:
    """`entries` in the order of segments, read when there were these `marks`."""

    marks: frozenset[str]
    entries: tuple[Entry, ...]

    def of(self, customer_id: int, live: Mapping[int, LiveMember]) -> list[tuple[Entry, datetime | None]]:
        """The segments a customer is in, and since which moment that is known. `live` is what was found of the
        customer since, by segment; it counts where the run in use is older."""
        found: list[tuple[Entry, datetime | None]] = []
        for entry in self.entries:
            row = live.get(entry.key[0])
            if row is not None and entry.as_of is not None and row.as_of > entry.as_of:
                if row.is_member:
                    found.append((entry, row.as_of))
            elif customer_id in entry.members:
                found.append((entry, entry.as_of))
        return found


_latest: Sheet = Sheet(frozenset(), ())


def sheet() -> Sheet:
    """Who is in which segment now. One small query while nothing changed."""
    global _latest
    for _attempt in range(ATTEMPTS):
        # Before anything else is read: what changes meanwhile leaves other marks.
        found, kept = marks(SHEET), _latest
        if found and kept.marks == found:
            return kept
        entries = _entries(kept)
        if entries is not None:
            _latest = made = Sheet(found, entries)
            return made
    raise RuntimeError("the results in use were replaced faster than they could be read")


def _entries(kept: Sheet) -> tuple[Entry, ...] | None:
    """None when a result in use was replaced while it was read."""
    computed = Segment.objects.filter(bitmap__isnull=False).select_related("run").order_by("slug")
    segments = {_key(segment): segment for segment in computed.defer("bitmap")}
    # What has no run any more does not tell whether it is still the same.
    members = {entry.key: entry.members for entry in kept.entries if entry.key in segments and entry.key[1]}
    members |= _members(computed.filter(pk__in=[key[0] for key in segments.keys() - members.keys()]))
    if segments.keys() - members.keys():
        return None
    return tuple(
        Entry(key, segment, segment.run.as_of if segment.run else None, members[key])
        for key, segment in segments.items()
    )


def _members(computed: QuerySet[Segment]) -> dict[Key, BitMap]:
    rows = computed.values_list("pk", "run_id", "run__claim", "bitmap")
    return {(pk, run, claim): bitmap_read(blob) for pk, run, claim, blob in rows if blob is not None}


def _key(segment: Segment) -> Key:
    return segment.pk, segment.run_id, segment.run.claim if segment.run else None

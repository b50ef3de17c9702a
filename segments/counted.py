"""What the number of a segment's members counts: of whom, as of when, and what has become of them since."""

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from django.core.cache import cache
from pyroaring import BitMap

from cdp.access.viewer import Viewer
from cdp.bitmaps import bitmap_of_ids, ids_of_bitmap
from cdp.identity.models import IdentifierType
from cdp.store.bulk import rows_read
from cdp.store.customers import roots_read
from cdp.store.lake import snapshot
from cdp.store.selectors import data_version
from tags.membership import bitmap_read, scope

from .models import LiveMember, Segment

IDS = pa.schema([("id", pa.int64())])
CACHE_SECONDS = 3600


@dataclass(frozen=True)
class Counted:
    """`recorded` members as of the run in use, of them `hidden` from the viewer. The rest is of those who are seen:
    `merged` into another customer since, `gone` from the customers altogether, the others `identified` by an
    identifier that is one person's, or `anonymous`. `entered` and `left` were found live since that run."""

    recorded: int
    universe: int
    as_of: datetime
    hidden: int
    seen: int
    merged: int
    gone: int
    identified: int
    anonymous: int
    entered: int
    left: int


def counted(viewer: Viewer, segment: Segment) -> Counted | None:
    """None before the first refresh."""
    blob = Segment.objects.values_list("bitmap", flat=True).get(pk=segment.pk)
    if segment.run is None or blob is None:
        return None
    recorded, allowed = bitmap_read(blob), scope(viewer)
    members = recorded if allowed is None else recorded & allowed
    with snapshot() as lake:
        there = members & lake.universe()
    merged = bitmap_of_ids(roots_read(ids_of_bitmap(members - there))["id"].to_numpy()) & members
    identified = there & _identified()
    live = LiveMember.objects.filter(segment=segment, as_of__gt=segment.run.as_of)
    found: dict[bool, BitMap] = {
        is_member: BitMap(live.filter(is_member=is_member).values_list("customer_id", flat=True))
        for is_member in (True, False)
    }
    return Counted(
        recorded=len(recorded),
        universe=segment.run.universe,
        as_of=segment.run.as_of,
        hidden=len(recorded) - len(members),
        seen=len(members),
        merged=len(merged),
        gone=len(members) - len(merged) - len(there),
        identified=len(identified),
        anonymous=len(there) - len(identified),
        entered=len((found[True] - recorded) if allowed is None else (found[True] - recorded) & allowed),
        left=len(found[False] & members),
    )


def _identified() -> BitMap:
    """The customers with an identifier that is one person's: any but those of types that may be shared. Kept as
    long as the data is the same."""
    types = tuple(IdentifierType.objects.filter(shared=False).order_by().values_list("slug", flat=True))
    key = f"identified:{data_version()}:{hash(types)}"
    kept = cache.get(key)
    if kept is None:
        marks = ", ".join(["%s"] * len(types)) or "NULL"
        sql = (
            "SELECT DISTINCT coalesce(c.merged_into_id, c.id) AS id FROM identity_identifier i "
            f"JOIN store_customer c ON c.id = i.origin_id WHERE i.type IN ({marks})"
        )
        kept = bitmap_of_ids(rows_read(sql, IDS, types)["id"].to_numpy()).serialize()
        cache.set(key, kept, CACHE_SECONDS)
    return BitMap.deserialize(kept)

"""The lately done of some customers, as they lie: for the ways they go through a visit."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids, ids_of_bitmap, mask_of_bitmap, places_in_mask

from .deeds import EventLake

Ints = npt.NDArray[np.int64]
# Multiplying by it scatters consecutive numbers (Knuth, The Art of Computer Programming 3, 6.4).
SCATTER, WORD = 2654435761, 2**32


def sample_of(members: BitMap, most: int) -> BitMap:
    """At most so many of them, as good as drawn, and the same ones every time."""
    if len(members) <= most:
        return members
    ids = ids_of_bitmap(members)
    scattered = (ids.astype(np.uint64) * np.uint64(SCATTER)) % np.uint64(WORD)
    return bitmap_of_ids(ids[np.argpartition(scattered, most)[:most]])


def done_by(lake: EventLake, customers: BitMap, months: Sequence[str]) -> tuple[Ints, Ints, list[str], Ints]:
    """Of what they did in these months: customers, microseconds, the events' names, and each event by its place."""
    parts = [part for part in lake.parts() if part.month in months] if customers else []
    if not parts:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, [], nothing
    wanted = mask_of_bitmap(customers)
    names = sorted({part.event for part in parts})
    found: list[tuple[Ints, Ints, Ints]] = []
    for part in parts:
        rows = lake.rows_of(part, ("customer_id", "time"))
        ids = rows["customer_id"].to_numpy()
        ours = places_in_mask(ids, wanted)
        times = rows["time"].cast(pa.int64()).to_numpy()[ours]
        found.append((ids[ours].astype(np.int64), times, np.full(len(ours), names.index(part.event), np.int64)))
    who, when, what = (np.concatenate(column) for column in zip(*found, strict=True))
    return who, when, names, what

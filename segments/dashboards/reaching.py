"""Who came from one event to the next in time: sets of customers, from reading those events as they lie."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_mask

from .deeds import EventLake

NEVER = np.iinfo(np.int64).max


def reached_read(lake: EventLake, steps: Sequence[str]) -> list[BitMap]:
    """Of live customers: who did the first, who did the second at that moment or later, and so on. Each counts from
    the first time one could have gone on, so nobody is lost who went on at any time."""
    universe = lake.universe()
    size = universe.max() + 1 if universe else 0
    since: npt.NDArray[np.int64] | None = None
    found = []
    for step in steps:
        since = _first_times(lake, step, since, size)
        found.append(bitmap_of_mask(since < NEVER) & universe)
    return found


def _first_times(
    lake: EventLake, event: str, since: npt.NDArray[np.int64] | None, size: int
) -> npt.NDArray[np.int64]:
    """Microseconds of each customer's first such event that is not before `since`; NEVER where there is none."""
    first = np.full(size, NEVER, np.int64)
    for part in lake.parts((event,)):
        rows = lake.rows_of(part, ("customer_id", "time"))
        ids, times = rows["customer_id"].to_numpy(), rows["time"].cast(pa.int64()).to_numpy()
        if size <= int(ids.max(initial=0)):
            ids, times = ids[ids < size], times[ids < size]
        # Months come in their order, so most are out after the first few.
        left = np.flatnonzero(times < first[ids])
        if since is not None:
            left = left[times[left] >= since[ids[left]]]
        np.minimum.at(first, ids[left], times[left])
    return first

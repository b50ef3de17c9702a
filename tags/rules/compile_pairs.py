"""Two steps, the commonest sequence, without sorting: one hash table of the second step's times.

Time is cut into slices as long as `within`. What follows a start in time is then later in its own slice,
or early enough in the next one, so that the last time of the one and the first of the other decide.
"""

from datetime import timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

KEYS = ("customer_id", "slice")
# Makes every slice's number positive, since the division of negative ones is rounded differently.
LONG_BEFORE = 10**11


def followed(starts: ir.Table, others: ir.Table, within: timedelta, *, absent: bool) -> ir.Table:
    """The starts that are followed strictly later, at most `within` after, by one of the others; or are not.

    Both have customer_id and time.
    """
    width = int(within.total_seconds())
    starts = starts.select("customer_id", "time", slice=_slice(starts.time, width))
    others = others.select("customer_id", "time", slice=_slice(others.time, width))
    ends = others.group_by(KEYS).aggregate(first=others.time.min(), last=others.time.max())
    here = ends.select(*KEYS, "last")
    after = ends.select("customer_id", "first", slice=ends.slice - 1)
    rows = starts.left_join(here, KEYS).select(*starts.columns, "last")
    rows = rows.left_join(after, KEYS).select(*rows.columns, "first")
    follows = (rows["last"] > rows.time) | (rows["first"] <= rows.time + ibis.interval(seconds=width))
    return rows.filter(~follows.coalesce(False) if absent else follows)


def _slice(time: ir.TimestampValue, width: int) -> Any:
    return (time.truncate("s").epoch_seconds().cast("int64") + LONG_BEFORE) // width

"""What was read, as rows of the operational database."""

import numpy as np
import orjson
import pyarrow as pa
from django.utils import timezone

from cdp.store.bulk import moment_text

from .reading import Rows


def hot_rows(rows: Rows, origins: np.ndarray) -> pa.Table:
    """Events on their way."""
    return pa.table(
        {
            "event_id": [one.digest.hex for one in rows.events],
            "origin_id": pa.array([int(origins[one.row]) for one in rows.events], pa.int64()),
            "event": [one.event for one in rows.events],
            "time": [moment_text(one.message.time) for one in rows.events],
            "received_at": [moment_text(one.arrival.received_at) for one in rows.events],
            "properties": [orjson.dumps(one.properties).decode() for one in rows.events],
            "extra": [orjson.dumps(one.extra).decode() for one in rows.events],
        }
    )


def seen_rows(rows: Rows) -> pa.Table:
    now = moment_text(timezone.now())
    return pa.table({"digest": [digest.hex for digest in rows.digests], "seen_at": [now] * len(rows.digests)})

"""What was read, as rows of the operational database."""

from datetime import UTC, datetime

import numpy as np
import orjson
import pyarrow as pa
from django.db import connection
from django.utils import timezone

from .reading import Rows


def hot_rows(rows: Rows, origins: np.ndarray) -> pa.Table:
    """Events on their way, of those whose customer is known."""
    known = [one for one in rows.events if origins[one.row] > 0]
    return pa.table(
        {
            "event_id": [one.digest.hex for one in known],
            "origin_id": pa.array([int(origins[one.row]) for one in known], pa.int64()),
            "event": [one.event for one in known],
            "time": [_moment(one.message.time) for one in known],
            "received_at": [_moment(one.arrival.received_at) for one in known],
            "properties": [orjson.dumps(one.properties).decode() for one in known],
            "extra": [orjson.dumps(one.extra).decode() for one in known],
        }
    )


def seen_rows(rows: Rows) -> pa.Table:
    now = _moment(timezone.now())
    return pa.table({"digest": [digest.hex for digest in rows.digests], "seen_at": [now] * len(rows.digests)})


def _moment(moment: datetime) -> str:
    """As the database writes moments itself."""
    text = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return f"{text}+00" if connection.vendor == "postgresql" else text

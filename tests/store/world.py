"""Customers and their events, in few words."""

import hashlib
from datetime import datetime

import pyarrow as pa

from cdp.store.models import Customer


def people(batch, count):
    return [Customer.objects.create(batch=batch).pk for _ in range(count)]


def orders(*rows, **properties):
    """Each row: key, customer, event, time."""
    keys, origins, events, times = zip(*rows, strict=True)
    return pa.table(
        {
            "event_id": pa.array([hashlib.md5(str(key).encode()).digest() for key in keys], pa.binary()),
            "origin_id": pa.array(origins, pa.int32()),
            "event": list(events),
            "time": pa.array([datetime.fromisoformat(time) for time in times], pa.timestamp("us")),
            **properties,
        }
    )

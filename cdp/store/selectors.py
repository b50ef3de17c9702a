"""Reads of the store. Customers only as far as the viewer may see them."""

from datetime import UTC
from typing import Any

import ibis
from django.db.models import QuerySet

from cdp.access.viewer import Viewer, customer_scope

from .lake import snapshot
from .models import Attribute, BatchState, Customer, EventType, Property
from .versions import version_current


def customers(viewer: Viewer) -> QuerySet[Customer]:
    """Live customers the viewer may see; none of a batch that is still being written."""
    live = Customer.objects.filter(merged_into=None).exclude(batch__state=BatchState.OPEN)
    return live.filter(customer_scope(viewer))


def attributes() -> QuerySet[Attribute]:
    return Attribute.objects.all()


def properties() -> QuerySet[Property]:
    return Property.objects.all()


def event_types() -> QuerySet[EventType]:
    return EventType.objects.all()


def data_version() -> str:
    """Changes whenever events, profiles or merges change; equal versions mean equal data."""
    return version_current().token


def timeline(
    viewer: Viewer, customer_id: int, limit: int = 100, *, event: str | None = None, offset: int = 0
) -> list[dict[str, Any]]:
    """A customer's newest events first: column → value, without what is missing; `time` is aware, in UTC.
    Only those of one `event` when it is given; `offset` leaves out that many of the newest."""
    if not customers(viewer).filter(pk=customer_id).exists():
        return []
    with snapshot() as lake:
        events = lake.tables.events
        mine = events.filter(events.customer_id == customer_id)
        if event:
            mine = mine.filter(mine.event == event)
        newest = mine.order_by([ibis.desc("time"), "event_id"]).limit(limit, offset=offset)
        rows = lake.frame(newest.drop("event_id", "origin_id", "month")).to_pylist()
    for row in rows:
        row["time"] = row["time"].replace(tzinfo=UTC)
    return [{key: value for key, value in row.items() if value is not None} for row in rows]

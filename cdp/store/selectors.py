"""Reads of the store. Customers only as far as the viewer may see them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import timezone

from cdp.access.viewer import Viewer, customer_scope, profile_scope
from cdp.compiled import Compiled

from .delta import DataFile, table_files
from .lake import Lake, snapshot
from .models import Attribute, BatchState, Customer, EventType, LakeVersion, Property
from .versions import Version, version_current
from .views import EVENTS, PROFILES, columns_filled, columns_of

LATELY = timedelta(days=7)
KEPT_SECONDS = 3600


def customers(viewer: Viewer) -> QuerySet[Customer]:
    """Live customers the viewer may see; none of a batch that is still being written, but those who come live."""
    return _live().filter(customer_scope(viewer))


def customers_one_by_one(viewer: Viewer) -> QuerySet[Customer]:
    """Live customers whose profile the viewer may ask for, to take one of them."""
    return _live().filter(profile_scope(viewer))


def _live() -> QuerySet[Customer]:
    written = ~Q(batch__state=BatchState.OPEN) | Q(batch__is_live=True)
    return Customer.objects.filter(written, merged_into=None)


def customers_made_lately(found: QuerySet[Customer]) -> QuerySet[Customer]:
    """Those that batches of the last seven days made."""
    return found.filter(batch__created_at__gte=timezone.now() - LATELY)


def event_counts(viewer: Viewer) -> dict[str, int]:
    """Event → how many there are; read anew when the data changed."""
    with snapshot() as lake:
        return cache.get_or_set(f"event-counts-{lake.version}", lambda: _event_counts(lake), KEPT_SECONDS) or {}


def _event_counts(lake: Lake) -> dict[str, int]:
    events = lake.tables.events
    counted = lake.frame(events.group_by("event").aggregate(number=events.count()))
    return dict(zip(counted["event"].to_pylist(), counted["number"].to_pylist(), strict=True))


def attributes_used() -> frozenset[str]:
    """The attributes that are not personal and somebody has a value of; read anew when the data changed."""
    version = version_current()
    found = cache.get_or_set(f"attributes-used-{version.token}", lambda: _attributes_used(version), KEPT_SECONDS)
    return found or frozenset()


def _attributes_used(version: Version) -> frozenset[str]:
    columns = {column for file in table_files(PROFILES, version.profiles) for column in columns_of(PROFILES, file)}
    return frozenset(columns - {"customer_id"})


def properties_used() -> dict[str, frozenset[str]]:
    """Event → the columns that it has values in; read anew when the data changed."""
    version = version_current()
    return (
        cache.get_or_set(f"properties-used-{version.token}", lambda: _properties_used(version), KEPT_SECONDS) or {}
    )


def _properties_used(version: Version) -> dict[str, frozenset[str]]:
    """By the largest file of each event: what is only in smaller ones is missed."""
    largest: dict[str, DataFile] = {}
    for file in table_files(EVENTS, version.events):
        event = file.partition["event"]
        if event not in largest or largest[event].rows < file.rows:
            largest[event] = file
    return {event: frozenset(columns_filled(EVENTS, file)) for event, file in largest.items()}


def attributes() -> QuerySet[Attribute]:
    return Attribute.objects.all()


# For whoever needs all of them and asks all the time.
attributes_read = Compiled(Attribute.objects.all)


def properties() -> QuerySet[Property]:
    return Property.objects.all()


def event_types() -> QuerySet[EventType]:
    return EventType.objects.all()


def data_version() -> str:
    """Changes whenever events, profiles or merges change; equal versions mean equal data."""
    return version_current().token


def data_as_of() -> datetime | None:
    """When what is seen now came into sight; None before the first data."""
    return next((row.made_at for row in _newest()), None)


_newest = Compiled(lambda: LakeVersion.objects.order_by("-pk").only("made_at")[:1])


def timeline(
    viewer: Viewer,
    customer_id: int,
    limit: int = 100,
    *,
    event: str | None = None,
    channel: str | None = None,
    until: date | None = None,
    offset: int = 0,
) -> list[dict[str, Any]]:
    """A customer's newest events first: column → value, without what is missing; `time` is aware, in UTC,
    `event_id` in hex digits.
    Only those of one `event` or `channel` when it is given, and of business days up to `until`; `offset` leaves out
    that many of the newest."""
    if not customers(viewer).filter(pk=customer_id).exists():
        return []
    with snapshot() as lake:
        events = lake.tables.events
        mine = events.filter(events.customer_id == customer_id)
        if event:
            mine = mine.filter(mine.event == event)
        if channel:
            mine = mine.filter(mine.channel == channel)
        if until:
            mine = mine.filter(mine.day <= until)
        newest = mine.order_by([ibis.desc("time"), "event_id"]).limit(limit, offset=offset)
        rows = lake.frame(newest.drop("origin_id", "month")).to_pylist()
    for row in rows:
        row["time"] = row["time"].replace(tzinfo=UTC)
        row["event_id"] = row["event_id"].hex()
    return [{key: value for key, value in row.items() if value is not None} for row in rows]

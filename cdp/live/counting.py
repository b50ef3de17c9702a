"""How much is taken in, minute by minute, and what events came with."""

from datetime import datetime, timedelta

from django.utils import timezone

from .models import Flush, Minute, SeenProperty
from .reading import Rows

COUNTS = ("messages", "events", "repeated", "refused", "set_aside")
KEPT = timedelta(days=2)


def minute_add(flush: Flush, rows: Rows, oldest: datetime) -> None:
    """Add a step to the minute it ends in. One process at a time takes in, so what is read is still so when it is
    written."""
    now = timezone.now()
    minute, waited = now.replace(second=0, microsecond=0), max(0.0, (now - oldest).total_seconds())
    there = {(one.key_id, one.event_type): one for one in Minute.objects.filter(flush=flush, minute=minute)}
    added = []
    for (key, event_type), tally in rows.tallies.items():
        before = there.get((key, event_type))
        counts = {name: getattr(tally, name) + getattr(before, name, 0) for name in COUNTS}
        longest = max(waited, before.waited if before else 0.0)
        one = Minute(flush=flush, key_id=key, event_type=event_type, minute=minute, waited=longest, **counts)
        added.append(one)
    Minute.objects.bulk_create(
        added,
        batch_size=50,
        update_conflicts=True,
        unique_fields=("flush", "key", "event_type", "minute"),
        update_fields=(*COUNTS, "waited"),
    )


def seen_add(rows: Rows) -> None:
    """Count which properties events came with."""
    new = rows.seen
    there = {
        (one.event_type, one.property): one
        for one in SeenProperty.objects.filter(event_type__in={event for event, _property in new})
    }
    added = []
    for (event_type, name), seen in new.items():
        before = there.get((event_type, name))
        added.append(
            SeenProperty(
                event_type=event_type,
                property=name,
                times=seen.times + (before.times if before else 0),
                wrong=seen.wrong + (before.wrong if before else 0),
                first_at=before.first_at if before else seen.first_at,
                last_at=seen.last_at,
            )
        )
    SeenProperty.objects.bulk_create(
        added,
        batch_size=100,
        update_conflicts=True,
        unique_fields=("event_type", "property"),
        update_fields=("times", "wrong", "last_at"),
    )


def minutes_forget() -> None:
    Minute.objects.filter(minute__lt=timezone.now() - KEPT)._raw_delete("default")

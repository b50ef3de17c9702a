"""How much is taken in, minute by minute, for the live page."""

from datetime import datetime, timedelta

from django.utils import timezone

from .models import Flush, Minute
from .reading import Rows

COUNTS = ("messages", "events", "repeated", "refused", "set_aside")
KEPT = timedelta(days=2)


def minute_add(flush: Flush, rows: Rows, oldest: datetime) -> None:
    """Add a step to the minute it ends in. One process at a time takes in, so what is read is still so when it is
    written."""
    now = timezone.now()
    minute, waited = now.replace(second=0, microsecond=0), max(0.0, (now - oldest).total_seconds())
    there = {(one.key_id, one.event_type): one for one in Minute.objects.filter(flush=flush, minute=minute)}
    for (key, event_type), tally in rows.tallies.items():
        one = there.get((key, event_type)) or Minute(flush=flush, key_id=key, event_type=event_type, minute=minute)
        for name in COUNTS:
            setattr(one, name, getattr(one, name) + getattr(tally, name))
        one.waited = max(one.waited, waited)
        there[key, event_type] = one
    changed = [there[place] for place in rows.tallies]
    Minute.objects.bulk_create((one for one in changed if one.pk is None), batch_size=500)
    Minute.objects.bulk_update((one for one in changed if one.pk), [*COUNTS, "waited"], batch_size=100)


def minutes_forget() -> None:
    Minute.objects.filter(minute__lt=timezone.now() - KEPT)._raw_delete("default")

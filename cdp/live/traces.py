"""What is kept of requests that are in the lake, so that whoever sets up a sender sees what became of them: the
latest of each key, for a day."""

from datetime import timedelta

from django.utils import timezone

from .models import Arrival, Flush, Trace, Violation, WriteKey

KEPT_OF_KEY = 100
KEPT = timedelta(days=1)
# A request may be half a megabyte; so long ones are not kept.
LONGEST = 64_000
VIOLATIONS_OF_KEY = 500


def traces_keep(flush: Flush) -> None:
    """Copy the latest requests of each key out of a flush that is being closed."""
    for key in WriteKey.objects.filter(source__slug=flush.batch.source):
        latest = Arrival.objects.filter(flush=flush, key=key).order_by("-pk")[:KEPT_OF_KEY]
        kept = [_trace(flush, one) for one in latest if len(one.body) <= LONGEST]
        if kept:
            Trace.objects.bulk_create(kept)
            _forget_but_latest(key)
        _violations_forget(key)


def _trace(flush: Flush, arrival: Arrival) -> Trace:
    return Trace(
        key_id=arrival.key_id,
        flush=flush,
        arrival_id=arrival.pk,
        kind=arrival.kind,
        received_at=arrival.received_at,
        body=bytes(arrival.body),
    )


def _forget_but_latest(key: WriteKey) -> None:
    of_key = Trace.objects.filter(key=key)
    last = of_key.order_by("-arrival_id").values_list("arrival_id", flat=True)[KEPT_OF_KEY - 1 : KEPT_OF_KEY]
    for arrival_id in last:
        of_key.filter(arrival_id__lt=arrival_id)._raw_delete("default")


def traces_forget() -> None:
    Trace.objects.filter(received_at__lt=timezone.now() - KEPT)._raw_delete("default")
    for key in WriteKey.objects.all():
        _violations_forget(key)


def _violations_forget(key: WriteKey) -> None:
    of_key = Violation.objects.filter(key=key)
    ids = of_key.order_by("-pk").values_list("pk", flat=True)
    for last in ids[VIOLATIONS_OF_KEY - 1 : VIOLATIONS_OF_KEY]:
        of_key.filter(pk__lt=last)._raw_delete("default")

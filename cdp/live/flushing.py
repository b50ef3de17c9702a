"""What was taken in goes into the lake: one batch a source and stretch of time, once and as a whole."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from cdp.sources.models import Source
from cdp.store.lock import exclusive
from cdp.store.models import BatchState
from cdp.store.services import batch_commit, batch_open, batch_undo, events_add

from .hot import hot_of_flush
from .models import Arrival, Flush, HotEvent, Minute, SeenMessage, Step, Violation
from .traces import traces_keep

# Who takes in or flushes holds this lock.
LIVE = "live"
# An open flush is finished when it is so old, or holds so many events.
OLDEST = timedelta(seconds=60)
MOST_EVENTS = 50_000
# So long a message is known when it comes again.
REMEMBERED = timedelta(days=7)
# Longer than any refresh takes.
FOLLOWED = timedelta(days=1)


def flush_running(source: Source) -> Flush:
    """The open flush of a source, begun when there is none."""
    found = flushes_open().filter(batch__source=source.slug).first()
    if found is not None:
        return found
    # Together: an open batch that no flush knows would stay open for good.
    with transaction.atomic():
        return Flush.objects.create(batch=batch_open(source=source.slug, channel=source.channel, is_live=True))


def flushes_open() -> QuerySet[Flush]:
    return Flush.objects.filter(finished_at=None).select_related("batch").order_by("pk")


def flushes_due() -> list[Flush]:
    long_ago = timezone.now() - OLDEST
    return [one for one in flushes_open() if one.opened_at <= long_ago or one.events >= MOST_EVENTS]


def flush_finish(flush: Flush) -> None:
    """Bring a flush into everybody's sight. Stopped anywhere, it is finished or taken back by `flush_recover`."""
    with exclusive(LIVE):
        Flush.objects.filter(pk=flush.pk).update(is_busy=True)
        hot = hot_of_flush(flush.pk)
        if hot.num_rows:
            events_add(batch=flush.batch, events=hot)
        batch_commit(batch=flush.batch)
        _close(flush)


def _close(flush: Flush) -> None:
    """What was on its way has arrived; the requests it came with are no longer needed."""
    with transaction.atomic():
        traces_keep(flush)
        flush.hot.all()._raw_delete("default")
        flush.arrivals.all()._raw_delete("default")
        Flush.objects.filter(pk=flush.pk).update(is_busy=False, finished_at=timezone.now())


def flush_recover() -> None:
    """See to flushes over which somebody died: those whose batch is in use are done, others are taken back."""
    for flush in flushes_open().filter(is_busy=True):
        flush.batch.refresh_from_db()
        if flush.batch.state == BatchState.DONE:
            _close(flush)
        else:
            flush_undo(flush)


def flush_undo(flush: Flush) -> None:
    """As if nothing of it had been taken in yet: its arrivals wait again."""
    batch_undo(batch=flush.batch)
    with transaction.atomic():
        for model in (HotEvent, SeenMessage, Step, Violation, Minute):
            model._default_manager.filter(flush=flush)._raw_delete("default")
        Arrival.objects.filter(flush=flush).update(flush=None)
        Flush.objects.filter(pk=flush.pk).update(is_busy=False, finished_at=timezone.now(), events=0)


def steps_again(since: datetime) -> None:
    """Have those who follow look at whatever was taken in from that moment on once more: what was worked out as of
    then knows nothing of it, and has taken the place of what was compared with."""
    Step.objects.filter(made_at__gte=since).update(is_followed=False)


def messages_forget() -> None:
    """What came so long ago that it does not come again, and steps nobody has to follow any more."""
    now = timezone.now()
    SeenMessage.objects.filter(seen_at__lt=now - REMEMBERED)._raw_delete("default")
    Step.objects.filter(made_at__lt=now - FOLLOWED, is_followed=True)._raw_delete("default")

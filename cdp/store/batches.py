"""A batch comes into sight as a whole, and can be taken back as a whole.

Everything is written while the batch is OPEN, and an OPEN batch is hidden: its customers are not in
the mirror, its events are filtered out. Committing writes the mirror and shows the new versions of all
tables in one transaction. A batch whose writer was killed stays OPEN; undoing it cleans up, and may
itself be stopped and run again.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
from django.db import transaction
from django.db.models import Max

from .changes import changes_note
from .delta import NO_VERSION, table_version
from .events import events_remove
from .lock import Waiting, exclusive
from .mirror import NOBODY_MOVED, mirror_write, overrides_put, overrides_read
from .models import Batch, BatchState, Customer, Record
from .profiles import golden_refresh
from .replacing import batch_restore
from .sightings import sightings_settle
from .undo import UNDO_STEPS
from .versions import version_publish
from .views import EVENTS


def batch_open(*, source: str, channel: str = "", is_live: bool = False) -> Batch:
    last = Customer.objects.aggregate(last=Max("pk"))["last"] or 0
    return Batch.objects.create(source=source, channel=channel, first_customer=last + 1, is_live=is_live)


@contextmanager
def batch_writing(*, source: str, channel: str = "", waiting: Waiting = None) -> Iterator[Batch]:
    """Write a batch that adds events: committed at the end, undone when the work fails.

    One at a time: what is stored already cannot be told while another batch with the same events is still
    open, since that one may yet be given up. `waiting` is called every second until it is our turn.
    """
    with exclusive("batch", waiting):
        batch = batch_open(source=source, channel=channel)
        try:
            yield batch
            batch_commit(batch=batch)
        except BaseException:
            batch_undo(batch=batch)
            raise


def batch_commit(*, batch: Batch) -> None:
    """Bring everything the batch wrote into sight."""
    batch.refresh_from_db()
    if batch.state != BatchState.OPEN:
        raise ValueError(f"batch {batch.pk} is {batch.state}, not open")
    _publish(batch, BatchState.DONE)
    sightings_settle()


def batch_undo(*, batch: Batch) -> None:
    """Return to the state without the batch: events, records, identifiers, customers and merges."""
    batch.refresh_from_db()
    if batch.state == BatchState.UNDONE:
        return
    made = Customer.objects.filter(batch=batch).values_list("pk", flat=True)
    with transaction.atomic():
        batch.state = BatchState.OPEN
        batch.save(update_fields=["state"])
        changes_note(batch=batch, customers=np.fromiter(made.iterator(), dtype=np.int64))
    spoken = Record.objects.filter(batch=batch).values_list("origin_id", flat=True)
    touched = [np.fromiter(spoken.iterator(), dtype=np.int64), batch_restore(batch=batch)]
    events_remove(batch)
    Record.objects.filter(batch=batch)._raw_delete("default")
    touched += [step(batch=batch) for step in UNDO_STEPS]
    golden_refresh(np.concatenate(touched), batch=batch)
    _publish(batch, BatchState.UNDONE)


def profiles_refresh() -> None:
    """Write all of the mirror and the overrides anew, whatever changed and however."""
    _publish(None, "", everyone=True)


def changes_publish() -> None:
    """Bring into sight what changed outside any batch: a merge, a profile somebody corrected."""
    _publish(None, "")


def _publish(batch: Batch | None, state: str, *, everyone: bool = False) -> None:
    with exclusive("lake"):
        events = table_version(EVENTS)
        # Before the first event there is none that is stored under an earlier customer.
        moved = overrides_read() if events != NO_VERSION else NOBODY_MOVED
        with ThreadPoolExecutor(1) as beside:
            overrides = beside.submit(overrides_put, moved)
            mirror = mirror_write(batch, everyone=everyone)
        version_publish(
            profiles=mirror.version,
            personal=mirror.personal,
            changes=mirror.changes,
            overrides=overrides.result(),
            events=events,
            batch=batch,
            state=state,
        )

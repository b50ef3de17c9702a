"""A batch comes into sight as a whole, and can be taken back as a whole.

Everything is written while the batch is OPEN, and an OPEN batch is hidden: its customers are not in
the mirror, its events are filtered out. Committing writes the mirror and shows the new versions of all
tables in one transaction. A batch whose writer was killed stays OPEN; undoing it cleans up, and may
itself be stopped and run again.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from .delta import table_version
from .events import events_remove
from .lock import Waiting, exclusive
from .models import Batch, BatchState, Record
from .profiles import golden_refresh, mirror_write, overrides_write
from .undo import UNDO_STEPS
from .versions import version_publish
from .views import EVENTS


def batch_open(*, source: str, channel: str = "") -> Batch:
    return Batch.objects.create(source=source, channel=channel)


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


def batch_undo(*, batch: Batch) -> None:
    """Return to the state without the batch: events, records, identifiers, customers and merges."""
    batch.refresh_from_db()
    if batch.state == BatchState.UNDONE:
        return
    batch.state = BatchState.OPEN
    batch.save(update_fields=["state"])
    spoken = Record.objects.filter(batch=batch).values_list("origin_id", flat=True)
    touched = [np.fromiter(spoken.iterator(), dtype=np.int64)]
    events_remove(batch)
    Record.objects.filter(batch=batch)._raw_delete("default")
    touched += [step(batch=batch) for step in UNDO_STEPS]
    golden_refresh(np.concatenate(touched))
    _publish(batch, BatchState.UNDONE)


def profiles_refresh() -> None:
    """Write the mirror and the overrides anew after customers, merges or attributes changed."""
    _publish(None, "")


def _publish(batch: Batch | None, state: str) -> None:
    with exclusive("lake"):
        version_publish(
            profiles=mirror_write(batch if state == BatchState.DONE else None),
            overrides=overrides_write(),
            events=table_version(EVENTS),
            batch=batch,
            state=state,
        )

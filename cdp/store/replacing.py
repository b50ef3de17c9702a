"""A batch that takes the place of all its source said before: a new full list of members, say.

Nothing is deleted. Batches that were replaced stay as they are; their events are hidden and their records count no
more, from the moment the new batch comes into sight until it is undone. Undoing one in the middle hands on what it
had replaced to whoever replaced it.
"""

import numpy as np
from django.db import transaction
from django.db.models import QuerySet

from .models import Batch, BatchState, Record
from .profiles import golden_refresh


def batch_replace(*, batch: Batch) -> None:
    """Let an open batch, whose records are stored, replace all of its source that is in use."""
    before = Batch.objects.filter(source=batch.source, state=BatchState.DONE, replaced_by=None).exclude(pk=batch.pk)
    with transaction.atomic():
        batch.replaces = True
        batch.save(update_fields=["replaces"])
        before.update(replaced_by=batch)
    golden_refresh(origins_said(Batch.objects.filter(replaced_by=batch)), batch=batch)


def batch_restore(*, batch: Batch) -> np.ndarray:
    """Put back what a batch had replaced; returns the customers whose golden profile may differ."""
    Batch.objects.filter(replaced_by=batch).update(replaced_by=batch.replaced_by)
    if not batch.replaces:
        return np.empty(0, np.int64)
    # All of the source: an undo that was stopped half-way finds nothing replaced any more.
    return origins_said(Batch.objects.filter(source=batch.source))


def origins_said(batches: QuerySet[Batch]) -> np.ndarray:
    spoken = Record.objects.filter(batch__in=batches).values_list("origin_id", flat=True)
    return np.fromiter(spoken.iterator(), dtype=np.int64)

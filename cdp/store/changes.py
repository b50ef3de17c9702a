"""Whose row of the mirror may be out of date: noted before a customer is written, settled when the mirror is.

A note without a batch is made in the transaction of the write it is about. A batch writes in many short ones,
so its notes are kept until it is closed: whatever another commit saw of it meanwhile is looked at again.
The customers a batch makes itself need no note.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Q
from pyroaring import BitMap

from .models import Batch, BatchState, ProfileChange


@dataclass(frozen=True)
class Changes:
    """`customers` is who may have changed; `settled` are the notes nobody needs once that is written."""

    customers: BitMap
    settled: Sequence[int]


def changes_note(*, batch: Batch | None, customers: np.ndarray) -> None:
    """Call it before these customers are changed, moved to another batch or removed."""
    if len(customers):
        ids = BitMap(np.asarray(customers, dtype=np.uint32))
        ids.run_optimize()
        ProfileChange.objects.create(batch=batch, customers=ids.serialize())


def changes_read(closing: Batch | None) -> Changes:
    """All notes there are, of which those stay that belong to a batch still open after `closing` is closed."""
    notes = ProfileChange.objects.values_list("pk", "customers")
    found = BitMap.union(BitMap(), *(BitMap.deserialize(bytes(customers)) for _pk, customers in notes))
    return Changes(found, [pk for pk, _customers in notes.filter(_over(closing))])


def _over(closing: Batch | None) -> Q:
    over: Any = Q(batch=None) | ~Q(batch__state=BatchState.OPEN)
    return over | Q(batch=closing) if closing is not None else over


def changes_settle(changes: Changes) -> None:
    """In the transaction that shows the mirror they went into."""
    ProfileChange.objects.filter(pk__in=changes.settled).delete()

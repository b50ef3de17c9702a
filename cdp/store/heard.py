"""Where each value of a customer's profile comes from, and what else was heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from json import loads
from operator import itemgetter
from typing import Any

import numpy as np
from django.contrib.auth.models import AbstractUser

from cdp.access.masking import masked
from cdp.access.viewer import Viewer, sees_personal
from cdp.engine import workspace

from .customers import members_read
from .models import Attribute, Batch, ValueLock
from .profiles import records_of
from .selectors import customers
from .survivorship import SCORED, scored_prepare


@dataclass(frozen=True)
class Heard:
    """One value, the batch whose word it is, and when that came."""

    value: Any
    batch: int
    source: str
    at: datetime


@dataclass(frozen=True)
class Lock:
    by: AbstractUser | None
    at: datetime
    note: str


@dataclass(frozen=True)
class ValueOrigin:
    """The value that counts, the word it is (None when set by hand: then `lock` says by whom), and all others
    heard, the better first. Personal values are masked unless the viewer may see them (`hidden`)."""

    attribute: Attribute
    value: Any
    heard: Heard | None
    lock: Lock | None
    others: Sequence[Heard]
    hidden: bool


def value_origins(viewer: Viewer, customer_id: int) -> list[ValueOrigin]:
    """Of every attribute somebody said something about, in the registry's order."""
    if not customers(viewer).filter(pk=customer_id).exists():
        return []
    members = members_read(np.array([customer_id]))
    words = _words(members)
    batches = {batch.pk: batch for batch in Batch.objects.filter(pk__in={word["batch_id"] for word in words})}
    said = {key: [_heard(word, batches) for word in rows] for key, rows in groupby(words, key=itemgetter("key"))}
    rows = ValueLock.objects.filter(customer__in=members["id"].to_pylist(), lifted_at=None).select_related("set_by")
    locks = {row.attribute: row for row in rows.order_by("pk")}
    clear = sees_personal(viewer)
    known = Attribute.objects.filter(slug__in={*said, *locks})
    return [
        _origin(row, said.get(row.slug, []), locks.get(row.slug), hidden=row.personal and not clear)
        for row in known
    ]


def _words(members: Any) -> list[dict[str, Any]]:
    with workspace() as workbench:
        workbench.register("members", members)
        workbench.register("records", records_of(members["id"].to_numpy()))
        scored_prepare(workbench)
        rows = workbench.sql(
            f"WITH {SCORED} SELECT key, value::VARCHAR AS value, batch_id FROM scored"
            " ORDER BY key, score DESC, batch_id DESC, id DESC"
        )
        return rows.to_arrow_table().to_pylist()


def _heard(word: dict[str, Any], batches: dict[int, Batch]) -> Heard:
    batch = batches[word["batch_id"]]
    return Heard(loads(word["value"]), batch.pk, batch.source, batch.created_at)


def _origin(row: Attribute, said: list[Heard], lock: ValueLock | None, *, hidden: bool) -> ValueOrigin:
    if hidden:
        said = [Heard(masked(str(one.value)), one.batch, one.source, one.at) for one in said]
    if lock is None:
        return ValueOrigin(row, said[0].value, said[0], None, said[1:], hidden)
    value = masked(str(lock.value)) if hidden else lock.value
    return ValueOrigin(row, value, None, Lock(lock.set_by, lock.set_at, lock.note), said, hidden)

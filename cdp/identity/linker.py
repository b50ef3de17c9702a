"""Linking a batch: from rows with identifiers to customers, in one pass over sets.

Ids are reserved first and the sighting is written before anything else, so whatever a killed writer
leaves behind is found, and taken back, by undoing its batch.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from django.db import connection
from django.utils import timezone

from cdp.errors import N_, Problem, UserError
from cdp.store.bulk import ids_reserve, rows_insert, rows_read, rows_update
from cdp.store.changes import changes_note
from cdp.store.customers import members_read
from cdp.store.lock import exclusive
from cdp.store.models import Batch, BatchState, Customer
from cdp.store.services import golden_refresh
from cdp.store.sightings import sightings_add

from .known import known_read
from .linking import NOBODY, Decision, Known, Nodes, decide, new_units, nodes_of, row_origins
from .models import Identifier, IdentifierType, Merge

Progress = Callable[[int, int], None]
SHARED = N_("They came with the same identifier.")
IDS = pa.schema([("id", pa.int64())])


@dataclass(frozen=True)
class Preview:
    """Customers that are known, that would be new, and that would be merged away; rows without identifiers."""

    known: int
    new: int
    without: int
    merged: int = 0


def identities_link(*, batch: Batch, identifiers: pa.Table, progress: Progress | None = None) -> pa.Table:
    """Find or make the customer of each row: row, origin_id, and whether the customer was known before.

    `identifiers` has `row` and one text column a registered identifier type; values are clean, null is
    absent. A row without any identifier has no origin. Raises `UserError` for unregistered types.
    """
    tell = progress or (lambda done, total: None)
    nodes = nodes_of(identifiers, _types(identifiers))
    with exclusive("identity"):
        known = known_read(nodes)
        units = new_units(nodes, known)
        decision = decide(nodes, known, ids_reserve(Customer, len(units)))
        tell(1, 4)
        ids = known.id.copy()
        new = np.flatnonzero(known.id < 0)
        first = ids_reserve(Identifier, len(new))
        ids[new] = first + np.arange(len(new))
        sightings_add(batch=batch, groups=nodes.group, identifiers=ids)
        _customers_add(batch, decision)
        tell(2, 4)
        _identifiers_add(batch, nodes, decision, ids, new)
        tell(3, 4)
        _merge(batch, decision)
        _adopt(batch, known)
    origins = row_origins(nodes, decision)
    known_rows = np.zeros(len(origins), dtype=bool)
    there = nodes.row_group >= 0
    known_rows[there] = decision.group_known[nodes.row_group[there]]
    tell(4, 4)
    return pa.table(
        {
            "row": identifiers["row"].cast(pa.int64()),
            "origin_id": pa.array(origins, pa.int32(), mask=origins == NOBODY),
            "known": known_rows,
        }
    )


def identities_preview(*, identifiers: pa.Table) -> Preview:
    """What linking these rows would come to; writes nothing. Of a type not registered yet nothing is known."""
    nodes = nodes_of(identifiers, _types(identifiers, registered_only=False))
    known = known_read(nodes)
    decision = decide(nodes, known, np.iinfo(np.int32).max)
    people = len(np.unique(known.root[known.root >= 0])) - len(decision.loser)
    new = int(np.count_nonzero(~decision.group_known))
    without = int(np.count_nonzero(nodes.row_group == NOBODY))
    return Preview(people, new, without, len(decision.loser))


def _types(identifiers: pa.Table, registered_only: bool = True) -> list[str]:
    """The types of the columns, the most trusted first."""
    order = list(IdentifierType.objects.order_by("priority", "slug").values_list("slug", flat=True))
    given = [name for name in identifiers.column_names if name != "row"]
    unknown = [name for name in given if name not in order]
    if unknown and registered_only:
        message = N_("“%(slug)s” is not a registered identifier type.")
        raise UserError(*(Problem((slug,), message, N_("Register it first."), {"slug": slug}) for slug in unknown))
    return sorted(given, key=[*order, *unknown].index)


def _now() -> str:
    return str(connection.ops.adapt_datetimefield_value(timezone.now()))


def _customers_add(batch: Batch, decision: Decision) -> None:
    count = len(decision.unit_root)
    if not count:
        return
    units = decision.origin[decision.unit_node]
    now = _now()
    roots = decision.unit_root
    rows = pa.table({"id": units, "merged_into_id": pa.array(roots, pa.int64(), mask=roots == NOBODY)})
    fixed = {"attributes": "{}", "batch_id": batch.pk, "moved": False, "created_at": now, "updated_at": now}
    rows_insert(Customer, rows, fixed)


def _identifiers_add(batch: Batch, nodes: Nodes, decision: Decision, ids: np.ndarray, new: np.ndarray) -> None:
    for slug, values, start in zip(nodes.types, nodes.values, nodes.starts(), strict=False):
        mine = new[(new >= start) & (new < start + len(values))]
        rows = pa.table(
            {
                "id": ids[mine],
                "value": values.take(pa.array(mine - start)),
                "origin_id": decision.origin[mine],
                "primary": decision.primary[mine],
            }
        )
        rows_insert(Identifier, rows, {"type": slug, "batch_id": batch.pk})
    moved = pa.table({"id": ids[decision.moved], "origin_id": decision.origin[decision.moved]})
    rows_update(Identifier, moved, {"primary": True})


def _merge(batch: Batch, decision: Decision) -> None:
    if not len(decision.loser):
        return
    members = members_read(decision.loser)
    order = np.argsort(decision.loser)
    place = order[np.searchsorted(decision.loser, members["root"].to_numpy(), sorter=order)]
    rows = pa.table({"id": members["id"], "merged_into_id": decision.winner[place]})
    ledger = pa.table({"loser_id": decision.loser, "winner_id": decision.winner})
    rows_insert(Merge, ledger, {"batch_id": batch.pk, "reason": SHARED, "merged_at": _now()})
    changes_note(batch=batch, customers=members["id"].to_numpy())
    rows_update(Customer, rows, {"moved": True, "updated_at": _now()})
    golden_refresh(np.unique(decision.winner), batch=batch)


def _adopt(batch: Batch, known: Known) -> None:
    """Customers this batch also knows must be seen with it, even if the batch that made them is given up."""
    others = Batch.objects.filter(state=BatchState.OPEN).exclude(pk=batch.pk).values_list("pk", flat=True)
    if not others:
        return
    theirs = rows_read(f"SELECT id FROM store_customer WHERE batch_id IN ({', '.join(map(str, others))})", IDS)[
        "id"
    ].to_numpy()
    mine = np.intersect1d(theirs, np.concatenate([known.origin, known.root]))
    changes_note(batch=batch, customers=mine)
    rows_update(Customer, pa.table({"id": mine}), {"batch_id": batch.pk})

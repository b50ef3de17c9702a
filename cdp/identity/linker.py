"""Linking a batch: from rows with identifiers to customers, in one pass over sets.

Ids are reserved first and the sighting is written before anything else, so whatever a killed writer
leaves behind is found, and taken back, by undoing its batch.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from cdp.errors import N_
from cdp.store.bulk import ids_reserve, rows_insert, rows_read, rows_together, rows_update
from cdp.store.changes import changes_note
from cdp.store.customers import members_read
from cdp.store.lock import exclusive
from cdp.store.models import Batch, BatchState, Customer
from cdp.store.services import golden_refresh
from cdp.store.sightings import sightings_add

from .batch_rules import batch_rules
from .blocking import blocked_drop
from .graph import Links, Settled, settle
from .known import known_read
from .ledger import merges_add, now_text
from .linking import (
    NOBODY,
    Decision,
    Elements,
    Known,
    Nodes,
    decide,
    in_node_order,
    nodes_of,
    own_rows,
    row_origins,
)
from .models import Identifier
from .refusals import Refused, refusals_review
from .rules import rules_read, types_given

Progress = Callable[[int, int], None]
SHARED = N_("They came with the same identifier.")
IDS = pa.schema([("id", pa.int64())])


@dataclass(frozen=True)
class Preview:
    """Customers that are known, that would be new, and that would be merged away; rows without identifiers;
    links that would be refused; and identifiers that are blocked, by type."""

    known: int
    new: int
    without: int
    merged: int
    refused: int
    blocked: dict[str, int]


@dataclass(frozen=True)
class _Linking:
    """A batch worked out, and nothing of it written yet."""

    nodes: Nodes
    known: Known
    elements: Elements
    links: Links
    settled: Settled
    unit_node: np.ndarray
    blocked: dict[str, int]

    def decide(self, first_unit: int) -> Decision:
        return decide(self.nodes, self.known, self.elements, self.settled, self.unit_node, first_unit)


def _worked_out(identifiers: pa.Table, registered_only: bool = True, is_unblocked: bool = False) -> _Linking:
    rules = rules_read()
    types = types_given(identifiers, rules, registered_only)
    kept, blocked = (identifiers, {}) if is_unblocked else blocked_drop(identifiers, types)
    nodes = nodes_of(kept, types)
    known = known_read(nodes)
    elements, links, bounds = batch_rules(nodes, known, rules)
    settled = settle(elements.count, links, bounds, lambda places: places[in_node_order(links, places)])
    unit_node = own_rows(nodes, known, elements, settled)
    return _Linking(nodes, known, elements, links, settled, unit_node, blocked)


def identities_link(
    *, batch: Batch, identifiers: pa.Table, progress: Progress | None = None, is_unblocked: bool = False
) -> pa.Table:
    """Find or make the customer of each row: row, origin_id, and whether the customer was known before.

    `identifiers` has `row` and one text column a registered identifier type; values are clean, null is
    absent. A row without any identifier has no origin; one whose identifiers are all blocked neither, unless the
    caller has left those out (`is_unblocked`). Raises `UserError` for unregistered types.
    """
    tell = progress or (lambda done, total: None)
    with exclusive("identity"):
        work = _worked_out(identifiers, is_unblocked=is_unblocked)
        decision = work.decide(ids_reserve(Customer, len(work.unit_node)))
        tell(1, 4)
        nodes, known = work.nodes, work.known
        ids = known.id.copy()
        new = np.flatnonzero(known.id < 0)
        ids[new] = ids_reserve(Identifier, len(new)) + np.arange(len(new))
        _sightings_add(batch, nodes, ids)
        with rows_together(len(work.unit_node) + len(new)):
            _customers_add(batch, decision)
            tell(2, 4)
            _identifiers_add(batch, nodes, decision, ids, new)
            tell(3, 4)
            _merge(batch, decision)
        _adopt(batch, known)
        refusals_review(_refused(work, decision), batch=batch)
    tell(4, 4)
    return _rows(identifiers, nodes, decision)


def _rows(identifiers: pa.Table, nodes: Nodes, decision: Decision) -> pa.Table:
    origins = row_origins(nodes, decision)
    there = nodes.anchor >= 0
    known = np.zeros(len(origins), dtype=bool)
    known[there] = decision.was_known[nodes.anchor[there]]
    return pa.table(
        {
            "row": identifiers["row"].cast(pa.int64()),
            "origin_id": pa.array(origins, pa.int32(), mask=~there),
            "known": known,
        }
    )


def identities_preview(*, identifiers: pa.Table) -> Preview:
    """What linking these rows would come to; writes nothing. Of a type not registered yet nothing is known."""
    work = _worked_out(identifiers, registered_only=False)
    decision = work.decide(np.iinfo(np.int32).max)
    people = len(np.unique(decision.root[decision.was_known]))
    without = int(np.count_nonzero(work.nodes.anchor == NOBODY))
    refused = len(work.settled.refused)
    return Preview(people, decision.customers_new, without, len(decision.loser), refused, work.blocked)


def _refused(work: _Linking, decision: Decision) -> Refused:
    places = work.settled.refused
    # What people's word adds comes after the links of the nodes; it is refused without a review.
    linked = places < len(work.nodes.left)
    places = places[linked]
    left, right = work.nodes.left[places], work.nodes.right[places]
    nodes = work.nodes
    return Refused(
        decision.root[left],
        decision.root[right],
        work.settled.why[linked],
        [nodes.types[kind] for kind in nodes.kind[right].tolist()],
        nodes.values_at(right),
    )


def _sightings_add(batch: Batch, nodes: Nodes, ids: np.ndarray) -> None:
    """Each anchor with itself and with what came along with it."""
    anchors = nodes.anchors
    groups, members = np.concatenate([anchors, nodes.left]), np.concatenate([anchors, nodes.right])
    sightings_add(batch=batch, groups=ids[groups], identifiers=ids[members])


def _customers_add(batch: Batch, decision: Decision) -> None:
    if not len(decision.unit_node):
        return
    roots = decision.unit_root
    units = decision.origin[decision.unit_node]
    rows = pa.table({"id": units, "merged_into_id": pa.array(roots, pa.int64(), mask=roots == NOBODY)})
    now = now_text()
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
    members = members_read(np.concatenate([decision.loser, decision.winner]))
    merges_add(decision.loser, decision.winner, members, batch=batch, reason=SHARED)
    lost = members.filter(np.isin(members["root"].to_numpy(), decision.loser))
    order = np.argsort(decision.loser)
    place = order[np.searchsorted(decision.loser, lost["root"].to_numpy(), sorter=order)]
    changes_note(batch=batch, customers=lost["id"].to_numpy())
    rows = pa.table({"id": lost["id"], "merged_into_id": decision.winner[place]})
    rows_update(Customer, rows, {"moved": True, "updated_at": now_text()})
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

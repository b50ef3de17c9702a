"""Taking a batch back exactly: what is left is as if the batch had never come.

The sightings of all other batches say which identifiers remain and which of them belong together. An
origin goes with its primary identifier (whatever came with that origin showed it), so a customer that
only this batch held together falls apart, and rows and events stay with whom they named.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from django.db import connection
from django.utils import timezone

from cdp.store.bulk import rows_delete, rows_read, rows_update
from cdp.store.changes import changes_note
from cdp.store.customers import members_read, roots_of
from cdp.store.lock import exclusive
from cdp.store.models import Batch, Customer
from cdp.store.sightings import sightings_elsewhere, sightings_of, sightings_remove
from cdp.store.undo import undo_step

from .known import units_read
from .linking import NOBODY, components, least
from .models import Identifier, Merge

IDS = pa.schema([("id", pa.int64())])
MERGES = pa.schema([(name, pa.int64()) for name in ("id", "loser_id", "winner_id", "batch_id")])


@undo_step
def identity_undo(*, batch: Batch) -> np.ndarray:
    """Take back identifiers, customers and merges; returns customers whose profile may have changed."""
    with exclusive("identity"):
        seen = sightings_of(batch)
        origins = np.unique(units_read("id", seen)["origin"].to_numpy())
        members = members_read(roots_of(origins))
        touched = members["id"].to_numpy()
        left = _left(batch, seen, touched)
        changes_note(batch=batch, customers=touched)
        _rehome(batch, left)
        _part(members, left)
        rows_delete(Identifier, left.gone.tolist())
        sightings_remove(batch)
        _leave_empty(batch)
    return touched


@dataclass(frozen=True)
class Left:
    """The identifiers that remain. `person` numbers who belongs together, `batch` is the first that shows each."""

    id: np.ndarray
    origin: np.ndarray
    primary: np.ndarray
    person: np.ndarray
    batch: np.ndarray
    was: np.ndarray
    gone: np.ndarray


def _left(batch: Batch, seen: np.ndarray, origins: np.ndarray) -> Left:
    stored = units_read("origin_id", origins)
    ids = stored["id"].to_numpy()
    elsewhere = sightings_elsewhere(batch=batch, identifiers=ids)
    shown = elsewhere["identifier_id"].to_numpy().astype(np.int64)
    remain = np.isin(ids, shown) | ~np.isin(ids, seen)
    ids, gone = ids[remain], ids[~remain]
    order = np.argsort(ids)
    column = {name: stored[name].to_numpy()[remain][order] for name in ("id", "origin", "primary", "batch")}
    places = np.searchsorted(column["id"], shown)
    batches = elsewhere["batch_id"].to_numpy().astype(np.int64)
    keys = np.stack([batches, elsewhere["group_id"].to_numpy().astype(np.int64)])
    links = np.unique(keys, axis=1, return_inverse=True)[1].ravel() if len(shown) else np.empty(0, np.int64)
    person = components(places, links, len(ids), int(links.max(initial=-1)) + 1)
    first = least(places, batches, len(ids), NOBODY)
    was = column["batch"]
    return Left(
        column["id"],
        column["origin"],
        column["primary"] == 1,
        person,
        np.where(first == NOBODY, was, first),
        was,
        gone,
    )


def _rehome(batch: Batch, left: Left) -> None:
    """Identifiers that came along with a primary they no longer belong with go to one they do."""
    people = int(left.person.max(initial=-1)) + 1
    home = least(left.person[left.primary], left.origin[left.primary], people, NOBODY)
    owner = np.unique(left.origin[left.primary])
    at = np.searchsorted(owner, left.origin)
    at[at == len(owner)] = 0
    owner_person = left.person[left.primary][np.argsort(left.origin[left.primary])]
    settled = (owner[at] == left.origin) & (owner_person[at] == left.person) if len(owner) else left.primary
    stray = ~settled & (home[left.person] != NOBODY)
    left.origin[stray] = home[left.person[stray]]
    changed = stray | ((left.was == batch.pk) & (left.batch != left.was))
    rows_update(
        Identifier,
        pa.table({"id": left.id[changed], "origin_id": left.origin[changed], "batch_id": left.batch[changed]}),
    )
    _hand_over(batch, left)


def _hand_over(batch: Batch, left: Left) -> None:
    """Customer rows of this batch whose primary identifier others also showed are theirs from now on."""
    kept = left.primary & (left.batch != batch.pk)
    order = np.argsort(left.origin[kept])
    origins, batches = left.origin[kept][order], left.batch[kept][order]
    mine = rows_read(f"SELECT id FROM store_customer WHERE batch_id = {int(batch.pk)}", IDS)["id"].to_numpy()
    there = np.isin(origins, mine)
    for heir in Batch.objects.filter(pk__in=np.unique(batches[there]).tolist()):
        changes_note(batch=heir, customers=origins[there & (batches == heir.pk)])
    rows_update(Customer, pa.table({"id": origins[there], "batch_id": batches[there]}))


def _part(members: pa.Table, left: Left) -> None:
    """Point every row at the smallest id of those it still belongs with."""
    rows = np.sort(members["id"].to_numpy())
    now = members["root"].to_numpy()[np.argsort(members["id"].to_numpy())]
    by_hand = _merged_by_hand(rows)
    people = int(left.person.max(initial=-1)) + 1
    nodes = np.concatenate([np.searchsorted(rows, left.origin), by_hand.ravel()])
    links = np.concatenate([left.person, people + np.repeat(np.arange(len(by_hand)), 2)])
    together = components(nodes, links, len(rows), people + len(by_hand))
    root = least(together, rows, int(together.max(initial=-1)) + 1, NOBODY)[together]
    changed = root != now
    target = pa.array(root[changed], pa.int64(), mask=root[changed] == rows[changed])
    rows_update(
        Customer,
        pa.table({"id": rows[changed], "merged_into_id": target}),
        {"moved": True},
    )
    _merges_close(rows, root)


def _merges_read(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """id, loser, winner, by hand: the merges in force between these rows (as places in `rows`, sorted)."""
    sql = "SELECT id, loser_id, winner_id, coalesce(batch_id, 0) AS batch_id FROM identity_merge"
    sql += " WHERE undone_at IS NULL"
    ids, losers, winners, batches = (column.to_numpy() for column in rows_read(sql, MERGES).columns)
    ours = np.isin(losers, rows) & np.isin(winners, rows)
    places = np.searchsorted(rows, losers[ours]), np.searchsorted(rows, winners[ours])
    return ids[ours], *places, batches[ours] == 0


def _merges_close(rows: np.ndarray, root: np.ndarray) -> None:
    ids, losers, winners, _by_hand = _merges_read(rows)
    parted = ids[root[losers] != root[winners]]
    now = str(connection.ops.adapt_datetimefield_value(timezone.now()))
    rows_update(Merge, pa.table({"id": parted}), {"undone_at": now})


def _merged_by_hand(rows: np.ndarray) -> np.ndarray:
    """Pairs of places in `rows` that a person merged; those stay together."""
    _ids, losers, winners, by_hand = _merges_read(rows)
    return np.stack([losers[by_hand], winners[by_hand]], axis=1)


def _leave_empty(batch: Batch) -> None:
    """Remove customer rows of this batch that no identifier and no record names any more."""
    empty = rows_read(
        f"SELECT c.id FROM store_customer c WHERE c.batch_id = {int(batch.pk)}"
        " AND NOT EXISTS (SELECT 1 FROM identity_identifier i WHERE i.origin_id = c.id)"
        " AND NOT EXISTS (SELECT 1 FROM store_record r WHERE r.origin_id = c.id)"
        " AND NOT EXISTS (SELECT 1 FROM store_customer m WHERE m.merged_into_id = c.id)",
        IDS,
    )["id"].to_numpy()
    merges = rows_read("SELECT id, loser_id, winner_id, 0 AS batch_id FROM identity_merge", MERGES)
    about = np.isin(merges["loser_id"].to_numpy(), empty) | np.isin(merges["winner_id"].to_numpy(), empty)
    rows_delete(Merge, merges["id"].to_numpy()[about].tolist())
    rows_delete(Customer, empty.tolist())

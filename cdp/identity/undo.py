"""Taking a batch back exactly: what is left is as if the batch had never come.

The sightings of all other batches say which identifiers remain and which of them belong together. An
origin goes with its primary identifier (whatever came with that origin showed it), so a customer that
only this batch held together falls apart, and rows and events stay with whom they named.
"""

import numpy as np
import pyarrow as pa

from cdp.store.bulk import among, rows_delete, rows_read, rows_update
from cdp.store.changes import changes_note
from cdp.store.customers import roots_of
from cdp.store.lock import exclusive
from cdp.store.models import Batch, Customer, ValueLock
from cdp.store.sightings import sightings_of, sightings_remove
from cdp.store.undo import undo_step

from .anew import Story, story_read
from .known import units_read
from .ledger import MERGES
from .linking import NOBODY
from .models import Identifier, Merge, Review, Verdict
from .parting import story_apply
from .refusals import refusals_review, reviews_of_batch_drop

IDS = pa.schema([("id", pa.int64())])


@undo_step
def identity_undo(*, batch: Batch) -> np.ndarray:
    """Take back identifiers, customers and merges; returns customers whose profile may have changed."""
    with exclusive("identity"):
        seen = sightings_of(batch)
        origins = np.unique(units_read("id", seen)["origin"].to_numpy())
        story = story_read(roots_of(origins), without=batch)
        outcome = story_apply(story, story.settled(), batch=batch)
        _hand_over(batch, story)
        rows_delete(Identifier, story.gone.tolist())
        sightings_remove(batch)
        reviews_of_batch_drop(batch)
        gone = _leave_empty(batch)
        refusals_review(outcome.refused.without(gone), batch=None)
    return outcome.touched


def _hand_over(batch: Batch, story: Story) -> None:
    """Customer rows of this batch whose primary identifier others also showed are theirs from now on."""
    batches = np.where(story.first == NOBODY, story.batch, story.first)
    kept = story.primary & (batches != batch.pk)
    order = np.argsort(story.origin[kept])
    origins, batches = story.origin[kept][order], batches[kept][order]
    mine = rows_read(f"SELECT id FROM store_customer WHERE batch_id = {int(batch.pk)}", IDS)["id"].to_numpy()
    there = np.isin(origins, mine)
    for heir in Batch.objects.filter(pk__in=np.unique(batches[there]).tolist()):
        changes_note(batch=heir, customers=origins[there & (batches == heir.pk)])
    rows_update(Customer, pa.table({"id": origins[there], "batch_id": batches[there]}))


def _leave_empty(batch: Batch) -> np.ndarray:
    """Remove customer rows of this batch that no identifier and no record names any more; returns them."""
    empty = rows_read(
        f"SELECT c.id FROM store_customer c WHERE c.batch_id = {int(batch.pk)}"
        " AND NOT EXISTS (SELECT 1 FROM identity_identifier i WHERE i.origin_id = c.id)"
        " AND NOT EXISTS (SELECT 1 FROM store_record r WHERE r.origin_id = c.id)"
        " AND NOT EXISTS (SELECT 1 FROM store_customer m WHERE m.merged_into_id = c.id)",
        IDS,
    )["id"].to_numpy()
    merges = rows_read("SELECT id, loser_id, winner_id FROM identity_merge", MERGES)
    about = np.isin(merges["loser_id"].to_numpy(), empty) | np.isin(merges["winner_id"].to_numpy(), empty)
    rows_delete(Merge, merges["id"].to_numpy()[about].tolist())
    _forget(empty)
    rows_delete(Customer, empty.tolist())
    return empty


def _forget(empty: np.ndarray) -> None:
    """What people were asked about these rows; what they said of identifiers stays, and holds when those return."""
    for end in ("one_id", "other_id"):
        where, value = among(end, empty.tolist())
        found = rows_read(f"SELECT id FROM identity_review WHERE {where}", IDS, [value])
        rows_delete(Review, found["id"].to_pylist())
        named = rows_read(f"SELECT id FROM identity_verdict WHERE {where}", IDS, [value])["id"]
        rows_update(Verdict, pa.table({"id": named, end: pa.nulls(len(named), pa.int64())}))
    where, value = among("customer_id", empty.tolist())
    rows_delete(
        ValueLock, rows_read(f"SELECT id FROM store_valuelock WHERE {where}", IDS, [value])["id"].to_pylist()
    )

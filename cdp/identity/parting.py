"""Writing down who is who after it was worked out anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from cdp.store.bulk import ids_reserve, rows_insert, rows_update
from cdp.store.changes import changes_note
from cdp.store.models import Batch, Customer

from .anew import Story, names_read
from .graph import Settled
from .ledger import merges_add, merges_close, now_text
from .linking import NOBODY, least
from .models import Identifier
from .refusals import Refused

NONE: Mapping[int, int] = {}


@dataclass(frozen=True)
class Outcome:
    """`touched` are the rows whose customer may have a new profile; `refused` the links that could not be taken."""

    touched: np.ndarray
    refused: Refused


def story_apply(
    story: Story,
    settled: Settled,
    *,
    batch: Batch | None,
    reason: str = "",
    by: Any = None,
    verdicts: Mapping[int, int] = NONE,
) -> Outcome:
    """Point identifiers at their origins and rows at their customers. `batch` is the one being undone; `verdicts`
    names, by customer, the verdict that a merge of it follows from."""
    rows, was = story.rows["id"].to_numpy(), story.rows["root"].to_numpy()
    group, row_group = settled.group[: len(story.id)], settled.group[len(story.id) :]
    origin, made, made_group = _homes(story, group, row_group)
    changes_note(batch=batch, customers=np.concatenate([rows, made]))
    _identifiers_write(story, origin, batch)
    every, every_group = np.concatenate([rows, made]), np.concatenate([row_group, made_group])
    root_of_group = least(every_group, every, int(settled.group.max(initial=-1)) + 1, NOBODY)
    _customers_add(story, made, root_of_group[made_group], origin)
    root = root_of_group[row_group]
    _rows_write(rows, was, root)
    _merges_write(rows, was, root, reason=reason, by=by, verdicts=verdicts)
    places = settled.refused
    return Outcome(every, _refused(story, root_of_group[settled.group], places, settled.why))


def _homes(story: Story, group: np.ndarray, row_group: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The origin of each identifier from now on; the rows to make for what nobody takes along, and their groups."""
    count = int(max(group.max(initial=-1), row_group.max(initial=-1))) + 1
    rows = story.rows["id"].to_numpy()
    home = least(row_group, rows, count, NOBODY)
    stray = group != row_group[np.searchsorted(rows, story.origin)]
    origin = np.where(stray, home[group], story.origin)
    lonely = np.unique(group[stray & (home[group] == NOBODY)])
    first = ids_reserve(Customer, len(lonely)) if len(lonely) else 0
    made = first + np.arange(len(lonely))
    lost = origin == NOBODY
    origin[lost] = made[np.searchsorted(lonely, group[lost])]
    return origin, made, lonely


def _identifiers_write(story: Story, origin: np.ndarray, batch: Batch | None) -> None:
    gone = batch.pk if batch else 0
    shown = np.where(story.first == NOBODY, story.batch, story.first)
    owner = np.where(story.batch == gone, shown, story.batch)
    changed = (origin != story.origin) | (owner != story.batch)
    rows_update(
        Identifier,
        pa.table({"id": story.id[changed], "origin_id": origin[changed], "batch_id": owner[changed]}),
    )


def _customers_add(story: Story, made: np.ndarray, root: np.ndarray, origin: np.ndarray) -> None:
    """Rows for identifiers that came along with somebody they may not belong to."""
    if not len(made):
        return
    theirs = np.flatnonzero(np.isin(origin, made))
    primary = least(origin[theirs] - made[0], theirs, len(made), NOBODY)
    shown = np.where(story.first == NOBODY, story.batch, story.first)
    now = now_text()
    rows = pa.table(
        {
            "id": made,
            "merged_into_id": pa.array(root, pa.int64(), mask=root == made),
            "batch_id": shown[primary],
        }
    )
    rows_insert(Customer, rows, {"attributes": "{}", "moved": False, "created_at": now, "updated_at": now})
    rows_update(Identifier, pa.table({"id": np.sort(story.id[primary])}), {"primary": True})


def _rows_write(rows: np.ndarray, was: np.ndarray, root: np.ndarray) -> None:
    changed = root != was
    target = pa.array(root[changed], pa.int64(), mask=root[changed] == rows[changed])
    rows_update(Customer, pa.table({"id": rows[changed], "merged_into_id": target}), {"moved": True})


def _merges_write(
    rows: np.ndarray, was: np.ndarray, root: np.ndarray, *, reason: str, by: Any, verdicts: Mapping[int, int]
) -> None:
    merges_close(pa.table({"id": rows, "root": root}), by=by)
    lost = (was == rows) & (root != rows)
    if lost.any():
        # Whoever was merged is a side of its own; all others are rows of the customer they belong to now.
        side = np.where(np.isin(was, rows[lost]) & (rows != root), was, root)
        pairs = zip(rows[lost].tolist(), root[lost].tolist(), strict=True)
        verdict = np.array([verdicts.get(loser) or verdicts.get(winner, 0) for loser, winner in pairs])
        members = pa.table({"id": rows, "root": side})
        merges_add(rows[lost], root[lost], members, reason=reason, by=by, verdict=verdict)


def _refused(story: Story, root: np.ndarray, places: np.ndarray, why: np.ndarray) -> Refused:
    # A row has no type and value of its own to tell of.
    told = story.links.right[places] < len(story.id)
    left, right = story.links.left[places[told]], story.links.right[places[told]]
    names = names_read(story.id[np.unique(right)], story.rules).sort_by("id")
    at = np.searchsorted(names["id"].to_numpy(), story.id[right])
    kinds = names["type"].to_numpy()[at].tolist()
    types = [story.rules.types[kind] if kind < len(story.rules.types) else "" for kind in kinds]
    return Refused(root[left], root[right], why[told], types, names["value"].take(pa.array(at)).to_pylist())

"""The ledger of merges: who became whom, why, and which rows each side was made of."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils import timezone

from cdp.store.bulk import among, moment_text, rows_insert, rows_read, rows_update
from cdp.store.models import Batch

from .models import Merge

MERGES = pa.schema([(name, pa.int64()) for name in ("id", "loser_id", "winner_id")])


def now_text() -> str:
    return moment_text(timezone.now())


def merges_add(
    loser: np.ndarray,
    winner: np.ndarray,
    members: pa.Table,
    *,
    batch: Batch | None = None,
    reason: str = "",
    by: Any = None,
    verdict: np.ndarray | None = None,
) -> None:
    """Note that each loser became a winner. `members` (id, root) are the rows of all of them before that;
    `verdict` is the id of the one each merge follows from, 0 for none."""
    roots, rows_of = _sides(members)
    of_winner, of_loser = (pa.array(np.searchsorted(roots, side)) for side in (winner, loser))
    rows = pa.table(
        {
            "loser_id": loser,
            "winner_id": winner,
            "winner_rows": rows_of.take(of_winner),
            "loser_rows": rows_of.take(of_loser),
        }
    )
    if verdict is not None:
        rows = rows.append_column("verdict_id", pa.array(verdict, pa.int64(), mask=verdict == 0))
    constants = {"reason": reason, "merged_at": now_text()}
    whose = {"batch_id": getattr(batch, "pk", None), "merged_by_id": getattr(by, "pk", None)}
    rows_insert(Merge, rows, constants | {name: value for name, value in whose.items() if value is not None})


def _sides(members: pa.Table) -> tuple[np.ndarray, pa.Array]:
    """The roots, ascending, and the rows of each as a JSON array."""
    members = members.sort_by([("root", "ascending"), ("id", "ascending")])
    roots, starts = np.unique(members["root"].to_numpy(), return_index=True)
    rows = pa.ListArray.from_arrays(
        pa.array(np.append(starts, len(members)), pa.int32()), members["id"].cast(pa.string()).combine_chunks()
    )
    return roots, pc.binary_join_element_wise("[", pc.binary_join(rows, ", "), "]", "")


def merges_close(roots: pa.Table, *, by: Any = None) -> None:
    """Date the merges in force whose two sides no longer belong to one customer: `roots` has id and root of
    every row that may have parted."""
    ids, root = roots["id"].to_numpy(), roots["root"].to_numpy()
    order = np.argsort(ids)
    ids, root = ids[order], root[order]
    found = _in_force(ids)
    loser, winner = (np.searchsorted(ids, found[name].to_numpy()) for name in ("loser_id", "winner_id"))
    parted = found["id"].to_numpy()[root[loser] != root[winner]]
    whose = {"undone_by_id": by.pk} if by is not None else {}
    rows_update(Merge, pa.table({"id": parted}), {"undone_at": now_text()} | whose)


def _in_force(rows: np.ndarray) -> pa.Table:
    """The merges in force both sides of which are among these rows."""
    sql = "SELECT id, loser_id, winner_id FROM identity_merge WHERE undone_at IS NULL"
    where, value = among("loser_id", rows.tolist())
    found = rows_read(f"{sql} AND {where}", MERGES, [value])
    return found.filter(np.isin(found["winner_id"].to_numpy(), rows))

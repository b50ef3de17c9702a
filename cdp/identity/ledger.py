"""The ledger of merges: who became whom, why, and which rows each side was made of."""

from typing import Any

import numpy as np
import pyarrow as pa
from django.db import connection
from django.utils import timezone

from cdp.engine import workspace
from cdp.store.bulk import among, rows_insert, rows_read, rows_update
from cdp.store.models import Batch

from .models import Merge

MERGES = pa.schema([(name, pa.int64()) for name in ("id", "loser_id", "winner_id")])


def now_text() -> str:
    return str(connection.ops.adapt_datetimefield_value(timezone.now()))


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
    with workspace() as workbench:
        workbench.register("pairs", pa.table({"place": np.arange(len(loser)), "loser": loser, "winner": winner}))
        workbench.register("members", members)
        rows = workbench.sql(
            """
            WITH sides AS (
                SELECT root, '[' || string_agg(id::VARCHAR, ', ' ORDER BY id) || ']' AS rows
                FROM members GROUP BY root
            )
            SELECT loser AS loser_id, winner AS winner_id, w.rows AS winner_rows, l.rows AS loser_rows
            FROM pairs JOIN sides w ON w.root = winner JOIN sides l ON l.root = loser ORDER BY place
            """
        ).to_arrow_table()
    if verdict is not None:
        rows = rows.append_column("verdict_id", pa.array(verdict, pa.int64(), mask=verdict == 0))
    constants = {"reason": reason, "merged_at": now_text()}
    whose = {"batch_id": getattr(batch, "pk", None), "merged_by_id": getattr(by, "pk", None)}
    rows_insert(Merge, rows, constants | {name: value for name, value in whose.items() if value is not None})


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

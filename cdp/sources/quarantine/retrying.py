"""A retry reads the file of the load it mends, with the mended rows in place, and keeps only those it is to load.

So every event gets the identity it would have in the corrected file: loading that file afterwards, or retrying
twice, stores nothing twice. A mended row that became like others counts after them, in the order of the retries.
"""

from typing import Any

import pyarrow as pa
from django.db.models import Q

from cdp.ledger.models import JobState

from ..models import Load, RefusedRow
from ..readers.shape import Shape
from ..staging import Staged


def mended_rows_lay(connection: Any, load: Load, shape: Shape) -> None:
    """Put the mended cells into table `raw`, and make table `late` (row, turn) of them."""
    done = Q(retry__state=JobState.DONE, retry__undone_at=None)
    rows = list(RefusedRow.objects.filter(Q(retry=load) | done, load=load.retry_of).order_by("row"))
    names = [f"c{place}" for place in range(len(shape.columns))]
    texts = [row.text() for row in rows]
    table = {name: pa.array([text[place] for text in texts], pa.string()) for place, name in enumerate(names)}
    table["row"] = pa.array([row.row for row in rows], pa.int64())
    table["turn"] = pa.array([row.retry_id for row in rows], pa.int64())
    connection.register("mended", pa.table(table))
    cells = ", ".join(f"{name} = mended.{name}" for name in names)
    connection.execute(
        f"UPDATE raw SET {cells}, overflow = NULL FROM mended WHERE raw.rowid = mended.row - {shape.first_data_row}"
    ).fetchall()
    connection.execute("CREATE OR REPLACE TABLE late AS SELECT row, turn FROM mended").fetchall()
    connection.unregister("mended")


def mended_rows_only(connection: Any, load: Load, staged: Staged) -> None:
    """Leave in the workspace only the rows this retry is to load."""
    others = f"row NOT IN (SELECT row FROM late WHERE turn = {load.pk})"
    connection.execute(f"DELETE FROM clean WHERE {others}").fetchall()
    if staged.plan.mapping.kind == "events" and not staged.plan.of("key"):
        connection.execute(f"DELETE FROM again WHERE {others}").fetchall()
    staged.rows = connection.execute("SELECT count(*) FROM clean").fetchall()[0][0]
    staged.stepped.clear()

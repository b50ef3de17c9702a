"""Which batch showed which identifiers together: ids only, so that a batch can be taken back exactly.

Table `sightings` of the lake: batch_id, group_id (the identifier some rows of the batch went with), identifier_id
(that one itself, and each that came along with it). Few at a time are noted in the operational database first, and
go into the lake together with those of other batches, once they are many.
"""

import numpy as np
import pyarrow as pa
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Length

from cdp.engine import Connection, workspace

from .delta import DataFile, columns_mark, file_write, table_commit, table_files
from .kinds import CUSTOMER_ID
from .lock import exclusive
from .models import Batch, BatchState, SightingNote
from .views import read

SIGHTINGS = "sightings"
COLUMNS = {"batch_id": CUSTOMER_ID, "group_id": CUSTOMER_ID, "identifier_id": CUSTOMER_ID}
SCHEMA = pa.schema([(name, pa.int32()) for name in COLUMNS])
# So many pairs of a batch are noted; more are written as a file at once. Notes of finished batches become a file
# when there are so many of them, or of their pairs: each question about sightings reads all of them.
MOST_NOTED = 50_000
MOST_NOTES = 64
MOST_KEPT = 200_000
PAIR_BYTES = 8


def sightings_add(*, batch: Batch, groups: np.ndarray, identifiers: np.ndarray) -> None:
    """Keep that the batch showed these identifiers, those of a group together."""
    if not len(groups):
        return
    if len(groups) <= MOST_NOTED:
        pairs = np.column_stack([groups, identifiers]).astype("<i4").tobytes()
        SightingNote.objects.create(batch=batch, pairs=pairs)
    else:
        _write(_table(batch.pk, groups, identifiers))


def sightings_settle() -> None:
    """Write what is noted of finished batches into the lake, if it is much. Stopped in between, some of it is there
    twice, which says the same."""
    if not _is_much():
        return
    # Under the lock, so that a batch that is taken back meanwhile does not come back with the file.
    with exclusive("lake"):
        notes = _finished()
        ids = list(notes.values_list("pk", flat=True))
        _write(_noted(notes))
        SightingNote.objects.filter(pk__in=ids).delete()


def _is_much() -> bool:
    held = _finished().aggregate(notes=Count("pk"), bytes=Sum(Length("pairs")))
    return held["notes"] > MOST_NOTES or (held["bytes"] or 0) > MOST_KEPT * PAIR_BYTES


def _finished() -> QuerySet[SightingNote]:
    return SightingNote.objects.exclude(batch__state=BatchState.OPEN)


def _write(seen: pa.Table) -> None:
    with workspace() as workbench:
        workbench.register("seen", seen)
        file = file_write(workbench, SIGHTINGS, "FROM seen", columns_mark(COLUMNS))
    if file is not None:
        with exclusive("lake"):
            table_commit(SIGHTINGS, COLUMNS, add=[file])


def _table(batch_id: int, groups: np.ndarray, identifiers: np.ndarray) -> pa.Table:
    batches = np.full(len(groups), batch_id, np.int32)
    return pa.table([batches, groups.astype(np.int32), identifiers.astype(np.int32)], schema=SCHEMA)


def _noted(notes: QuerySet[SightingNote]) -> pa.Table:
    """batch_id, group_id, identifier_id of these notes."""
    parts = [SCHEMA.empty_table()]
    for batch_id, pairs in notes.order_by("pk").values_list("batch_id", "pairs"):
        both = np.frombuffer(pairs, "<i4").reshape(-1, 2)
        parts.append(_table(batch_id, both[:, 0], both[:, 1]))
    return pa.concat_tables(parts)


def _seen_sql(workbench: Connection, files: list[DataFile], notes: QuerySet[SightingNote]) -> str:
    workbench.register("noted", _noted(notes))
    stored = f"SELECT batch_id, group_id, identifier_id FROM {read(SIGHTINGS, files)} UNION ALL " if files else ""
    return f"({stored}FROM noted)"


def sightings_of(batch: Batch) -> np.ndarray:
    """The ids of the identifiers a batch showed."""
    files = [file for file in table_files(SIGHTINGS) if file.low["batch_id"] <= batch.pk <= file.high["batch_id"]]
    with workspace() as workbench:
        seen = _seen_sql(workbench, files, SightingNote.objects.filter(batch=batch))
        sql = f"SELECT DISTINCT identifier_id FROM {seen} WHERE batch_id = {batch.pk} ORDER BY 1"
        return workbench.execute(sql).fetchnumpy()["identifier_id"].astype(np.int64)


def sightings_about(identifiers: np.ndarray, *, without: Batch | None = None) -> pa.Table:
    """batch_id, group_id, identifier_id: every group that has one of these identifiers, with all it has; of all
    batches but `without`."""
    if not len(identifiers):
        return SCHEMA.empty_table()
    gone = without.pk if without else 0
    files = [file for file in table_files(SIGHTINGS) if not file.low["batch_id"] == file.high["batch_id"] == gone]
    with workspace() as workbench:
        workbench.register("wanted", pa.table({"identifier_id": identifiers.astype(np.int32)}))
        every = _seen_sql(workbench, files, SightingNote.objects.exclude(batch_id=gone))
        seen = f"(SELECT * FROM {every} WHERE batch_id <> {gone})"
        groups = f"(SELECT DISTINCT batch_id, group_id FROM {seen} SEMI JOIN wanted USING (identifier_id))"
        return workbench.sql(
            f"SELECT DISTINCT batch_id, group_id, identifier_id FROM {seen}"
            f" SEMI JOIN {groups} USING (batch_id, group_id)"
        ).to_arrow_table()


def sightings_remove(batch: Batch) -> None:
    with exclusive("lake"), workspace() as workbench:
        SightingNote.objects.filter(batch=batch).delete()
        files = [
            file for file in table_files(SIGHTINGS) if file.low["batch_id"] <= batch.pk <= file.high["batch_id"]
        ]
        kept = []
        for file in files:
            if file.low["batch_id"] != file.high["batch_id"]:
                select = f"SELECT * FROM {read(SIGHTINGS, [file])} WHERE batch_id <> {batch.pk}"
                kept.append(file_write(workbench, SIGHTINGS, select, file.mark))
        if files:
            table_commit(SIGHTINGS, COLUMNS, add=[file for file in kept if file], remove=files)

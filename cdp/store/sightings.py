"""Which batch showed which identifiers together: ids only, so that a batch can be taken back exactly.

Table `sightings` of the lake: batch_id, group_id (the identifier some rows of the batch went with), identifier_id
(that one itself, and each that came along with it).
"""

import numpy as np
import pyarrow as pa

from cdp.engine import workspace

from .delta import columns_mark, file_write, table_commit, table_files
from .kinds import CUSTOMER_ID
from .lock import exclusive
from .models import Batch
from .views import read

SIGHTINGS = "sightings"
COLUMNS = {"batch_id": CUSTOMER_ID, "group_id": CUSTOMER_ID, "identifier_id": CUSTOMER_ID}
SCHEMA = pa.schema([(name, pa.int32()) for name in COLUMNS])


def sightings_add(*, batch: Batch, groups: np.ndarray, identifiers: np.ndarray) -> None:
    """Keep that the batch showed these identifiers, those of a group together."""
    with workspace() as workbench:
        workbench.register("seen", pa.table({"group_id": groups, "identifier_id": identifiers}))
        select = f"SELECT {batch.pk}::INTEGER AS batch_id, group_id::INTEGER AS group_id,"
        select += " identifier_id::INTEGER AS identifier_id FROM seen"
        file = file_write(workbench, SIGHTINGS, select, columns_mark(COLUMNS))
    if file is not None:
        with exclusive("lake"):
            table_commit(SIGHTINGS, COLUMNS, add=[file])


def sightings_of(batch: Batch) -> np.ndarray:
    """The ids of the identifiers a batch showed."""
    files = [file for file in table_files(SIGHTINGS) if file.low["batch_id"] <= batch.pk <= file.high["batch_id"]]
    if not files:
        return np.empty(0, dtype=np.int64)
    with workspace() as workbench:
        sql = f"SELECT DISTINCT identifier_id FROM {read(SIGHTINGS, files)} WHERE batch_id = {batch.pk} ORDER BY 1"
        return workbench.execute(sql).fetchnumpy()["identifier_id"].astype(np.int64)


def sightings_about(identifiers: np.ndarray, *, without: Batch | None = None) -> pa.Table:
    """batch_id, group_id, identifier_id: every group that has one of these identifiers, with all it has; of all
    batches but `without`."""
    gone = without.pk if without else 0
    files = [file for file in table_files(SIGHTINGS) if not file.low["batch_id"] == file.high["batch_id"] == gone]
    if not files or not len(identifiers):
        return SCHEMA.empty_table()
    with workspace() as workbench:
        workbench.register("wanted", pa.table({"identifier_id": identifiers.astype(np.int32)}))
        seen = f"(SELECT * FROM {read(SIGHTINGS, files)} WHERE batch_id <> {gone})"
        groups = f"(SELECT DISTINCT batch_id, group_id FROM {seen} SEMI JOIN wanted USING (identifier_id))"
        return workbench.sql(
            f"SELECT batch_id, group_id, identifier_id FROM {seen} SEMI JOIN {groups} USING (batch_id, group_id)"
        ).to_arrow_table()


def sightings_remove(batch: Batch) -> None:
    with exclusive("lake"), workspace() as workbench:
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

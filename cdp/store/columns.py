"""Stored columns of some events as they lie in their files, for those who keep them in memory.

Rows come in the same order whichever columns are read, so columns read at different times belong together. A
query does not promise that where it joins, so the files are read by themselves here.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from . import files
from .delta import DataFile
from .kinds import Column
from .views import EVENTS, OVERRIDES

BATCH, CUSTOMER, ORIGIN = "batch_id", "customer_id", "origin_id"
NOBODY = -1


def hidden_in(stored: Sequence[DataFile], hidden: Collection[int]) -> tuple[int, ...]:
    """Those of the batches that are not to be seen which these files may hold."""
    return tuple(batch for batch in hidden if any(_may_hold(file, batch) for file in stored))


def _may_hold(file: DataFile, batch: int) -> bool:
    return file.low.get(BATCH, batch) <= batch <= file.high.get(BATCH, batch)


def stored_columns(
    stored: Sequence[DataFile],
    names: Collection[str],
    columns: Mapping[str, Column],
    hidden: Collection[int],
    moved: np.ndarray | None,
) -> pa.Table:
    """Columns of events under today's types, texts as dictionaries; one that a file was written without is null.

    `moved` is what `moved_origins` gives: events are under the customers they belong to now.
    """
    read = {*names, *([BATCH] if hidden else []), *([ORIGIN] if moved is not None and CUSTOMER in names else [])}
    table = pa.concat_tables([_of_file(file, read, columns) for file in stored])
    if hidden:
        table = table.filter(pc.invert(pc.is_in(table[BATCH], pa.array(hidden, pa.int32()))))
    if moved is not None and CUSTOMER in names:
        place = table.column_names.index(CUSTOMER)
        now = _belonging(table[CUSTOMER].to_numpy(), table[ORIGIN].to_numpy(), moved)
        table = table.set_column(place, CUSTOMER, pa.array(now, pa.int32()))
    return table.select(list(names))


def _of_file(file: DataFile, names: Collection[str], columns: Mapping[str, Column]) -> pa.Table:
    path = files.local(EVENTS, file.path)
    about = pq.read_metadata(path)
    there = sorted(set(names) & set(about.schema.to_arrow_schema().names))
    wanted = pa.schema([(name, _type(columns[name].arrow)) for name in sorted(names)])
    texts = [name for name in there if pa.types.is_dictionary(wanted.field(name).type)]
    table = pq.ParquetFile(path, metadata=about, read_dictionary=texts).read(there)
    for field in wanted:
        if field.name not in there:
            table = table.append_column(field, pa.nulls(file.rows, field.type))
    return table.select(wanted.names).cast(wanted)


def _type(kind: pa.DataType) -> pa.DataType:
    return pa.dictionary(pa.int32(), kind) if pa.types.is_string(kind) else kind


def moved_origins(overrides: Sequence[DataFile]) -> np.ndarray | None:
    """origin_id → the customer its events belong to now, NOBODY where it is the one they are stored with; None
    where that holds of all."""
    if not overrides:
        return None
    rows = pa.concat_tables(
        [pq.ParquetFile(files.local(OVERRIDES, file.path)).read([ORIGIN, CUSTOMER]) for file in overrides]
    )
    origins = rows[ORIGIN].to_numpy()
    moved = np.full(int(origins.max(initial=0)) + 2, NOBODY, np.int32)
    moved[origins] = rows[CUSTOMER].to_numpy()
    return moved


def _belonging(customers: np.ndarray, origins: np.ndarray, moved: np.ndarray) -> np.ndarray:
    # The last place is nobody's, so an origin beyond all that moved finds NOBODY there.
    now = moved.take(origins, mode="clip")
    return np.where(now == NOBODY, customers, now)

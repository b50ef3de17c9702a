"""Which customer a row belongs to now: origin → root."""

import numpy as np
import pyarrow as pa

from .bulk import CHUNK_ROWS, among, found_in, rows_read

ROOTS = pa.schema([("id", pa.int64()), ("root", pa.int64())])


def roots_read(origins: np.ndarray) -> pa.Table:
    """id, root of those customers that are merged into another. `origins` says which are of interest."""
    columns, merged = "stored.id AS id, merged_into_id AS root", "merged_into_id IS NOT NULL"
    if len(origins) > CHUNK_ROWS:
        return rows_read(f"SELECT {columns} FROM store_customer AS stored WHERE {merged}", ROOTS)
    found, values = found_in("store_customer", "id", origins.tolist())
    return rows_read(f"SELECT {columns} {found} WHERE {merged}", ROOTS, [values])


def members_read(roots: np.ndarray) -> pa.Table:
    """id, root of every row that belongs to one of these customers, themselves included."""
    sql = "SELECT id, coalesce(merged_into_id, id) AS root FROM store_customer"
    if len(roots) > CHUNK_ROWS:
        everybody = rows_read(sql, ROOTS)
        return everybody.filter(np.isin(everybody["root"].to_numpy(), roots))
    ids = [int(root) for root in roots]
    own, merged = among("id", ids), among("merged_into_id", ids)
    return rows_read(f"{sql} WHERE {own[0]} OR {merged[0]}", ROOTS, [own[1], merged[1]])


def roots_of(ids: np.ndarray) -> np.ndarray:
    """The customers these rows belong to, each once."""
    merged = roots_read(ids)
    if not merged.num_rows:
        return np.unique(ids)
    known = merged["id"].to_numpy()
    wanted = np.isin(known, ids)
    return np.unique(np.concatenate([np.setdiff1d(ids, known), merged["root"].to_numpy()[wanted]]))

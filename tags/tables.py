"""Customers' numbers as Arrow tables: how they are kept, and what changed from one to the next."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from cdp.bitmaps import ids_of_bitmap

from .rules.having import inserted, without

NUMBERS = pa.schema([("customer_id", pa.uint32()), ("value", pa.float64())])


def table_read(blob: bytes | memoryview) -> pa.Table:
    return pa.ipc.open_stream(pa.py_buffer(bytes(blob))).read_all()


def table_write(table: pa.Table) -> bytes:
    # One batch, so that a customer's row is found without looking through many.
    table = table.combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def numbers_only(table: pa.Table) -> pa.Table:
    """Cut to what is kept of numbers, in its types."""
    return table.select(NUMBERS.names).cast(NUMBERS)


def difference(before: pa.Table, after: pa.Table) -> pa.Table:
    """What makes `after` out of `before`, both of NUMBERS and rising by customer: the rows that are new or other
    than before, and with a null value those that are gone."""
    old_ids, old = _columns(before)
    new_ids, new = _columns(after)
    if len(old_ids) == len(new_ids) and np.array_equal(old_ids, new_ids):
        other = np.flatnonzero(new != old)
        return numbers_table(new_ids[other], new[other])
    place = np.minimum(np.searchsorted(old_ids, new_ids), max(len(old_ids) - 1, 0))
    same = (old_ids[place] == new_ids) & (old[place] == new) if len(old_ids) else np.zeros(len(new_ids), bool)
    gone = old_ids[~np.isin(old_ids, new_ids, assume_unique=True)]
    ids = np.concatenate([new_ids[~same], gone])
    values = np.concatenate([new[~same], np.zeros(len(gone))])
    absent = np.arange(len(ids)) >= len(ids) - len(gone)
    order = np.argsort(ids)
    return numbers_table(ids[order], values[order], absent[order])


def patch_of(numbers: pa.Table, members: BitMap) -> pa.Table:
    """What there is of some customers, and a null for those of them who have no number."""
    wanted, (ids, values) = ids_of_bitmap(members), _columns(numbers)
    if not len(ids):
        return numbers_table(wanted, np.zeros(len(wanted)), np.ones(len(wanted), bool))
    place = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return numbers_table(wanted, values[place], ids[place] != wanted)


def patched(before: pa.Table, patch: pa.Table) -> pa.Table:
    """`before` with a `difference` worked in."""
    ids, values = without(*_columns(before), patch["customer_id"].to_numpy())
    there = patch.filter(patch["value"].is_valid())
    return numbers_table(*inserted(ids, values, *_columns(there)))


def later(earlier: pa.Table, patch: pa.Table) -> pa.Table:
    """One patch for two, of which the second has the last word."""
    others = pc.invert(pc.is_in(earlier["customer_id"], value_set=patch["customer_id"]))
    return pa.concat_tables([earlier.filter(others), patch]).sort_by("customer_id")


def _columns(table: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    return table["customer_id"].to_numpy(), table["value"].to_numpy()


def numbers_table(ids: np.ndarray, values: np.ndarray, absent: np.ndarray | None = None) -> pa.Table:
    """Of NUMBERS; where they are `absent`, null."""
    return pa.table([pa.array(ids, pa.uint32()), pa.array(values, pa.float64(), mask=absent)], schema=NUMBERS)

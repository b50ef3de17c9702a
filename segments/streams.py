"""The members of a segment as a stream for other systems: one row a customer, one column an identifier type."""

import csv
import io
from collections.abc import Iterator

import pyarrow as pa
from pyroaring import BitMap

from cdp.access.viewer import Viewer, require
from cdp.identity.selectors import identifier_columns

from .selectors import segment_members

EXPORT = "access.export_customers"
CHUNK = 50_000
# A cell that begins like a formula is run by spreadsheets; a phone such as +8613800138000 is none.
FORMULA = ("=", "@", "-", "+", "\t", "\r")


def members_csv(viewer: Viewer, slug: str) -> Iterator[bytes]:
    """UTF-8 with a mark, so that Excel reads Chinese right. Personal values as the viewer may see them."""
    require(viewer, EXPORT)
    return _csv(viewer, segment_members(viewer, slug))


def _csv(viewer: Viewer, members: BitMap) -> Iterator[bytes]:
    is_first = True
    for table in _tables(viewer, members):
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        if is_first:
            buffer.write("\ufeff")
            writer.writerow(table.column_names)
        is_first = False
        writer.writerows([_safe(cell) for cell in row] for row in zip(*table.to_pydict().values(), strict=True))
        yield buffer.getvalue().encode()


def members_arrow(viewer: Viewer, slug: str) -> Iterator[bytes]:
    """An Arrow IPC stream: customer_id, and a column for each type of identifier, as the viewer may see it."""
    require(viewer, EXPORT)
    return _arrow(viewer, segment_members(viewer, slug))


def _arrow(viewer: Viewer, members: BitMap) -> Iterator[bytes]:
    target, writer = io.BytesIO(), None
    for table in _tables(viewer, members):
        writer = writer or pa.ipc.new_stream(target, table.schema)
        writer.write_table(table)
        yield target.getvalue()
        target.seek(0)
        target.truncate()
    if writer is not None:
        writer.close()
        yield target.getvalue()


def _tables(viewer: Viewer, members: BitMap) -> Iterator[pa.Table]:
    ids = members.to_array()
    for start in range(0, max(len(ids), 1), CHUNK):
        yield identifier_columns(ids[start : start + CHUNK], viewer=viewer)


def _safe(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(FORMULA) and not cell[1:].isdecimal():
        return f"'{cell}"
    return cell

"""The members of a segment as a file: one row a customer, one column an identifier type."""

import csv
import io
from collections.abc import Iterator

import pyarrow as pa
from django.utils.translation import gettext as _
from pyroaring import BitMap
from rustpy_xlsxwriter import FastExcel

from cdp.access.viewer import Viewer, require
from cdp.errors import N_, user_error
from cdp.identity.models import IdentifierType
from cdp.identity.selectors import identifier_columns

from .selectors import segment_members

CHUNK = 50_000
SHEET_ROWS = 1_048_575
# A cell that begins like a formula is run by spreadsheets; a phone such as +8613800138000 is none.
FORMULA = ("=", "@", "-", "+", "\t", "\r")


def members_csv(viewer: Viewer, slug: str) -> Iterator[bytes]:
    """UTF-8 with a mark, so that Excel reads Chinese right. Personal values as the viewer may see them."""
    require(viewer, "access.export_customers")
    return _csv(viewer, segment_members(viewer, slug))


def _csv(viewer: Viewer, members: BitMap) -> Iterator[bytes]:
    headers: list[str] = []
    for table in _tables(viewer, members):
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        if not headers:
            headers = _headers(table)
            buffer.write("\ufeff")
            writer.writerow(headers)
        writer.writerows([_safe(cell) for cell in row] for row in zip(*table.to_pydict().values(), strict=True))
        yield buffer.getvalue().encode()


def members_xlsx(viewer: Viewer, slug: str) -> bytes:
    """A workbook. `UserError` when there are more members than a sheet has rows."""
    require(viewer, "access.export_customers")
    members = segment_members(viewer, slug)
    if len(members) > SHEET_ROWS:
        raise user_error(N_("A sheet holds at most 1,048,575 customers."), N_("Download CSV instead."))
    target = io.BytesIO()
    FastExcel(target).freeze(row=1).sheet(_("Members"), _records(viewer, members)).save()
    return target.getvalue()


def _records(viewer: Viewer, members: BitMap) -> Iterator[dict[str, object]]:
    for table in _tables(viewer, members):
        headers = _headers(table)
        for row in zip(*table.to_pydict().values(), strict=True):
            yield dict(zip(headers, row, strict=True))


def _tables(viewer: Viewer, members: BitMap) -> Iterator[pa.Table]:
    ids = members.to_array()
    for start in range(0, max(len(ids), 1), CHUNK):
        yield identifier_columns(ids[start : start + CHUNK], viewer=viewer)


def _headers(table: pa.Table) -> list[str]:
    names = {row.slug: row.name for row in IdentifierType.objects.all()}
    return [_("Customer") if name == "customer_id" else names.get(name, name) for name in table.column_names]


def _safe(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(FORMULA) and not cell[1:].isdecimal():
        return f"'{cell}"
    return cell

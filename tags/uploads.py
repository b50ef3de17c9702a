"""A pasted text or an uploaded file → the values it lists: the first column of a sheet, or a value a line.

Empty rows stay as empty texts, so that a value's place is its row in the sheet.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import IO

from charset_normalizer import from_bytes
from python_calamine import CalamineError, CalamineWorkbook

from cdp.errors import N_, user_error

MOST_BYTES = 20 * 1024 * 1024
MOST_VALUES = 1_000_000
BOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
# What a book may unfold to: beyond it the file is no list of values.
MOST_UNFOLDED = 400 * 1024 * 1024


def pasted_values(text: str) -> list[str]:
    """One a line; of cells copied from a sheet the first of each row."""
    return [line.split("\t")[0].strip() for line in text.splitlines()]


def file_values(file: IO[bytes], name: str, size: int) -> list[str]:
    """`UserError` for what is too large or cannot be read."""
    if size > MOST_BYTES:
        raise user_error(
            N_("The file is larger than 20 MB."), N_("Keep only the column of values."), path=("values",)
        )
    content = file.read()
    values = list(_book_values(content) if name.lower().endswith(BOOKS) else _text_values(content))
    if sum(map(bool, values)) > MOST_VALUES:
        raise user_error(
            N_("The list has more than a million values."), N_("Load it as a source instead."), path=("values",)
        )
    return values


def _text_values(content: bytes) -> Iterator[str]:
    if b"\0" in content[:4096] and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise _unreadable()
    found = from_bytes(content, cp_isolation=["utf_8", "utf_16", "gb18030"]).best()
    if found is None:
        raise _unreadable()
    for line in str(found).removeprefix("\ufeff").splitlines():
        yield line.replace("\t", ",").replace(";", ",").split(",")[0].strip().strip('"')


def _book_values(content: bytes) -> Iterator[str]:
    try:
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if sum(part.file_size for part in archive.infolist()) > MOST_UNFOLDED:
                    raise _unreadable()
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).iter_rows() if book.sheet_names else iter(())
        for row in rows:
            yield _cell(row[0]) if row else ""
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise _unreadable() from error


def _cell(value: object) -> str:
    """A sheet keeps whole numbers with a fraction: 266079.0 is the number 266079."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _unreadable() -> Exception:
    return user_error(
        N_("The file cannot be read as a list."),
        N_("Save it as .xlsx or .csv with the values in the first column."),
        path=("values",),
    )

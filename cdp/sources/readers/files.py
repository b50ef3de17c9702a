"""The right reader for a file, by what it contains and not by what it is called."""

import codecs
from pathlib import Path
from typing import Any

from cdp.errors import N_, user_error

from . import books, csvs, markup
from .shape import Shape

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
_OTHERS = (b"%PDF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"\x7fELF", b"MZ", b"{\\rtf")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def look(path: Path, sheet: str = "") -> Shape:
    """Raises `UserError` for anything that is not a table. Of a workbook, what was read is kept beside it."""
    kind = _kind(path)
    if kind in ("html", "xml"):
        return markup.look(path, kind)
    return csvs.look(path) if kind == "csv" else books.look(path, sheet, kind)


def stage(connection: Any, path: Path, shape: Shape) -> None:
    """Make table `raw` in the workspace: c0, c1, … text in file order, `overflow` for cells beyond the header."""
    if shape.format in ("xlsx", "xls", "html", "xml"):
        books.stage(connection, path, shape)
    else:
        csvs.stage(connection, path, shape)


def _kind(path: Path) -> str:
    with path.open("rb") as stream:
        start = stream.read(4096)
    head = start[:16]
    if not head:
        raise csvs.empty()
    if head.startswith(_ZIP):
        return "xlsx"
    if head.startswith(_OLE):
        return "xls"
    if head.startswith(_PICTURES):
        raise user_error(
            N_("This is a picture, whatever its name says"), N_("Upload the spreadsheet or CSV file itself")
        )
    if head.startswith(_OTHERS):
        raise user_error(
            N_("This file is not a spreadsheet or CSV file"), N_("Save it as .xlsx or CSV and upload that file")
        )
    return _markup(start) or "csv"


def _markup(start: bytes) -> str:
    """`html` or `xml` for a table written as one, "" for what begins otherwise."""
    bare = start.removeprefix(codecs.BOM_UTF8).lstrip()
    wide = start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    text = (start.decode("utf-16", "ignore") if wide else bare.decode("latin-1")).lstrip().lower()
    if text.startswith("<?xml") and "urn:schemas-microsoft-com:office:spreadsheet" in text:
        return "xml"
    if text.startswith(("<html", "<!doc", "<table", "<meta", "<head", "<style", "<div", "<body", "<?xml")):
        return "html"
    return ""

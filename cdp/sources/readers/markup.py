"""Tables written as web pages or as XML: what many systems call an .xls file."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pyarrow as pa

from cdp.errors import N_, user_error

from . import kept
from .archive import damaged
from .csvs import empty
from .encoding import find_encoding, plain_text
from .shape import MAX_COLUMNS, Shape, column_names, find_header

MAX_BYTES = 200_000_000
_LOOK = 60
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_SPREADSHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
_CELLS = ("td", "th")
Rows = list[list[str]]


def look(path: Path, kind: str) -> Shape:
    """Reads the largest table whole, once, and keeps it beside the file."""
    if (shape := kept.shape_of(path, "")) is not None:
        return shape
    if path.stat().st_size > MAX_BYTES:
        raise user_error(
            N_("This table is written as a web page and too large to be read as one"),
            N_("Open it in your spreadsheet program and save it as .xlsx or CSV"),
        )
    rows = _html(path) if kind == "html" else _xml(path)
    if not any(any(row) for row in rows):
        raise empty()
    header = find_header(rows[:_LOOK])
    width = max(map(len, rows))
    columns = column_names(() if header is None else rows[header], width)
    body = rows if header is None else rows[header + 1 :]
    even = [(row + [""] * width)[:width] for row in body]
    preview = tuple(tuple(row) for row in even[:_LOOK] if any(row))
    shape = Shape(kind, columns, header, preview=preview)
    cells = zip(*even, strict=True) if even else ((),) * width
    kept.keep(path, shape, pa.table({f"c{n}": pa.array(column, pa.string()) for n, column in enumerate(cells)}))
    return shape


def _html(path: Path) -> Rows:
    head = path.read_bytes()[:4096]
    said = _CHARSET.search(head)
    text = plain_text(path, said[1].decode() if said else "") or plain_text(path, find_encoding(path))
    parser = _Tables()
    parser.feed(text or "")
    parser.close()
    return max(parser.tables, key=lambda rows: sum(map(len, rows)), default=[])


class _Tables(HTMLParser):
    """The cells of every table that is not within a cell of another; spans repeat what they hold."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[Rows] = []
        self.depth = 0
        self.cell: list[str] | None = None
        self.span = (1, 1)
        self.below: dict[int, tuple[int, str]] = {}  # place → how many rows more, and what

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.tables.append([])
                self.below = {}
        elif self.depth == 1 and tag == "tr":
            self._end_cell()
            self.tables[-1].append([])
            self._fill_down()
        elif self.depth == 1 and tag in _CELLS:
            self._end_cell()
            given = dict(attrs)
            self.cell, self.span = [], (_whole(given.get("rowspan")), _whole(given.get("colspan")))
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._end_cell()
            self.depth = max(self.depth - 1, 0)
        elif self.depth == 1 and tag in (*_CELLS, "tr"):
            self._end_cell()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _end_cell(self) -> None:
        if self.cell is None:
            return
        text, self.cell = " ".join("".join(self.cell).split(" ")).strip(), None
        rows, columns = self.span
        if not self.tables[-1]:
            self.tables[-1].append([])
        row = self.tables[-1][-1]
        if len(row) + columns > MAX_COLUMNS:
            raise damaged()
        for _ in range(columns):
            if rows > 1:
                self.below[len(row)] = (rows - 1, text)
            row.append(text)
            self._fill_down()

    def _fill_down(self) -> None:
        """Cells from the rows above that reach into this one."""
        row = self.tables[-1][-1]
        while len(row) in self.below:
            more, text = self.below.pop(len(row))
            if more > 1:
                self.below[len(row)] = (more - 1, text)
            row.append(text)


def _whole(text: str | None) -> int:
    return min(int(text), 1000) if text and text.isdigit() and int(text) else 1


def _xml(path: Path) -> Rows:
    """The first sheet of a workbook in the XML of 2003 that has anything in it."""
    rows: Rows = []
    try:
        for _event, element in ElementTree.iterparse(path):
            if element.tag == f"{_SPREADSHEET}Row":
                number = element.get(f"{_SPREADSHEET}Index")
                rows += [[] for _ in range(min(_whole(number) - 1 - len(rows), 1000))] if number else []
                rows.append(_xml_row(element))
                element.clear()
            elif element.tag == f"{_SPREADSHEET}Worksheet":
                if any(any(row) for row in rows):
                    return rows
                rows = []
    except ElementTree.ParseError:
        raise damaged() from None
    return rows


def _xml_row(element: ElementTree.Element) -> list[str]:
    row: list[str] = []
    for cell in element.iter(f"{_SPREADSHEET}Cell"):
        number = cell.get(f"{_SPREADSHEET}Index")
        row += [""] * min(_whole(number) - 1 - len(row), MAX_COLUMNS) if number else []
        data = cell.find(f"{_SPREADSHEET}Data")
        text = "" if data is None else "".join(data.itertext()).strip()
        if data is not None and data.get(f"{_SPREADSHEET}Type") == "DateTime":
            text = text.split(".")[0].replace("T", " ")
        row.append(text)
    return row

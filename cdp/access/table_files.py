"""A table of a page as a workbook: what the page shows, read back from what was drawn.

So the file has the filters, the columns and the masking of the page, whatever those are; only that a page of many
pages is drawn whole. The drawing says of what kind a cell is: `q-num` or
`data-number` holds a number, `<time>` a moment.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

ASKED = "table"
# Whoever needs more takes customers (`cdp.exports`), or narrows the page.
MOST_ROWS = 20_000
DASH = "—"
NUMBER = re.compile(r"[-−+]?\d{1,3}(,?\d{3})*(\.\d+)?%?")
# Elements that end a line of text, those that are not closed, and those whose inside is no text of the table.
LINES = frozenset(("p", "div", "li", "br", "ul", "tr", "dd", "dt"))
VOID = frozenset(("br", "img", "input", "hr", "wbr", "col", "path", "use", "source"))
SILENT = frozenset(("script", "style", "svg", "button", "template", "form", "noscript"))
UNSEEN = frozenset(("material-symbols-outlined", "qb-sr", "p-sr"))
WIDEST, EACH_WIDTH = 60, 1.15
Value = str | float | int | date | datetime | None

_whole: ContextVar[bool] = ContextVar("whole", default=False)


def rows_a_page(usual: int) -> int:
    """How many rows a page of a list has: all, while it is drawn for a file."""
    return MOST_ROWS if _whole.get() else usual


@contextmanager
def drawn_whole() -> Iterator[None]:
    token = _whole.set(True)
    try:
        yield
    finally:
        _whole.reset(token)


@dataclass
class Cell:
    """A cell as it was drawn: its text piece by piece, the moment it tells, and its number where only a rounded one
    is shown. It is so many columns `wide`."""

    heading: bool
    is_number: bool
    wide: int = 1
    text: list[str] = field(default_factory=list)
    moment: str = ""
    exact: str = ""

    @property
    def words(self) -> str:
        text = ILLEGAL_CHARACTERS_RE.sub("", "".join(self.text))
        lines = (" ".join(line.split()) for line in text.split("\n"))
        return "\n".join(line for line in lines if line)

    def value(self) -> tuple[Value, str]:
        """The value, and the number format it is shown in ("" for the usual one)."""
        words = self.words
        if words in ("", DASH):
            return None, ""
        if self.moment and not self.heading:
            return _moment(self.moment, words)
        if self.is_number and not self.heading:
            return _number(self.exact or words)
        return words, ""


def _moment(text: str, words: str) -> tuple[Value, str]:
    if found := parse_datetime(text):
        return timezone.make_naive(found) if timezone.is_aware(found) else found, "yyyy-mm-dd hh:mm"
    return parse_date(text) or words, "yyyy-mm-dd"


def _number(words: str) -> tuple[Value, str]:
    plain = words.replace("−", "-").replace(" ", "")
    if not NUMBER.fullmatch(plain):
        return words, ""
    digits = plain.replace(",", "")
    if digits.endswith("%"):
        decimals = len(digits.rstrip("%").partition(".")[2])
        return float(digits[:-1]) / 100, "0." + "0" * decimals + "%" if decimals else "0%"
    return (float(digits), "") if "." in digits else (int(digits), "#,##0")


class Reader(HTMLParser):
    """The rows of a drawn table, those of its heading first."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[Cell]] = []
        self._cell: Cell | None = None
        self._silent: list[str] = []
        self._deep = 0
        self._option = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if self._silent:
            if tag not in VOID:
                self._silent.append(tag)
            return
        if tag in SILENT or given.get("aria-hidden") == "true" or "hidden" in given or _is_unseen(given):
            if tag not in VOID:
                self._silent.append(tag)
            return
        match tag:
            case "table":
                self._deep += 1
            case "tr" if self._deep == 1:
                self.rows.append([])
            case "td" | "th" if self._deep == 1:
                wide = given.get("colspan", "1")
                is_number = "q-num" in given.get("class", "").split() or "data-number" in given
                self._cell = Cell(tag == "th", is_number, int(wide) if wide.isdecimal() else 1)
                self.rows[-1].append(self._cell)
            case _:
                self._inside(tag, given)

    def _inside(self, tag: str, given: dict[str, str]) -> None:
        if self._cell is None:
            return
        if tag in LINES:
            self._cell.text.append("\n")
        elif tag == "time" and not self._cell.words:
            self._cell.moment = given.get("datetime", "")
        elif tag == "span" and NUMBER.fullmatch(given.get("title", "")):
            self._cell.exact = given["title"]
        elif tag == "option":
            self._option = "selected" in given
        elif tag == "input" and given.get("type", "text") in ("text", "number", "date"):
            self._cell.text.append(given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
            return
        if tag == "table":
            self._deep -= 1
        elif tag in ("td", "th") and self._deep == 1:
            self._cell = None
        elif tag == "select":
            self._option = True
        elif tag in LINES and self._cell is not None:
            self._cell.text.append("\n")

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._silent and self._option:
            self._cell.text.append(data.replace("\n", " "))


def _is_unseen(given: dict[str, str]) -> bool:
    """An icon, or words for screen readers alone."""
    return not UNSEEN.isdisjoint(given.get("class", "").split())


@dataclass(frozen=True)
class Shown:
    """A table as it is shown: so many of its first rows are headings; no column is empty."""

    headings: int
    rows: list[list[Cell | None]]


def table_read(html: str) -> Shown:
    reader = Reader()
    reader.feed(html)
    reader.close()
    rows = [[one for cell in row for one in (cell, *[None] * (cell.wide - 1))] for row in reader.rows if row]
    headings = 0
    while headings < len(rows) and all(cell is None or cell.heading or not cell.words for cell in rows[headings]):
        headings += 1
    wide = max(map(len, rows), default=0)
    full = [row + [None] * (wide - len(row)) for row in rows]
    kept = [place for place in range(wide) if any((cell := row[place]) and cell.words for row in full)]
    return Shown(headings, [[row[place] for place in kept] for row in full])


def table_workbook(shown: Shown, title: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title).strip(" '")[:31] or "1")
    if shown.headings:
        sheet.freeze_panes = f"A{shown.headings + 1}"
    for place, width in enumerate(_widths(shown), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate(shown.rows):
        sheet.append([_written(sheet, cell, number < shown.headings) for cell in row])
    if len(shown.rows) - shown.headings >= MOST_ROWS:
        sheet.append([gettext("Only the first %(most)s rows are here.") % {"most": f"{MOST_ROWS:,}"}])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _written(sheet: Any, cell: Cell | None, bold: bool) -> Any:
    if cell is None:
        return None
    value, shown_as = cell.value()
    if value is None:
        return None
    made: Any = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]
    if isinstance(value, str):
        # Never a formula, however it begins.
        made.data_type = "s"
    if shown_as:
        made.number_format = shown_as
    if bold:
        made.font = Font(bold=True)
    return made


def _widths(shown: Shown) -> list[float]:
    some = shown.rows[:200]
    return [
        min(WIDEST, max(8, EACH_WIDTH * max((_wide(row[place]) for row in some), default=0) + 2))
        for place in range(len(some[0]) if some else 0)
    ]


def _wide(cell: Cell | None) -> int:
    if cell is None or cell.wide > 1:
        return 0
    if cell.moment and not cell.heading:
        return 16
    return max((sum(2 if ord(sign) > 255 else 1 for sign in line) for line in cell.words.split("\n")), default=0)

"""A workbook that came back → its rows as texts, each with its place, and what its cells said when it was made.

Sheets and columns are found by their titles, in any language, in any order; those that are not known are told.
"""

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import override
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineWorkbook

from cdp.errors import N_, Problem, UserError, user_error
from tags.uploads import MOST_BYTES, MOST_UNFOLDED

from .cells import cell_text
from .columns import ALL, SHEETS, Sheet
from .writing import BASE, CHOICES

MOST_ROWS, MOST_COLUMNS = 60_000, 200


@dataclass(frozen=True)
class GivenRow:
    """`number`: its row in the sheet; `cells`: column → text; `marks`: column → what it said (`cells.mark_of`),
    empty for a row that was not there."""

    sheet: str
    number: int
    cells: dict[str, str]
    marks: dict[str, str]


@dataclass
class Given:
    """`titles`: sheet → its name in this book; `letters`: sheet → column → where it is; `passed_over`: sheets and
    columns that are not known here."""

    rows: list[GivenRow] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    letters: dict[str, dict[str, str]] = field(default_factory=dict)
    passed_over: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Given":
        rows = [GivenRow(**row) for row in data["rows"]]
        return cls(rows, data["titles"], data["letters"], data["passed_over"])


def workbook_read(file: IO[bytes], name: str, size: int) -> Given:
    """`UserError` for what is no such workbook."""
    if size > MOST_BYTES:
        raise user_error(N_("The file is larger than 20 MB."), N_("Bring only the rows that you changed."))
    if not name.lower().endswith((".xlsx", ".xlsm")):
        raise user_error(N_("This is no Excel workbook."), N_("Save it as .xlsx."))
    content = file.read()
    book, errors = _opened(content), _errors(content)
    base, given, problems = _base(book), Given(), []
    for title in book.sheet_names:
        if title in (BASE, CHOICES):
            continue
        sheet = _sheet_called(title)
        if sheet is None:
            given.passed_over.append(title)
        else:
            lines = _lines(book, title)
            for row, column, text in errors.get(title, ()):
                lines[row - 1][column - 1] = text
            problems += _sheet_read(sheet, title, lines, base, given)
    if not given.titles:
        raise user_error(N_("None of its sheets is known here."), N_("Download the workbook here and edit that."))
    if problems:
        raise UserError(*problems)
    return given


def _opened(content: bytes) -> CalamineWorkbook:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNFOLDED:
                raise _unreadable()
        return CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError) as error:
        raise _unreadable() from error


def _errors(content: bytes) -> dict[str, list[tuple[int, int, str]]]:
    """Sheet → row, column and text of what Excel could not work out; as nothing it would empty what is there."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(b't="e"' in archive.read(name) for name in parts):
            return {}
    book = load_workbook(io.BytesIO(content), data_only=True)
    return {
        sheet.title: [
            (row, column, str(cell.value))
            for row, line in enumerate(sheet.iter_rows(), start=1)
            for column, cell in enumerate(line, start=1)
            if cell.data_type == "e"
        ]
        for sheet in book.worksheets
    }


def _unreadable() -> UserError:
    return user_error(N_("The file cannot be read as a workbook."), N_("Save it as .xlsx and bring it again."))


def _lines(book: CalamineWorkbook, title: str) -> list[list[Any]]:
    try:
        sheet = book.get_sheet_by_name(title)
        if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
            raise user_error(
                N_("The sheet “%(sheet)s” is larger than a workbook of definitions can be."),
                N_("Bring only the rows that you changed."),
                sheet=title,
            )
        return sheet.to_python(skip_empty_area=False)
    except (CalamineError, ValueError) as error:
        raise _unreadable() from error


def _base(book: CalamineWorkbook) -> dict[tuple[str, str], dict[str, str]]:
    """(sheet, key) → marks. Of a book that was not made here, or was tampered with, nothing."""
    if BASE not in book.sheet_names:
        return {}
    try:
        lines = [[cell_text(cell) for cell in line[:3]] for line in _lines(book, BASE)]
        return {(line[0], line[1]): dict(json.loads(line[2])) for line in lines if len(line) == 3}
    except (ValueError, TypeError):
        return {}


def _sheet_called(title: str) -> Sheet | None:
    return next((sheet for sheet in ALL if _same(title, sheet.key, sheet.title)), None)


def _same(text: str, key: str, label: str | Promise) -> bool:
    written = " ".join(text.split()).casefold()
    return written == key or any(
        written == _in(language, label).casefold() for language, _name in settings.LANGUAGES
    )


def _in(language: str, label: str | Promise) -> str:
    with override(language):
        return str(label)


def _sheet_read(sheet: Sheet, title: str, lines: list[list[Any]], base: Any, given: Given) -> list[Problem]:
    if sheet.key in given.titles:
        message = N_("The sheet “%(sheet)s” is there twice.")
        return [Problem((), message, N_("Keep one of them."), {"sheet": title})]
    columns = _columns(sheet, title, lines[0] if lines else [], given)
    given.titles[sheet.key] = title
    given.letters[sheet.key] = {key: get_column_letter(place + 1) for place, key in columns}
    wanted = sheet.known_by or ("list", "identifier")
    missing = [key for key in wanted if key not in given.letters[sheet.key]]
    if missing and len(lines) > 1:
        params = {"sheet": title, "column": str(sheet.column(missing[0]).label)}
        hint = N_("Its first row holds the titles of the columns. Download the workbook here and edit that.")
        return [Problem((), N_("The sheet “%(sheet)s” has no column “%(column)s”."), hint, params)]
    for number, line in enumerate(lines[1:], start=2):
        cells = {key: cell_text(line[place]) if place < len(line) else "" for place, key in columns}
        if any(cells.values()):
            key = json.dumps([cells.get(column, "") for column in sheet.known_by], ensure_ascii=False)
            given.rows.append(GivenRow(sheet.key, number, cells, base.get((sheet.key, key), {})))
    return []


def _columns(sheet: Sheet, title: str, head: Iterable[Any], given: Given) -> list[tuple[int, str]]:
    found: dict[str, int] = {}
    for place, cell in enumerate(head):
        text = cell_text(cell)
        column = next((one for one in sheet.columns if _same(text, one.key, one.label)), None)
        if column is None or column.key in found:
            given.passed_over += [f"{title} · {text}"] if text else []
        else:
            found[column.key] = place
    return [(place, key) for key, place in found.items()]


def sheet_titles() -> dict[str, str]:
    """What the sheets are called now, for whoever has no book at hand."""
    return {key: str(sheet.title) for key, sheet in SHEETS.items()}

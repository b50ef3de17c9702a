"""Workbooks (.xlsx, .xls) through calamine. Whole numbers stay whole: calamine gives every number as a float."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
)

from cdp.errors import N_, user_error

from . import kept
from .archive import check_archive, damaged
from .csvs import OVERFLOW, empty
from .shape import MAX_COLUMNS, Shape, column_names, find_header

# Beyond this a spreadsheet has rounded the number, so its digits are not an identifier any more.
_EXACT = 1e15
_LOOK = 60


def look(path: Path, sheet: str, kind: str) -> Shape:
    """Reads the sheet whole, once: what it holds is kept beside the file for all that comes after."""
    if sheet and (shape := kept.shape_of(path, sheet)) is not None:
        return shape
    book = _open(path, kind)
    sheets = tuple(s.name for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet)
    if sheet and sheet not in sheets:
        raise user_error(
            N_("There is no sheet named %(sheet)s"),
            N_("The workbook has these sheets: %(sheets)s"),
            sheet=sheet,
            sheets=", ".join(sheets),
        )
    for name in (sheet,) if sheet else _shown_first(book):
        with _collector_resting():
            found = _read(_sheet(book, name), kind, sheets)
        if found is not None:
            shape, cells = found
            kept.keep(path, shape, cells)
            return shape
    raise empty()


def _shown_first(book: CalamineWorkbook) -> list[str]:
    """The sheets in their order, those somebody hid last."""
    known = [s for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
    return [s.name for s in sorted(known, key=lambda s: s.visible != SheetVisibleEnum.Visible)]


@contextmanager
def _collector_resting() -> Iterator[None]:
    """Millions of cells that are all in use: looking for garbage among them doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(sheet: CalamineSheet, kind: str, sheets: tuple[str, ...]) -> tuple[Shape, pa.Table] | None:
    """The shape and the cells below the header; None for an empty sheet."""
    if sheet.total_width > MAX_COLUMNS:
        column_names((), sheet.total_width)
    rows = sheet.to_python(skip_empty_area=False)
    head = [[_text(cell) for cell in row] for row in rows[:_LOOK]]
    if not any(any(row) for row in head):
        return None
    header = find_header(head)
    first = 0 if header is None else header
    columns = column_names(() if header is None else head[first], sheet.total_width)
    below = head[first if header is None else first + 1 :]
    shape = Shape(kind, columns, header, sheet.name, sheets, preview=tuple(tuple(row) for row in below if any(row)))
    _fill_merged(sheet, rows, shape.first_data_row - 1)
    body = rows[shape.first_data_row - 1 :]
    cells = zip(*body, strict=True) if body else ((),) * len(columns)
    return shape, pa.table({f"c{index}": _column(column) for index, column in enumerate(cells)})


def _fill_merged(sheet: CalamineSheet, rows: list[list[Any]], first: int) -> None:
    """A cell merged over several rows of the table says the same of each of them."""
    for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
        for row in range(max(top + 1, first), min(bottom + 1, len(rows))) if top >= first else ():
            rows[row][left] = rows[top][left]


def stage(connection: Any, path: Path, shape: Shape) -> None:
    """Make table `raw`: columns c0, c1, … of text in sheet order."""
    with kept.cells_of(path, shape.sheet) as cells:
        connection.register("cells", cells)
        texts = ", ".join(_as_text(column.name, column.type) for column in cells.schema)
        connection.execute(
            f"CREATE OR REPLACE TABLE raw AS SELECT {texts}, NULL::VARCHAR AS {OVERFLOW} FROM cells"
        ).fetchall()
        connection.unregister("cells")


def _as_text(name: str, kind: pa.DataType) -> str:
    if not pa.types.is_floating(kind):
        return name
    whole = f"{name} = trunc({name}) AND abs({name}) < {_EXACT}"
    return (
        f"CASE WHEN {whole} THEN CAST(CAST({name} AS BIGINT) AS VARCHAR) ELSE CAST({name} AS VARCHAR) END AS {name}"
    )


def _column(cells: Sequence[Any]) -> pa.Array:
    """One type where the column has one (blank cells are ""), else text cell by cell."""
    kinds = set(map(type, cells))
    if kinds <= {str}:
        return pa.array(cells, pa.string())
    if kinds == {float}:
        return pa.array(cells, pa.float64())
    if kinds == {float, str} and all(cell == "" for cell in cells if type(cell) is str):
        return pa.array([None if cell == "" else cell for cell in cells], pa.float64())
    return pa.array([_text(cell) for cell in cells], pa.string())


def _text(cell: Any) -> str:
    return _TEXTS.get(type(cell), str)(cell)


def _number(cell: float) -> str:
    return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell)


def _stamp(cell: datetime) -> str:
    return cell.isoformat(" ", "seconds")


_TEXTS: dict[type, Callable[[Any], str]] = {
    str: str,
    float: _number,
    int: str,
    bool: lambda cell: "true" if cell else "false",
    datetime: _stamp,
    date: date.isoformat,
    time: time.isoformat,
    timedelta: str,
}


def _open(path: Path, kind: str) -> CalamineWorkbook:
    if kind == "xlsx":
        check_archive(path)
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError):
        raise damaged() from None


def _sheet(book: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except (CalamineError, WorksheetNotFound):
        raise damaged() from None

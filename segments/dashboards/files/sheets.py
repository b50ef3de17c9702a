"""Writing sheets of a workbook from above: titles, tables with a head, and lines of cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ..behind import Row

WHOLE, SHARE, INDEX, DECIMAL, MONEY = "#,##0", "0.0%", "0", "#,##0.00", '"¥"#,##0.00'
LONGEST_NAME = 31
HEAD = PatternFill("solid", fgColor="EDF4FA")
Cell = tuple[Any, str]


@dataclass
class Sheet:
    """A sheet that is filled from above; `row` is the last one written."""

    sheet: Any
    row: int = 0


def sheet_name(title: str, taken: set[str]) -> str:
    """At most 31 signs, none that a sheet's name may not have, and no name twice."""
    plain = "".join(" " if sign in "[]:*?/\\" else sign for sign in title).strip(" '") or _("Table")
    name, number = plain[:LONGEST_NAME].strip(" '"), 2
    while name.lower() in taken:
        mark = f" {number}"
        name, number = plain[: LONGEST_NAME - len(mark)] + mark, number + 1
    return name


def title_add(sheet: Sheet, text: str) -> None:
    line_add(sheet, [(text, "")])
    sheet.sheet.cell(sheet.row, 1).font = Font(bold=True, size=16)


def part_add(sheet: Sheet, title: str, headings: Sequence[str]) -> None:
    sheet.row += 1
    if title:
        line_add(sheet, [(title, "")])
        sheet.sheet.cell(sheet.row, 1).font = Font(bold=True, size=12)
    line_add(sheet, [(heading, "") for heading in headings])
    for cell in sheet.sheet[sheet.row][: len(headings)]:
        cell.font, cell.fill = Font(bold=True), HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def line_add(sheet: Sheet, cells: Sequence[Cell]) -> None:
    sheet.row += 1
    for place, (value, shown_as) in enumerate(cells, 1):
        if value is None:
            continue
        cell = sheet.sheet.cell(sheet.row, place, value)
        if isinstance(value, str):
            # Never a formula, however it begins.
            cell.data_type = "s"
            cell.alignment = Alignment(horizontal="right") if shown_as else Alignment()
        elif shown_as:
            cell.number_format = shown_as


def row_cells(row: Row) -> list[Cell]:
    """Number and share of the group, of everyone, and the index with its interval."""
    return [
        (row.members_mark or row.members, WHOLE),
        (row.members_mark or row.share, SHARE),
        (row.everyone_mark or row.everyone, WHOLE),
        (row.everyone_mark or row.everyone_share, SHARE),
        (row.tgi, INDEX),
        (row.low, INDEX),
        (row.high, INDEX),
    ]


def widths_set(sheet: Sheet, widths: Sequence[float]) -> None:
    for place, width in enumerate(widths, 1):
        sheet.sheet.column_dimensions[get_column_letter(place)].width = width

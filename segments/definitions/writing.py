"""The workbook as bytes: drop-downs for closed sets, notes that explain the columns, a head that stays, shading of
what is only read. Beside the sheets two that are not shown: the closed sets, and what each cell said."""

import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cdp.access.viewer import Viewer

from .cells import LONGEST, TOO_LONG, cell_text, mark_of
from .columns import ALL, LAYERS, LISTS, PLAYBOOK, SEGMENTS, SHEETS, TAGS, Column, Form, Sheet
from .members import member_rows
from .state import Row, State, label_of, shown_fill, state_now

CHOICES, BASE = "_choices", "_base"
# Rows below the last one that have the drop-downs, too.
ROOM = 500
HEAD = PatternFill("solid", fgColor="1F4E79")
SHADE = PatternFill("solid", fgColor="EFEFEF")
WRAP = Alignment(vertical="top", wrap_text=True)
NUMERIC = ("count", "tags")
# The playbook is a workbook of its own.
OF_PLAYBOOK = (SHEETS[PLAYBOOK],)
OF_DEFINITIONS = tuple(sheet for sheet in ALL if sheet not in OF_PLAYBOOK)


def workbook_write(
    viewer: Viewer,
    tags: Iterable[str] | None = None,
    segments: Iterable[str] | None = None,
    *,
    sheets: tuple[Sheet, ...] = OF_DEFINITIONS,
) -> bytes:
    """The definitions, or of tags and segments those with these short names alone; or other `sheets`."""
    state = state_now(viewer)
    _narrow(state, tags, segments)
    shown_fill(state)
    book = Workbook()
    del book[book.sheetnames[0]]
    places = _choices_write(book, state)
    base: list[tuple[str, str, str]] = []
    for sheet in sheets:
        rows = list(_rows(state, sheet))
        _sheet_write(book, sheet, rows, state, places)
        base += [_marks(sheet, row) for row in rows if sheet.known_by]
    hidden = book.create_sheet(BASE)
    hidden.sheet_state = "veryHidden"
    for line in base:
        hidden.append(line)
    book.move_sheet(CHOICES, len(sheets) + 1)
    book.active = 0
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _narrow(state: State, tags: Iterable[str] | None, segments: Iterable[str] | None) -> None:
    kept_tags = {slug for slug, tag in state.tags.items() if not tag.retired_at}
    kept_segments = {slug for slug, one in state.segments.items() if not one.retired_at}
    kept_tags = kept_tags if tags is None else kept_tags & set(tags)
    kept_segments = kept_segments if segments is None else kept_segments & set(segments)
    state.tags = {slug: tag for slug, tag in state.tags.items() if slug in kept_tags}
    state.segments = {slug: one for slug, one in state.segments.items() if slug in kept_segments}
    for sheet, kept in ((TAGS, kept_tags), (LAYERS, kept_tags), (SEGMENTS, kept_segments)):
        state.rows[sheet] = {key: row for key, row in state.rows[sheet].items() if key[0] in kept}


def _rows(state: State, sheet: Sheet) -> Iterable[Row]:
    """As they stand in their cells: what is too long for one is told so."""
    if sheet.key == LISTS:
        yield from member_rows(state.viewer, state.segments.values())
        return
    for row in state.rows[sheet.key].values():
        yield {key: _fitting(text) for key, text in row.items()}


def _fitting(text: str) -> str:
    return TOO_LONG if len(text) > LONGEST else ILLEGAL_CHARACTERS_RE.sub("", cell_text(text))


def _marks(sheet: Sheet, row: Row) -> tuple[str, str, str]:
    key = json.dumps([row[column] for column in sheet.known_by], ensure_ascii=False)
    marks = {column.key: mark_of(column, row.get(column.key, "")) for column in sheet.columns}
    return sheet.key, key, json.dumps(marks)


def _choices_write(book: Workbook, state: State) -> Mapping[str, str]:
    """The closed sets, a column each; the range of each."""
    sheet = book.create_sheet(CHOICES)
    sheet.sheet_state = "veryHidden"
    places = {}
    for number, (name, choices) in enumerate(state.choices.items(), start=1):
        for row, label in enumerate(choices.labels.values(), start=1):
            _text(sheet.cell(row, number), label)
        letter, last = get_column_letter(number), max(len(choices.labels), 1)
        places[name] = f"{CHOICES}!${letter}$1:${letter}${last}"
    return places


def _sheet_write(book: Workbook, spec: Sheet, rows: list[Row], state: State, places: Mapping[str, str]) -> None:
    sheet = book.create_sheet(str(spec.title))
    sheet.freeze_panes = sheet.cell(2, len(spec.known_by) + 1)
    for number, column in enumerate(spec.columns, start=1):
        _head(sheet, number, column, is_key=column.key in spec.known_by)
        if column.among and column.form != Form.MANY:
            _drop_down(sheet, number, column, places[column.among], len(rows))
    for place, row in enumerate(rows, start=2):
        for number, column in enumerate(spec.columns, start=1):
            fixed = column.form == Form.READ or column.key in spec.known_by
            _fill(
                sheet.cell(place, number),
                column,
                label_of(state, spec.key, column.key, row.get(column.key, "")),
                fixed,
            )
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(spec.columns))}{max(len(rows) + 1, 2)}"


def _head(sheet: Worksheet, number: int, column: Column, *, is_key: bool) -> None:
    cell = sheet.cell(1, number, str(column.label))
    cell.fill, cell.font, cell.alignment = HEAD, Font(bold=True, color="FFFFFF"), WRAP
    fixed = _("Grey: of a row that is there already, this stays as it is.")
    note = f"{column.note}\n{fixed}" if is_key else column.note
    comment = Comment(str(note), "Quanxi")
    comment.width, comment.height = 280, 110
    cell.comment = comment
    sheet.column_dimensions[get_column_letter(number)].width = column.width


def _drop_down(sheet: Worksheet, number: int, column: Column, place: str, rows: int) -> None:
    rule = DataValidation(type="list", formula1=place, allow_blank=True)
    # A category may be new, in its own sheet.
    rule.errorStyle = "warning" if column.among == "category" else "stop"
    rule.errorTitle, rule.error = str(column.label), _("Choose one of the list.")
    rule.showErrorMessage = True
    letter = get_column_letter(number)
    rule.add(f"{letter}2:{letter}{rows + 1 + ROOM}")
    sheet.add_data_validation(rule)


def _fill(cell: Cell, column: Column, text: str, fixed: bool) -> None:
    is_number = column.form == Form.NUMBER or column.key in NUMERIC
    if is_number and text:
        number = float(text)
        cell.value = int(number) if number.is_integer() else number
    else:
        _text(cell, text)
    cell.alignment = WRAP
    if fixed:
        cell.fill = SHADE


def _text(cell: Cell, text: str) -> Any:
    """Always as text: what begins like a formula is none, and a number with leading zeros keeps them."""
    if text:
        cell.value = text
        cell.data_type = "s"
        cell.number_format = "@"

"""A dashboard as a workbook: what it says on the first sheet, then a sheet a chart with the numbers behind it."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ..behind import MONTHS, WEEK, Row, days_of
from ..figures.house import Words
from ..pages import Board
from .charts import Apart, Chart, apart_of, charts_of, compared, words_of

WHOLE, SHARE, INDEX, DECIMAL, MONEY = "#,##0", "0.0%", "0", "#,##0.00", '"¥"#,##0.00'
MOMENT = "yyyy-mm-dd hh:mm"
UNITS = {"whole": WHOLE, "share": SHARE, "decimal": DECIMAL, "money": MONEY}
LONGEST_NAME = 31
HEAD = PatternFill("solid", fgColor="EDF4FA")
Cell = tuple[Any, str]


@dataclass
class _Sheet:
    """A sheet that is filled from above; `row` is the last one written."""

    sheet: Any
    row: int = 0


def board_workbook(board: Board) -> bytes:
    book = Workbook()
    first = book.worksheets[0]
    first.title = _name(_("Overview"), set())
    _overview(_Sheet(first), board)
    taken = {first.title.lower()}
    for chart in charts_of(board.content):
        sheet = book.create_sheet(_name(chart.title, taken))
        taken.add(sheet.title.lower())
        _chart(_Sheet(sheet), chart)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _name(title: str, taken: set[str]) -> str:
    """At most 31 signs, none that a sheet's name may not have, and no name twice."""
    plain = "".join(" " if sign in "[]:*?/\\" else sign for sign in title).strip(" '") or _("Table")
    name, number = plain[:LONGEST_NAME].strip(" '"), 2
    while name.lower() in taken:
        mark = f" {number}"
        name, number = plain[: LONGEST_NAME - len(mark)] + mark, number + 1
    return name


def _overview(sheet: _Sheet, board: Board) -> None:
    _title(sheet, board.title)
    for text in (board.lead, board.sentence, board.status, compared(board.content)):
        if text:
            _line(sheet, [(text, "")])
    sheet.row += 1
    _line(sheet, [(_("Members"), ""), (board.members, WHOLE)])
    if board.universe:
        _line(sheet, [(_("Share of all customers"), ""), (board.members / board.universe, SHARE)])
    if board.as_of:
        _line(sheet, [(_("As of"), ""), (timezone.make_naive(board.as_of), MOMENT)])
    used = words_of(board.content)
    _key_numbers(sheet, board.content["numbers"], used)
    _apart(sheet, list(apart_of(board.content)), used)
    _tree(sheet, board.content.get("tree", []))
    sheet.row += 1
    _line(sheet, [(board.made, "")])
    _widths(sheet, (34, 22, 16, 16, 16, 16, 12, 12, 12))


def _key_numbers(sheet: _Sheet, numbers: Iterable[dict[str, Any]], used: Words) -> None:
    _part(sheet, _("Key numbers"), ("", used.group, used.everyone, used.tgi))
    for number in numbers:
        shown_as, ours, theirs = UNITS[number["unit"]], number["value"], number["base"]
        index = 100 * ours / theirs if number["tgi"] and ours is not None and theirs else None
        said = number["text"] if ours is None else ours
        _line(sheet, [(number["label"], ""), (said, shown_as), (theirs, shown_as), (index, INDEX)])


def _apart(sheet: _Sheet, found: Sequence[Apart], used: Words) -> None:
    if not found:
        return
    headings = (_("Value"), "", used.tgi, *_interval(), *_shares(used), *_counts(used))
    _part(sheet, _("What sets them apart"), headings)
    for one in found:
        row = one.row
        index = [(row.tgi, INDEX), (row.low, INDEX), (row.high, INDEX)]
        shares = [(row.share, SHARE), (row.everyone_share, SHARE)]
        counts = [(row.members, WHOLE), (row.everyone, WHOLE)]
        _line(sheet, [(one.value, ""), (one.subject, ""), *index, *shares, *counts])


def _tree(sheet: _Sheet, rows: Iterable[dict[str, Any]]) -> None:
    if not rows:
        return
    headings = (_("Customers"), _("Members among them"), _("Members"), _("Customers"))
    _part(sheet, _("Who belongs here, in a few questions"), headings)
    for row in rows:
        members, everyone = row["counts"]
        share = members / everyone if everyone else None
        _line(sheet, [(row["text"], ""), (share, SHARE), (members, WHOLE), (everyone, WHOLE)])
        sheet.sheet.cell(sheet.row, 1).alignment = Alignment(indent=2 * row["depth"])


def _chart(sheet: _Sheet, chart: Chart) -> None:
    _title(sheet, chart.title)
    _line(sheet, [(f"{chart.section} · {chart.note}", "")])
    if chart.shape == WEEK:
        _week(sheet, chart)
        return
    headings = (_("Month") if chart.shape == MONTHS else _("Value"), *_headings(chart.used))
    _part(sheet, "", headings)
    sheet.sheet.freeze_panes = f"B{sheet.row + 1}"
    for row in chart.rows:
        _line(sheet, [(row.label, ""), *_cells(row, chart)])
    _widths(sheet, (26, *[14] * (len(headings) - 1)))


def _headings(used: Words) -> tuple[str, ...]:
    (share, everyone), (members, customers) = _shares(used), _counts(used)
    return members, share, customers, everyone, used.tgi, *_interval()


def _shares(used: Words) -> tuple[str, str]:
    return _("Share: %(whom)s") % {"whom": used.group}, _("Share: %(whom)s") % {"whom": used.everyone}


def _counts(used: Words) -> tuple[str, str]:
    return _("Number: %(whom)s") % {"whom": used.group}, _("Number: %(whom)s") % {"whom": used.everyone}


def _interval() -> tuple[str, str]:
    """The two ends of the 95 % interval of the index."""
    return _("TGI at least (95%)"), _("TGI at most (95%)")


def _cells(row: Row, chart: Chart) -> list[Cell]:
    few = f"<{chart.base.least}"
    hidden = row.members is None
    return [
        (few if hidden else row.members, WHOLE),
        (few if hidden else row.share, SHARE),
        (row.everyone, WHOLE),
        (row.everyone_share, SHARE),
        (row.tgi, INDEX),
        (row.low, INDEX),
        (row.high, INDEX),
    ]


def _week(sheet: _Sheet, chart: Chart) -> None:
    """Four times 7 × 24: shares and counts, of the group and of everyone."""
    used, few = chart.used, f"<{chart.base.least}"
    hours = [row.label for row in days_of(chart.rows)[0]]
    tables = (
        (_shares(used)[0], SHARE, lambda row: few if row.members is None else row.share),
        (_counts(used)[0], WHOLE, lambda row: few if row.members is None else row.members),
        (_shares(used)[1], SHARE, lambda row: row.everyone_share),
        (_counts(used)[1], WHOLE, lambda row: row.everyone),
    )
    for title, shown_as, value in tables:
        _part(sheet, title, ("", *hours))
        for name, day in zip(used.weekdays, days_of(chart.rows), strict=True):
            _line(sheet, [(name, ""), *((value(row), shown_as) for row in day)])
    _widths(sheet, (16, *[8] * 24))


def _title(sheet: _Sheet, text: str) -> None:
    _line(sheet, [(text, "")])
    sheet.sheet.cell(sheet.row, 1).font = Font(bold=True, size=16)


def _part(sheet: _Sheet, title: str, headings: Sequence[str]) -> None:
    sheet.row += 1
    if title:
        _line(sheet, [(title, "")])
        sheet.sheet.cell(sheet.row, 1).font = Font(bold=True, size=12)
    _line(sheet, [(heading, "") for heading in headings])
    for cell in sheet.sheet[sheet.row][: len(headings)]:
        cell.font, cell.fill = Font(bold=True), HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _line(sheet: _Sheet, cells: Sequence[Cell]) -> None:
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


def _widths(sheet: _Sheet, widths: Sequence[float]) -> None:
    for place, width in enumerate(widths, 1):
        sheet.sheet.column_dimensions[get_column_letter(place)].width = width

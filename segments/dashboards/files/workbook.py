"""A dashboard as a workbook: what it says on the first sheet, then a sheet a chart with the numbers behind it."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment

from ..behind import MONTHS, WEEK, Row, days_of
from ..figures.house import Words
from ..figures.marks import UNTOLD
from ..pages import Board
from ..suggesting import Suggested
from .charts import Apart, Chart, Told, apart_of, charts_of, compared, told_of, words_of
from .city_sheet import cities_write
from .said import Said, said_of
from .sheets import (
    DECIMAL,
    INDEX,
    MONEY,
    SHARE,
    WHOLE,
    Sheet,
    line_add,
    part_add,
    row_cells,
    sheet_name,
    title_add,
    widths_set,
)

MOMENT = "yyyy-mm-dd hh:mm"
UNITS = {"whole": WHOLE, "share": SHARE, "decimal": DECIMAL, "money": MONEY}


def board_workbook(board: Board) -> bytes:
    book = Workbook()
    first = book.worksheets[0]
    first.title = sheet_name(_("Overview"), set())
    _overview(Sheet(first), board)
    taken = {first.title.lower()}
    for chart in charts_of(board.content):
        sheet = book.create_sheet(sheet_name(chart.title, taken))
        taken.add(sheet.title.lower())
        _chart(Sheet(sheet), chart)
    if board.content.get("cities"):
        sheet = book.create_sheet(sheet_name(_("Cities of the provinces"), taken))
        taken.add(sheet.title.lower())
        cities_write(Sheet(sheet), board.content, _headings(words_of(board.content)))
    if said := said_of(board.content):
        _said(Sheet(book.create_sheet(sheet_name(_("In their own words"), taken))), said)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _overview(sheet: Sheet, board: Board) -> None:
    title_add(sheet, board.title)
    for text in (board.lead, board.sentence, board.status, compared(board.content)):
        if text:
            line_add(sheet, [(text, "")])
    sheet.row += 1
    line_add(sheet, [(_("Members"), ""), (board.members, WHOLE)])
    if board.universe:
        line_add(sheet, [(_("Share of all customers"), ""), (board.members / board.universe, SHARE)])
    if board.as_of:
        line_add(sheet, [(_("As of"), ""), (timezone.make_naive(board.as_of), MOMENT)])
    used = words_of(board.content)
    _told(sheet, told_of(board.content))
    _key_numbers(sheet, board.content["numbers"], used)
    _apart(sheet, list(apart_of(board.content)), used)
    _plays(sheet, board.suggestions)
    _tree(sheet, board.content.get("tree", []))
    sheet.row += 1
    line_add(sheet, [(board.made, "")])
    widths_set(sheet, (34, 22, 16, 16, 16, 16, 12, 12, 12))


def _told(sheet: Sheet, told: Sequence[Told]) -> None:
    """A row a sentence, and in rows below it the figures it rests on."""
    if not told:
        return
    part_add(sheet, _("The group in words"), (_("Sentence"), _("Rests on")))
    for one in told:
        line_add(sheet, [(one.text, ""), (one.read_from, "")])


def _key_numbers(sheet: Sheet, numbers: Iterable[dict[str, Any]], used: Words) -> None:
    part_add(sheet, _("Key numbers"), ("", used.group, used.everyone, used.tgi))
    for number in numbers:
        shown_as, ours, theirs = UNITS[number["unit"]], number["value"], number["base"]
        index = 100 * ours / theirs if number["tgi"] and ours is not None and theirs else None
        said = number["text"] if ours is None else ours
        beside = UNTOLD if theirs is None else theirs
        line_add(sheet, [(number["label"], ""), (said, shown_as), (beside, shown_as), (index, INDEX)])


def _apart(sheet: Sheet, found: Sequence[Apart], used: Words) -> None:
    if not found:
        return
    headings = (_("Value"), "", used.tgi, *_interval(), *_shares(used), *_counts(used))
    part_add(sheet, _("What sets them apart"), headings)
    for one in found:
        row = one.row
        index = [(row.tgi, INDEX), (row.low, INDEX), (row.high, INDEX)]
        shares = [(row.share, SHARE), (row.everyone_share, SHARE)]
        counts = [(row.members, WHOLE), (row.everyone, WHOLE)]
        line_add(sheet, [(one.value, ""), (one.subject, ""), *index, *shares, *counts])


def _plays(sheet: Sheet, found: Sequence[Suggested]) -> None:
    if not found:
        return
    headings = (_("Finding"), _("Do this"), _("Expected effect"), _("How to measure it"))
    part_add(sheet, _("What to do"), headings)
    for one in found:
        line_add(sheet, [(text, "") for text in (one.finding_said, one.action_said, one.effect, one.measure)])


def _tree(sheet: Sheet, rows: Iterable[dict[str, Any]]) -> None:
    if not rows:
        return
    headings = (_("Customers"), _("Members among them"), _("Members"), _("Customers"))
    part_add(sheet, _("Who belongs here, in a few questions"), headings)
    for row in rows:
        members, everyone = row["counts"]
        share = members / everyone if everyone else None
        line_add(sheet, [(row["text"], ""), (share, SHARE), (members, WHOLE), (everyone, WHOLE)])
        sheet.sheet.cell(sheet.row, 1).alignment = Alignment(indent=2 * row["depth"])


def _chart(sheet: Sheet, chart: Chart) -> None:
    title_add(sheet, chart.title)
    line_add(sheet, [(f"{chart.section} · {chart.note}", "")])
    if chart.shape == WEEK:
        _week(sheet, chart)
        return
    if chart.tables:
        _tables(sheet, chart)
        return
    if chart.outlines:
        _rows(sheet, chart, chart.areas, "", _("Area of the map"))
        _rows(sheet, chart, chart.elsewhere, _("Not on the map"), _("Value"))
        return
    _rows(sheet, chart, chart.rows, "", _("Month") if chart.shape == MONTHS else _("Value"))


def _rows(sheet: Sheet, chart: Chart, rows: Sequence[Row], title: str, first: str) -> None:
    if not rows:
        return
    headings = (first, *_headings(chart.used))
    part_add(sheet, title, headings)
    sheet.sheet.freeze_panes = sheet.sheet.freeze_panes or f"B{sheet.row + 1}"
    for row in rows:
        line_add(sheet, [(row.label, ""), *row_cells(row)])
    widths_set(sheet, (26, *[14] * (len(headings) - 1)))


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


def _week(sheet: Sheet, chart: Chart) -> None:
    """Four times 7 × 24: shares and counts, of the group and of everyone."""
    used = chart.used
    hours = [row.label for row in days_of(chart.rows)[0]]
    tables = (
        (_shares(used)[0], SHARE, lambda row: row.members_mark or row.share),
        (_counts(used)[0], WHOLE, lambda row: row.members_mark or row.members),
        (_shares(used)[1], SHARE, lambda row: row.everyone_mark or row.everyone_share),
        (_counts(used)[1], WHOLE, lambda row: row.everyone_mark or row.everyone),
    )
    for title, shown_as, value in tables:
        part_add(sheet, title, ("", *hours))
        for name, day in zip(used.weekdays, days_of(chart.rows), strict=True):
            line_add(sheet, [(name, ""), *((value(row), shown_as) for row in day)])
    widths_set(sheet, (16, *[8] * 24))


def _said(sheet: Sheet, said: Said) -> None:
    title_add(sheet, _("In their own words"))
    line_add(sheet, [(said.held, "")])
    if said.themes:
        part_add(sheet, _("Themes"), (*said.theme_heads[:3], _("At least (95%)"), _("At most (95%)")))
        for name, count, *shares in said.themes:
            line_add(sheet, [(name, ""), (count, WHOLE), *((share, SHARE) for share in shares)])
    if said.beside:
        part_add(sheet, "", said.beside_heads)
        for name, counts in said.beside:
            line_add(sheet, [(name, ""), *((count, WHOLE) for count in counts)])
    if said.quotes:
        part_add(sheet, "", (_("Quote"), _("Who said it")))
        for text, who in said.quotes:
            line_add(sheet, [(text, ""), (who, "")])
    widths_set(sheet, (44, *[16] * 6))


def _tables(sheet: Sheet, chart: Chart) -> None:
    for table in chart.tables:
        part_add(sheet, table.title, table.heads)
        for row in table.rows:
            cells = [(value, UNITS.get(unit, "")) for value, unit in zip(row, table.units, strict=False)]
            line_add(sheet, cells)
    widths_set(sheet, (26, *[12] * max(len(table.heads) - 1 for table in chart.tables)))

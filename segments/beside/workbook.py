"""Groups side by side as a workbook: sizes and key numbers on the first sheet, then a sheet a chart."""

import io
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook

from segments.dashboards.files.sheets import (
    INDEX,
    SHARE,
    WHOLE,
    Cell,
    Sheet,
    line_add,
    part_add,
    sheet_name,
    title_add,
    widths_set,
)

from . import matching
from .pages import ChartBlock, Comparison
from .series import evidence_text


def comparison_workbook(page: Comparison) -> bytes:
    book = Workbook()
    first = book.worksheets[0]
    first.title = sheet_name(_("Overview"), set())
    _overview(Sheet(first), page)
    taken = {first.title.lower()}
    for _title, blocks in page.sections:
        for block in blocks:
            if block.chart.rows:
                sheet = book.create_sheet(sheet_name(block.title, taken))
                taken.add(sheet.title.lower())
                _chart(Sheet(sheet), block)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _overview(sheet: Sheet, page: Comparison) -> None:
    title_add(sheet, " · ".join(side.name for side in page.drawn))
    line_add(sheet, [(f"{_('Compared with')}: {page.everyone}", "")])
    part_add(sheet, "", (_("Group"), _("Members"), _("Share of all customers"), _("As of")))
    for side in page.drawn:
        run = side.segment.run
        share = side.segment.count / run.universe if run.universe else None
        moment = timezone.make_naive(run.as_of)
        line_add(
            sheet, [(side.name, ""), (side.segment.count, WHOLE), (share, SHARE), (moment, "yyyy-mm-dd hh:mm")]
        )
    part_add(sheet, _("Key numbers"), ("", *(side.name for side in page.drawn), page.everyone))
    for label, theirs, numbers in page.numbers:
        line_add(sheet, [(label, ""), *((one["text"] if one else "–", "") for one in numbers), (theirs, "")])
    part_add(sheet, _("What sets each apart"), (_("Group"), "", _("Value"), "", "TGI", "n"))
    for side in page.drawn:
        for way, text in (("over", page.more), ("under", page.less)):
            for one in side.apart.get(way, []):
                index = int(one["tgi"].replace(",", ""))
                count = (one["counts"][0], WHOLE)
                named = [(side.name, ""), (text, ""), (one["value"], ""), (one["subject"], "")]
                line_add(sheet, [*named, (index, INDEX), count])
    widths_set(sheet, (30, 22, 22, 22, 14, 14, 14))


def _chart(sheet: Sheet, block: ChartBlock) -> None:
    page, chart = block.page, block.chart
    title_add(sheet, chart.title)
    for side, size in block.sizes:
        line_add(sheet, [(f"{side.name}: n = {size if size is not None else '–'}", "")])
    heads = [f"{side.name}: {what}" for side in page.drawn for what in _heads()]
    part_add(sheet, "", (_("Value"), page.everyone, *heads))
    sheet.sheet.freeze_panes = f"B{sheet.row + 1}"
    for row in chart.rows:
        theirs = row.beside.share if row.beside else "–"
        cells = [cell for one in row.cells for cell in _cells(one)]
        line_add(sheet, [(row.label, ""), (theirs, SHARE), *cells])
    widths_set(sheet, (26, 14, *[14] * len(heads)))


def _heads() -> tuple[str, ...]:
    return (
        "n",
        _("Share"),
        _("Share at least (95%)"),
        _("Share at most (95%)"),
        "TGI",
        _("TGI at least (95%)"),
        _("TGI at most (95%)"),
        _("Difference"),
    )


def _cells(cell: matching.Cell | None) -> Iterator[Cell]:
    if cell is None or cell.mark:
        yield from [("–" if cell is None else cell.mark, ""), *[(None, "")] * 7]
        return
    yield from ((cell.count, WHOLE), (cell.share, SHARE))
    yield from ((cell.span.low if cell.span else None, SHARE), (cell.span.high if cell.span else None, SHARE))
    yield (cell.index, INDEX)
    between = cell.between
    yield from ((between.low if between else None, INDEX), (between.high if between else None, INDEX))
    yield (evidence_text(cell) if cell.q is not None else "", "")

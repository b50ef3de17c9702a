"""The rows of a chart as series to draw: the words on bars and on hover."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from segments.dashboards.figures.beside import Series, share_label
from segments.dashboards.figures.marks import UNTOLD
from segments.dashboards.figures.numerals import index, percent, whole
from segments.dashboards.wording import untold

from .matching import Cell, Matched, Row

SIGNS = {"over": "▲", "under": "▼", "": ""}


def series_of(chart: Matched, groups: Sequence[tuple[str, str]], everyone: str) -> list[Series]:
    """`groups`: name and colour of each. Those they are compared with come last."""
    made = [_group(chart, place, name, color, everyone) for place, (name, color) in enumerate(groups)]
    shares = [row.beside.share if row.beside else None for row in chart.rows]
    whom = Series(
        name=everyone,
        color="",
        shares=shares,
        spans=[None] * len(shares),
        marks=["" if share is None else percent(share) for share in shares],
        hover=[_hover_beside(row, everyone) for row in chart.rows],
    )
    return [*made, whom]


def _group(chart: Matched, place: int, name: str, color: str, everyone: str) -> Series:
    cells = [row.cells[place] for row in chart.rows]
    return Series(
        name=name,
        color=color,
        shares=[cell.share if cell else None for cell in cells],
        spans=[(cell.span.low, cell.span.high) if cell and cell.span else None for cell in cells],
        marks=[share_label(cell.share, cell.mark, SIGNS[cell.way]) if cell else "–" for cell in cells],
        hover=[_hover(row, cell, name, everyone, chart.least) for row, cell in zip(chart.rows, cells, strict=True)],
    )


def _hover(row: Row, cell: Cell | None, name: str, everyone: str, least: int) -> str:
    head = f"<b>{row.label}</b><br>{name}: "
    if cell is None:
        return head + _("not told")
    if cell.mark:
        return head + "<br>".join((cell.mark, *([untold() % {"least": least}] if cell.mark == UNTOLD else [])))
    lines = [f"{head}{percent(cell.share)} (n = {whole(cell.count or 0)} / {whole(cell.size)})"]
    if cell.span:
        ends = {"low": percent(cell.span.low), "high": percent(cell.span.high)}
        lines.append(_("95 %% interval: %(low)s to %(high)s") % ends)
    if cell.index is not None:
        theirs = percent(row.beside.share if row.beside else None)
        lines.append(f"TGI {index(cell.index)}{between_text(cell)} · {everyone} {theirs}")
    if cell.q is not None:
        lines.append(evidence_text(cell))
    return "<br>".join(lines)


def between_text(cell: Cell) -> str:
    return f" ({index(cell.between.low)}–{index(cell.between.high)})" if cell.between else ""


def evidence_text(cell: Cell) -> str:
    if not cell.way:
        return _("may be chance")
    return _("more often, by more than chance") if cell.way == "over" else _("less often, by more than chance")


def _hover_beside(row: Row, everyone: str) -> str:
    if row.beside is None:
        return f"<b>{row.label}</b><br>{everyone}: –"
    return f"<b>{row.label}</b><br>{everyone}: {percent(row.beside.share)} (n = {whole(row.beside.count)})"

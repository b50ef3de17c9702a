"""The pages: what it says, in words, what sets the group apart, what to do, then every chart."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, PageTemplate, Table

from ...figures.numerals import index, percent, whole
from ...pages import Board
from ..charts import Chart, apart_of, charts_of, city_charts_of, compared, told_of, words_of
from ..said import said_of
from .charts import HALF, drawn, halves, is_wide
from .fonts import font_of
from .style import BODY, FAINT, GROUP_INK, HIGH, INK, LINE, MARGIN, WIDE, NumberedPages, Style, gap

NUMBERS_A_ROW = 4
Content = Mapping[str, Any]


def board_pdf(board: Board) -> bytes:
    style = style_now()
    head = f"{board.title} · {board.status}"
    return pages_made(story_of(board, style), style, title=board.title, head=head, foot=board.made)


def style_now() -> Style:
    """In the language that is active."""
    return Style(font_of(get_language() or ""))


def pages_made(story: list[Flowable], style: Style, *, title: str, head: str, foot: str) -> bytes:
    """`head` stands on every page but the first, `foot` on each."""
    target = io.BytesIO()
    document = BaseDocTemplate(target, pagesize=(WIDE, HIGH), title=title, author="Quanxi", lang=get_language())
    frame = Frame(
        MARGIN, 15 * mm, BODY, HIGH - 31 * mm, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0
    )
    document.addPageTemplates([PageTemplate(frames=[frame])])
    around = {"head": head, "foot": foot, "font": style.font}
    document.build(story, canvasmaker=type("Pages", (NumberedPages,), around))
    return target.getvalue()


def story_of(board: Board, style: Style) -> list[Flowable]:
    return [
        *_head(board, style),
        *numbers_part(board.content, style),
        *_told(board, style),
        *apart_part(board.content, style),
        *_plays(board, style),
        *_tree(board, style),
        *_charts(board, style),
        *_said(board, style),
        *notes_part(board.content, style),
    ]


def _head(board: Board, style: Style) -> Iterator[Flowable]:
    yield style.text(board.title, 20, after=4)
    for text in (board.lead, board.sentence):
        if text:
            yield style.text(text)
    yield style.text(f"{board.status} · {compared(board.content)}", 8.5, FAINT, after=8)


def numbers_part(content: Content, style: Style) -> Iterator[Flowable]:
    used, cells = words_of(content), []
    for number in content["numbers"]:
        beside = number["beside"]
        if number["tgi"]:
            beside = f"{used.everyone} {beside} · TGI {number['tgi']}"
        parts = ((number["label"], 8, FAINT), (number["text"], 14, GROUP_INK), (beside, 7.5, FAINT))
        cells.append([style.text(text, size, ink, after=0) for text, size, ink in parts])
    rows = [cells[first : first + NUMBERS_A_ROW] for first in range(0, len(cells), NUMBERS_A_ROW)]
    rows[-1] += [[] for _none in range(NUMBERS_A_ROW - len(rows[-1]))]
    boxed = [("BOX", (0, 0), (-1, -1), 0.5, LINE), ("INNERGRID", (0, 0), (-1, -1), 0.5, LINE)]
    yield Table(rows, [BODY / NUMBERS_A_ROW] * NUMBERS_A_ROW, style=[*boxed, ("VALIGN", (0, 0), (-1, -1), "TOP")])


def _told(board: Board, style: Style) -> Iterator[Flowable]:
    if told := told_of(board.content):
        yield style.heading(_("The group in words"))
        for one in told:
            yield KeepTogether(
                [style.text(one.text, 10, after=0), style.text(one.read_from, 7.5, FAINT, after=4)]
                if one.read_from
                else [style.text(one.text, 10, after=4)]
            )


def apart_part(content: Content, style: Style) -> Iterator[Flowable]:
    found, used = list(apart_of(content)), words_of(content)
    if not found:
        return
    yield style.heading(_("What sets them apart"))
    heads = ["", _("Value"), used.tgi, _("95% interval"), used.group, used.everyone, _("Members")]
    rows = [
        [
            "▲" if one.over else "▼",
            f"{one.value} · {one.subject}",
            index(one.row.tgi),
            f"{index(one.row.low)}–{index(one.row.high)}" if one.row.low is not None else "",
            percent(one.row.share),
            percent(one.row.everyone_share),
            whole(one.row.members or 0),
        ]
        for one in found
    ]
    yield style.table([heads, *rows], [0.5, 4.6, 0.9, 1.6, 1.2, 1.4, 1.1], texts=2)


def _plays(board: Board, style: Style) -> Iterator[Flowable]:
    if not board.suggestions:
        return
    yield style.heading(_("What to do"))
    heads = [_("Finding"), _("Do this"), _("Expected effect"), _("How to measure it")]
    rows = [[one.finding_said, one.action_said, one.effect, one.measure] for one in board.suggestions]
    yield style.table([heads, *rows], [2, 4, 2.2, 2.4], texts=4)


def _tree(board: Board, style: Style) -> Iterator[Flowable]:
    rows = board.content.get("tree", [])
    if not rows:
        return
    yield style.heading(_("Who belongs here, in a few questions"))
    heads = [_("Customers"), _("Members among them"), _("Members"), _("Customers")]
    told = [["\u3000" * row["depth"] + row["text"], row["share"], row["members"], row["everyone"]] for row in rows]
    yield style.table([heads, *told], [6, 2, 1.4, 1.4])


def _charts(board: Board, style: Style) -> Iterator[Flowable]:
    """A section's heading stays with its first charts. The cities of the provinces are the last section."""
    found = chain(charts_of(board.content), city_charts_of(board.content))
    for section, charts in groupby(found, key=lambda chart: chart.section):
        first, *rest = sides_of(charts, style)
        yield KeepTogether([style.heading(section), *first])
        yield from map(KeepTogether, rest)


def sides_of(charts: Iterable[Chart], style: Style) -> Iterator[list[Any]]:
    """What stands side by side, in the order of the charts."""
    return (_side(side, style) for side in halves(charts))


def _side(charts: Sequence[Chart], style: Style) -> list[Any]:
    if is_wide(charts[0]):
        return [*_chart(charts[0], style), gap(10)]
    plain: list[Any] = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]
    plain += [("VALIGN", (0, 0), (-1, -1), "TOP")]
    cells = [_chart(chart, style) for chart in charts]
    cells += [[]] * (2 - len(cells))
    return [Table([cells], [HALF + 12, HALF], style=plain, hAlign="LEFT")]


def _chart(chart: Chart, style: Style) -> list[Any]:
    return [
        style.text(chart.title, 9.5, INK, after=0),
        style.text(chart.note, 7.5, FAINT, after=3),
        drawn(chart, style.font),
    ]


def _said(board: Board, style: Style) -> Iterator[Flowable]:
    said = said_of(board.content)
    if said is None:
        return
    yield style.heading(_("In their own words"))
    yield style.text(said.held, 8.5, FAINT)
    if said.themes:
        yield style.table([list(said.theme_heads), *said.theme_rows], [5, 1.6, 1.4, 2.4])
        yield gap()
    if said.beside:
        counted = [[name, *map(str, counts)] for name, counts in said.beside]
        yield style.table([list(said.beside_heads), *counted], [3, *[1.5] * len(said.beside)])
        yield gap()
    for text in said.quoted:
        yield style.text(text, 10, after=4)


def notes_part(content: Content, style: Style) -> Iterator[Flowable]:
    used = words_of(content)
    least = next((chart.base.least for chart in charts_of(content)), 0)
    yield gap()
    for note in (
        _("TGI 100 = as common as among those compared with"),
        _("The upper bar is %(group)s, the lower one %(everyone)s.")
        % {"group": used.group, "everyone": used.everyone},
        _("fewer than %(least)s members are not shown") % {"least": least},
    ):
        yield style.text(note, 8, FAINT, after=1)

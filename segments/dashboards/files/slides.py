"""A dashboard as slides, 16:9: what it says, what sets the group apart, then a chart a slide that can be edited."""

import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pptx import Presentation
from pptx.enum.text import PP_ALIGN
from pptx.util import Inches, Pt

from ..behind import COHORTS, COLUMNS, CURVE, FLOWS, MONTHS, PAIRS, RFM, STAGES, TILES, WEEK
from ..figures.house import Words
from ..figures.numerals import index, percent, whole
from ..pages import Board
from .charts import (
    CURVES_FROM,
    Apart,
    Chart,
    Told,
    apart_of,
    charts_of,
    city_charts_of,
    compared,
    told_of,
    words_of,
)
from .said import Said, said_of
from .slide_charts import bars, columns, curves, lines
from .slide_grids import scores_grid, shares_grid
from .slide_places import areas, cities
from .slide_style import (
    FAINT,
    GROUP_INK,
    HIGH,
    INK,
    LEFT,
    SUNKEN,
    TEXT_HEIGHT,
    WIDTH,
    fonts_name,
    number_put,
    table_put,
    text_put,
)
from .slide_tables import figures_tables, moves_table, pairs_table, rows_table, tiles, values_table, week

TITLE_ONLY = 5
NUMBERS_A_ROW = 4
PLAYS = 5


def board_slides(board: Board) -> bytes:
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HIGH)
    fonts_name(deck, get_language() or "")
    deck.core_properties.title, deck.core_properties.author = board.title, "Quanxi"
    _first(deck, board)
    _told(deck, board, told_of(board.content))
    _apart(deck, board, list(apart_of(board.content)))
    _plays(deck, board)
    _tree(deck, board, board.content.get("tree", []))
    for chart in charts_of(board.content):
        _chart(deck, board, chart)
    cities(lambda title: _slide(deck, board, title), list(city_charts_of(board.content)))
    if said := said_of(board.content):
        _said(deck, board, said)
    target = io.BytesIO()
    deck.save(target)
    return target.getvalue()


def _slide(deck: Any, board: Board, title: str, size: float = 24) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = Inches(LEFT), Inches(0.3), Inches(12.3), Inches(0.7)
    shape.text_frame.word_wrap = True
    paragraph = shape.text_frame.paragraphs[0]
    paragraph.text, paragraph.alignment = title, PP_ALIGN.LEFT
    paragraph.font.size, paragraph.font.bold, paragraph.font.color.rgb = Pt(size), True, INK
    text_put(slide, f"{board.title} · {board.status}", LEFT, 7.05, 11.4, size=9, color=FAINT)
    number_put(slide, 12.2, 7.05)
    return slide


def _first(deck: Any, board: Board) -> None:
    slide = _slide(deck, board, board.title, 32)
    said = [text for text in (board.lead, board.sentence) if text]
    text_put(slide, "\n".join([*said, board.status, compared(board.content)]), LEFT, 1.1, 12.3, size=14, color=INK)
    used = words_of(board.content)
    for place, number in enumerate(board.content["numbers"]):
        row, column = divmod(place, NUMBERS_A_ROW)
        _number(slide, number, used, LEFT + 3.1 * column, 3.0 + 1.7 * row)
    text_put(slide, board.made, LEFT, 6.6, 12.3, size=10, color=FAINT)


def _number(slide: Any, number: dict[str, Any], used: Words, left: float, top: float) -> None:
    beside = number["beside"]
    if number["tgi"]:
        beside = f"{used.everyone} {beside} · {used.tgi} {number['tgi']}"
    box = text_put(slide, number["label"], left, top, 2.95, size=12, color=FAINT, height=1.5, fill=SUNKEN)
    for text, size, color in ((number["text"], 26, GROUP_INK), (beside, 11, FAINT)):
        paragraph = box.add_paragraph()
        paragraph.text, paragraph.font.size, paragraph.font.color.rgb = text, Pt(size), color
        paragraph.font.bold = size > 20


def _told(deck: Any, board: Board, told: Sequence[Told]) -> None:
    if not told:
        return
    slide = _slide(deck, board, _("The group in words"))
    rows = [[one.text, one.read_from] for one in told]
    height = min(0.44, 5.5 / (len(rows) + 1))
    heads = (_("Sentence"), _("Rests on"))
    table_put(slide, [heads, *rows], LEFT, 1.15, (8.0, 4.3), height=height, size=11, texts=2)


def _apart(deck: Any, board: Board, found: Sequence[Apart]) -> None:
    if not found:
        return
    slide = _slide(deck, board, _("What sets them apart"))
    used = words_of(board.content)
    heads = ("", _("Value"), used.tgi, _("95% interval"), used.group, used.everyone, _("Members"))
    rows = [[_sign(one), f"{one.value} · {one.subject}", *_figures(one)] for one in found]
    table_put(slide, [heads, *rows], LEFT, 1.15, (0.5, 5.2, 1.1, 1.7, 1.3, 1.3, 1.2), height=0.4, texts=2)
    text_put(slide, _about(), LEFT, 6.65, 12.3, size=10, color=FAINT)


def _sign(one: Apart) -> str:
    return "▲" if one.over else "▼"


def _figures(one: Apart) -> list[str]:
    row = one.row
    between = f"{index(row.low)}–{index(row.high)}" if row.low is not None else ""
    shares = (percent(row.share), percent(row.everyone_share))
    return [index(row.tgi), between, *shares, whole(row.members or 0)]


def _about() -> str:
    return _("TGI 100 = as common as among those compared with")


def _plays(deck: Any, board: Board) -> None:
    """At most PLAYS a slide."""
    heads = (_("Finding"), _("Do this"), _("Expected effect"), _("How to measure it"))
    for first in range(0, len(board.suggestions), PLAYS):
        slide = _slide(deck, board, _("What to do"))
        rows = [
            [one.finding_said, one.action_said, one.effect, one.measure]
            for one in board.suggestions[first : first + PLAYS]
        ]
        table_put(slide, [heads, *rows], LEFT, 1.15, (2.4, 4.5, 2.6, 2.8), height=0.9, size=11, texts=4)


def _tree(deck: Any, board: Board, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    slide = _slide(deck, board, _("Who belongs here, in a few questions"))
    heads = (_("Customers"), _("Members among them"), _("Members"), _("Customers"))
    table = [["\u3000" * row["depth"] + row["text"], row["share"], row["members"], row["everyone"]] for row in rows]
    height = min(0.4, 5.3 / (len(table) + 1))
    table_put(slide, [heads, *table], LEFT, 1.15, (7.3, 2.0, 1.5, 1.5), height=height)


def _said(deck: Any, board: Board, said: Said) -> None:
    """The themes at the left, the words of some at the right."""
    slide = _slide(deck, board, _("In their own words"))
    text_put(slide, said.held, LEFT, 1.0, 12.3, size=12, color=FAINT)
    if said.themes:
        rows = [said.theme_heads, *said.theme_rows]
        table_put(slide, rows, LEFT, 1.45, (2.6, 1.1, 1.0, 1.6), height=min(0.4, 5.3 / len(rows)), size=11)
    if said.quotes:
        left = 7.2 if said.themes else LEFT
        text_put(slide, "\n\n".join(said.quoted), left, 1.4, 12.9 - left, size=14, color=INK)


def _chart(deck: Any, board: Board, chart: Chart) -> None:
    slide = _slide(deck, board, chart.title)
    top, below = 1.1, HIGH - 1.1 - 0.95
    if chart.shape == WEEK:
        week(slide, chart, LEFT, top)
    elif chart.shape == TILES and chart.outlines:
        areas(slide, chart)
    elif chart.shape == TILES:
        tiles(slide, chart, LEFT, top)
    elif chart.shape == MONTHS:
        lines(slide, chart, LEFT, top, 12.3, below)
    elif chart.shape == CURVE:
        curves(slide, chart, LEFT, top, 6.9, below)
        figures_tables(slide, chart.tables[:CURVES_FROM], 7.6, top + 0.1)
    elif chart.shape == FLOWS:
        rows_table(slide, chart.tables[0], LEFT, top)
    elif chart.shape == PAIRS:
        bars(slide, chart, LEFT, top, 6.3, below)
        pairs_table(slide, chart.tables[0], 7.0, top + 0.1)
    elif chart.shape == STAGES:
        moves_table(slide, chart.tables[0], LEFT, top)
    elif chart.shape == RFM:
        scores_grid(slide, chart, LEFT, top)
    elif chart.shape == COHORTS:
        shares_grid(slide, chart.tables[0], LEFT, top)
    else:
        draw = columns if chart.shape == COLUMNS else bars
        draw(slide, chart, LEFT, top, 6.9, below)
        values_table(slide, chart, 7.6, top + 0.1)
    few = _("fewer than %(least)s members are not shown") % {"least": chart.base.least}
    note = " · ".join((chart.section, chart.note, few, _about()))
    text_put(slide, note, LEFT, 6.65, 12.3, size=11, color=FAINT, height=TEXT_HEIGHT)

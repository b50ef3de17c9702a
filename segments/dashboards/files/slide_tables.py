"""What PowerPoint has no chart for, as tables with shaded cells; and the numbers beside a chart."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from pptx.dml.color import RGBColor
from pptx.enum.text import PP_ALIGN
from pptx.util import Inches

from ..behind import Row, days_of
from ..figures.numerals import decimal, index, percent, whole
from ..figures.tiles import COLUMNS as ACROSS
from ..figures.tiles import PROVINCES
from ..figures.tiles import ROWS as DOWN
from ..pair_tables import BEFORE_LIFT
from ..tables import DECIMAL, SHARE, WHOLE, Table, Value
from .charts import Chart
from .shades import RGB, is_dark, shade_of_index, shade_of_share
from .slide_style import FAINT, INK, SUNKEN, WHITE, cell_fill, table_put

MOST_ROWS = 14


def values_table(slide: Any, chart: Chart, left: float, top: float) -> None:
    used = chart.used
    heads = (_("Value"), _("Members"), used.group, used.everyone, used.tgi)
    rows = [_value(row) for row in chart.rows[:MOST_ROWS]]
    table_put(slide, [heads, *rows], left, top, (2.0, 0.85, 0.85, 0.85, 0.65), height=0.34, size=10.5)


def _value(row: Row) -> tuple[str, ...]:
    members = row.members_mark or whole(row.members or 0)
    shares = row.members_mark or percent(row.share), row.everyone_mark or percent(row.everyone_share)
    return row.label, members, *shares, index(row.tgi)


def week(slide: Any, chart: Chart, left: float, top: float) -> None:
    """A row a day, a column an hour; the darker, the larger the share of the group that was active then."""
    table = blank(slide, 8, 25, (left, top), (12.3, 4.6))
    table.columns[0].width = Inches(0.9)
    for hour in range(24):
        table.columns[hour + 1].width = Inches(11.4 / 24)
        cell_fill(table.cell(0, hour + 1), f"{hour:02}", None, FAINT, 10)
    most = max((row.share or 0 for row in chart.rows), default=0)
    for number, (name, day) in enumerate(zip(chart.used.weekdays, days_of(chart.rows), strict=True), 1):
        cell_fill(table.cell(number, 0), name, None, INK, 12)
        for hour, row in enumerate(day):
            text = row.members_mark or percent(row.share).replace("%", "")
            shaded(table.cell(number, hour + 1), text, shade_of_share(row.share, most), 9)
    cell_fill(table.cell(0, 0), "%", None, FAINT, 10)


def tiles(slide: Any, chart: Chart, left: float, top: float) -> None:
    """Provinces as tiles, by index; beside them those with the highest index."""
    table = blank(slide, DOWN, ACROSS, (left, top), (6.9, 5.45))
    found = {row.value: row for row in chart.rows}
    language = chart.used.language
    for province in PROVINCES:
        row = found.get(province.name)
        shade = shade_of_index(row)
        text = (
            province.label(language)
            if shade is None or row is None
            else f"{province.label(language)} {index(row.tgi)}"
        )
        shaded(table.cell(province.row, province.column), text, shade, 10)
    named = [row for row in chart.rows if shade_of_index(row)]
    heads = (_("Value"), _("Members"), chart.used.group, chart.used.everyone, chart.used.tgi)
    ranked = sorted(named, key=lambda row: -(row.tgi or 0))[:MOST_ROWS]
    rows = [heads, *(_value(row) for row in ranked)]
    table_put(slide, rows, 7.6, top, (2.0, 0.85, 0.85, 0.85, 0.65), height=0.34, size=10.5)


def figures_tables(slide: Any, tables: Sequence[Table], left: float, top: float) -> None:
    """Short tables with the same headings, as one below the other."""
    rows = [[text_of(value, unit) for value, unit in _cells(table, row)] for table in tables for row in table.rows]
    table_put(slide, [tables[0].heads, *rows], left, top, (2.0, 0.8, 0.8, 0.8, 0.8), height=0.4, size=10.5)


def rows_table(slide: Any, table: Table, left: float, top: float) -> None:
    """As many rows as a slide has room for, the largest numbers of the last column."""
    ranked = sorted(table.rows, key=lambda row: -float(row[-1] or 0))[:MOST_ROWS]
    kept = [row for row in table.rows if row in ranked]
    rows = [[text_of(value, unit) for value, unit in _cells(table, row)] for row in kept]
    table_put(slide, [table.heads, *rows], left, top, (3.2, 3.6, 3.6, 1.6), height=0.35, size=11, texts=3)


def moves_table(slide: Any, table: Table, left: float, top: float) -> None:
    """As many moves as a slide has room for, those of the most first among the stages they are from."""
    ranked = sorted(table.rows, key=lambda row: -float(row[2] or 0))[:MOST_ROWS]
    kept = [row for row in table.rows if row in ranked]
    rows = [[text_of(value, unit) for value, unit in _cells(table, row)] for row in kept]
    widths = (2.2, 2.2, 1.5, 1.4, 1.2, 1.2, 1.5, 0.8)
    table_put(slide, [table.heads, *rows], left, top, widths, height=0.35, size=11, texts=2)


def pairs_table(slide: Any, table: Table, left: float, top: float) -> None:
    """Of each pair: customers, their share, the lift with its interval, and everyone's."""
    places = (0, 1, 2, 7, 8, 9, 10) if len(table.heads) > BEFORE_LIFT else range(BEFORE_LIFT)
    rows = [[text_of(row[place], table.units[place]) for place in places] for row in table.rows]
    heads = [table.heads[place] for place in places]
    table_put(slide, [heads, *rows], left, top, (2.0, 0.65, 0.65, 0.65, 0.65, 0.65, 0.65), height=0.4, size=9.5)


def _cells(table: Table, row: Sequence[Value]) -> Iterator[tuple[Value, str]]:
    return zip(row, table.units, strict=False)


def text_of(value: Value, unit: str) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return {SHARE: percent, WHOLE: whole, DECIMAL: decimal}[unit](value)


def blank(slide: Any, rows: int, columns: int, place: tuple[float, float], size: tuple[float, float]) -> Any:
    made = slide.shapes.add_table(rows, columns, *map(Inches, (*place, *size))).table
    made.first_row = made.horz_banding = False
    for line in made.iter_cells():
        cell_fill(line, "", None, INK, 9)
    return made


def shaded(cell: Any, text: str, shade: RGB | None, size: float) -> None:
    back = SUNKEN if shade is None else RGBColor(*shade)
    ink = FAINT if shade is None else WHITE if is_dark(shade) else INK
    cell_fill(cell, text, back, ink, size)
    cell.margin_left = cell.margin_right = 0
    for paragraph in cell.text_frame.paragraphs:
        paragraph.alignment = PP_ALIGN.CENTER

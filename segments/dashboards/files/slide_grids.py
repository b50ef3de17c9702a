"""Tables of numbers by row and column with shaded cells."""

from typing import Any

from pptx.util import Inches

from ..figures.numerals import percent
from ..tables import Table
from ..worth_tables import SQUARES
from .charts import Chart
from .shades import shade_of_score, shade_of_share
from .slide_style import FAINT, INK, cell_fill
from .slide_tables import blank, shaded, text_of


def shares_grid(slide: Any, table: Table, left: float, top: float) -> None:
    """Shares by row and column, the darker, the larger."""
    made = blank(slide, len(table.rows) + 1, len(table.heads), (left, top), (12.3, 5.3))
    made.columns[0].width = Inches(1.9)
    for column in range(1, len(table.heads)):
        made.columns[column].width = Inches(10.4 / (len(table.heads) - 1))
    for column, head in enumerate(table.heads):
        cell_fill(made.cell(0, column), head, None, FAINT, 10)
    most = max((value for row in table.rows for value in row[1:] if isinstance(value, float)), default=0.0)
    for number, row in enumerate(table.rows, 1):
        cell_fill(made.cell(number, 0), str(row[0]), None, INK, 11)
        for column, value in enumerate(row[1:], 1):
            share = value if isinstance(value, float) else None
            text = percent(share) if share is not None else str(value or "")
            shaded(made.cell(number, column), text, shade_of_share(share, most), 10)


def scores_grid(slide: Any, chart: Chart, left: float, top: float) -> None:
    """R by F: share, index and average M in each square, the darker, the higher the M."""
    tables = chart.tables[:SQUARES]
    heads, rows = tables[0].heads, tables[0].rows
    made = blank(slide, len(rows) + 1, len(heads), (left, top), (12.3, 5.2))
    for column, head in enumerate(heads):
        cell_fill(made.cell(0, column), head, None, FAINT, 12)
    for number, row in enumerate(rows, 1):
        cell_fill(made.cell(number, 0), str(row[0]), None, INK, 12)
        for column in range(1, len(heads)):
            share, index, money = ((table.rows[number - 1][column], table.units[column]) for table in tables)
            told = f"{text_of(*share)}\n{chart.used.tgi} {text_of(*index) or '–'} · M {text_of(*money) or '–'}"
            shaded(made.cell(number, column), told, shade_of_score(money[0]), 11)

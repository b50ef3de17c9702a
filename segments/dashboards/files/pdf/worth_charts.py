"""What customers are worth, as vectors from the tables behind the charts."""

from reportlab.graphics.shapes import Drawing, Rect

from ...tables import SHARE, WHOLE
from ...worth_tables import SQUARES
from ..charts import Chart
from ..shades import shade_of_score
from .marks import cut, shaded, text_of
from .more_charts import ROW, said
from .style import BODY, EVERYONE_INK, FAINT, GROUP_INK, INK

MOST = 18


def scores(chart: Chart, font: str) -> Drawing:
    """R by F: share, index and average M in each square, the darker, the higher the M."""
    tables = chart.tables[:SQUARES]
    heads, rows = tables[0].heads, tables[0].rows
    left, high = 24.0, 18.0
    wide = (BODY - left) / (len(heads) - 1)
    drawing = Drawing(BODY, high * len(rows) + ROW)
    for column, head in enumerate(heads[1:]):
        drawing.add(text_of(left + wide * (column + 0.5), drawing.height - 9, head, font, FAINT, anchor="middle"))
    for line, row in enumerate(rows):
        low = drawing.height - ROW - high * (line + 1)
        drawing.add(text_of(0, low + 6, str(row[0]), font, INK))
        for column in range(1, len(heads)):
            share, index, money = ((table.rows[line][column], table.units[column]) for table in tables)
            told = f"{said(*share)} · {chart.used.tgi} {said(*index) or '–'} · M {said(*money) or '–'}"
            place = (left + wide * (column - 1), low, wide - 1, high - 1)
            shaded(drawing, place, told, shade_of_score(money[0]), font, 6)
    return drawing


def moves(chart: Chart, font: str) -> Drawing:
    """Two bars a move, of those who were in the stage: the group's, below it everyone's."""
    table = chart.tables[0]
    ranked = sorted(table.rows, key=lambda row: -float(row[2] or 0))[:MOST]
    rows = [row for row in table.rows if row in ranked]
    drawing = Drawing(BODY, ROW * (len(rows) + 1))
    drawing.add(text_of(0, drawing.height - 9, table.title, font, FAINT))
    names, room = 0.36 * BODY, 0.4 * BODY
    for line, row in enumerate(rows):
        low = drawing.height - ROW * (line + 2)
        source, target, count, share, _low, _high, theirs, tgi = row
        drawing.add(text_of(0, low + 3, cut(f"{source} → {target}", font, names - 6), font, INK))
        for height, value, ink in ((low + 6, share, GROUP_INK), (low + 1.5, theirs, EVERYONE_INK)):
            long = room * value if isinstance(value, float) else 0.0
            drawing.add(Rect(names, height, max(long, 0.4), 4, fillColor=ink, strokeColor=None))
        shares = f"{said(share, SHARE)} / {said(theirs, SHARE)}"
        told = f"{shares} · {chart.used.tgi} {said(tgi, WHOLE)} · n {said(count, WHOLE)}"
        drawing.add(text_of(BODY, low + 3, told, font, FAINT, anchor="end"))
    return drawing

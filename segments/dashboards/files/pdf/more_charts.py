"""Charts as vectors that are more than shares of values, from the tables behind them."""

from reportlab.graphics.shapes import Drawing, Line, PolyLine, Rect

from ...figures.numerals import decimal, percent, whole
from ...tables import DECIMAL, SHARE, WHOLE, Table, Value
from ..charts import CURVES_FROM, Chart
from ..shades import shade_of_share
from .marks import cut, shaded, text_of
from .style import BODY, EVERYONE_INK, FAINT, GROUP_INK, INK, LINE

UNITS = {SHARE: percent, WHOLE: whole, DECIMAL: decimal}
ROW = 13.0


def curve(chart: Chart, font: str) -> Drawing:
    """Two lines over the line of all alike; beside them the figures they come to."""
    drawing, low, left, side = Drawing(BODY, 170), 14.0, 28.0, 150.0
    for part in (0, 0.5, 1):
        drawing.add(text_of(left - 4, low + side * part - 3, percent(part), font, FAINT, anchor="end"))
        drawing.add(text_of(left + side * part, 2, percent(part), font, FAINT, anchor="middle"))
    drawing.add(Line(left, low, left + side, low + side, strokeColor=LINE, strokeWidth=0.8))
    lines = zip(chart.tables[CURVES_FROM:], (GROUP_INK, EVERYONE_INK), strict=True)
    for place, (table, ink) in enumerate(lines):
        points = [xy for x, y in table.rows for xy in (left + side * float(x or 0), low + side * float(y or 0))]
        drawing.add(PolyLine(points, strokeColor=ink, strokeWidth=1.6))
        drawing.add(text_of(left + side + 12, low + side - 8 - ROW * place, table.title, font, ink))
    rows = [(table.heads, table.units, row) for table in chart.tables[:CURVES_FROM] for row in table.rows]
    for column, head in enumerate(chart.tables[0].heads[1:]):
        drawing.add(text_of(_at(column), low + side - 8, cut(head, font, 62), font, FAINT, anchor="end"))
    for line, (_heads, units, row) in enumerate(rows):
        height = low + side - 8 - ROW * (line + 1.4)
        drawing.add(text_of(left + side + 80, height, cut(str(row[0]), font, 80), font, INK))
        for column, (value, unit) in enumerate(zip(row[1:], units[1:], strict=True)):
            drawing.add(text_of(_at(column), height, said(value, unit), font, INK, anchor="end"))
    return drawing


def _at(column: int) -> float:
    return BODY - 66.0 * (3 - column) - 4


def cohorts(chart: Chart, font: str) -> Drawing:
    """A row a month of a first purchase, a column a month later; the darker, the more bought again."""
    table: Table = chart.tables[0]
    left = 80.0
    wide = (BODY - left) / max(len(table.heads) - 1, 1)
    drawing = Drawing(BODY, ROW * (len(table.rows) + 1))
    most = max((value for row in table.rows for value in row[1:] if isinstance(value, float)), default=0.0)
    for column, head in enumerate(table.heads[1:]):
        drawing.add(text_of(left + wide * (column + 0.5), drawing.height - 9, head, font, FAINT, anchor="middle"))
    for line, row in enumerate(table.rows):
        low = drawing.height - ROW * (line + 2)
        drawing.add(text_of(0, low + 3, cut(str(row[0]), font, left - 6), font, INK))
        for column, value in enumerate(row[1:]):
            share = value if isinstance(value, float) else None
            place = (left + wide * column, low, wide - 1, ROW - 1)
            shaded(drawing, place, said(value, SHARE), shade_of_share(share, most), font, 6)
    return drawing


def ways(chart: Chart, font: str) -> Drawing:
    """The ways most gone, a bar each."""
    rows = sorted(chart.tables[0].rows, key=lambda row: -float(row[-1] or 0))[:16]
    drawing = Drawing(BODY, ROW * len(rows) + 2)
    names, most = 0.55 * BODY, max((float(row[-1] or 0) for row in rows), default=1.0)
    for line, row in enumerate(rows):
        low = drawing.height - ROW * (line + 1)
        column, source, target, count = row
        drawing.add(text_of(0, low + 3, cut(f"{source} → {target} ({column})", font, names - 6), font, INK))
        long = 0.35 * BODY * float(count or 0) / most
        drawing.add(Rect(names, low + 2, long, ROW - 5, fillColor=GROUP_INK, strokeColor=None))
        drawing.add(text_of(names + long + 4, low + 3, said(count, WHOLE), font, INK))
    return drawing


def said(value: Value, unit: str) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return UNITS[unit](value)

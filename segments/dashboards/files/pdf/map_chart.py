"""Provinces in the organisation's own outlines, as vectors."""

from collections.abc import Sequence
from math import cos, radians

from reportlab.graphics.shapes import Drawing, Polygon, Rect

from ...behind import Row
from ...figures.numerals import index, percent
from ...figures.outline import Outlines
from ...figures.tiles import REACH
from ..charts import Chart
from ..shades import shade_of_doublings, shade_of_index
from .marks import cut, text_of
from .style import BODY, FAINT, INK, LINE, SUNKEN, color_of

WIDE, HIGH, KEY = 0.62 * BODY, 250.0, 22.0
STEPS = 9


def own_map(chart: Chart, font: str) -> Drawing:
    """By index, as the page has it; beside it the shares of the areas with the highest."""
    place = _Place(chart.outlines)
    drawing = Drawing(BODY, place.high + KEY)
    found = {row.value: row for row in chart.rows}
    for name, rings in chart.outlines.items():
        shade = shade_of_index(found.get(name)) if name else None
        fill = color_of(shade) if shade else SUNKEN if name else None
        for ring in rings:
            points = [xy for point in ring for xy in place.of(point)]
            drawing.add(Polygon(points, fillColor=fill, strokeColor=FAINT, strokeWidth=0.3))
    _key(drawing, chart, font)
    highest(drawing, chart.areas, font)
    return drawing


class _Place:
    """Degrees to points, a degree to the east as long as it is in the middle of the map."""

    def __init__(self, outlines: Outlines):
        points = [point for rings in outlines.values() for ring in rings for point in ring]
        (self.west, east), (self.south, north) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
        self.flat = max(0.2, cos(radians((self.south + north) / 2)))
        self.scale = min(WIDE / (((east - self.west) * self.flat) or 1), HIGH / ((north - self.south) or 1))
        self.high = (north - self.south) * self.scale

    def of(self, point: Sequence[float]) -> tuple[float, float]:
        return (point[0] - self.west) * self.flat * self.scale, KEY + (point[1] - self.south) * self.scale


def _key(drawing: Drawing, chart: Chart, font: str) -> None:
    wide = 0.35 * WIDE / STEPS
    for step in range(STEPS):
        shade = shade_of_doublings(REACH * (2 * step / (STEPS - 1) - 1))
        drawing.add(Rect(wide * step, 12, wide, 5, fillColor=color_of(shade), strokeColor=LINE, strokeWidth=0.2))
    for part, said, anchor in ((0, "≤50", "start"), (0.5, f"{chart.used.tgi} 100", "middle"), (1, "≥200", "end")):
        drawing.add(text_of(wide * STEPS * part, 2, said, font, FAINT, size=6.5, anchor=anchor))


def highest(drawing: Drawing, rows: Sequence[Row], font: str) -> None:
    """At the right of a picture: as many of those with the highest index as there is room for."""
    named = sorted((row for row in rows if shade_of_index(row)), key=lambda row: -(row.tgi or 0))
    for place, row in enumerate(named[: int(drawing.height // 14)]):
        height = drawing.height - 14 * (place + 1)
        said = f"{percent(row.share)} / {percent(row.everyone_share)} · TGI {index(row.tgi)}"
        drawing.add(text_of(0.66 * BODY, height, cut(row.label, font, 0.14 * BODY), font, INK))
        drawing.add(text_of(BODY, height, said, font, FAINT, anchor="end"))

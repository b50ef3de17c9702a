"""Charts of slides: PowerPoint's own, with the numbers in them, so that they can be edited."""

from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.util import Inches, Pt

from ..behind import Row
from .charts import CURVES_FROM, Chart
from .slide_style import EVERYONE_INK, FAINT, GROUP_INK, INK, LINE

SHARE = "0.0%"
TEXT = Pt(12)
# For the number at the end of the longest bar.
ROOM = 1.15


def bars(
    slide: Any, chart: Chart, left: float, top: float, width: float, height: float, *, most: float | None = None
) -> None:
    """Lying bars, the first value on top; `most` is the largest share of all that stand side by side."""
    # A chart lays its categories and its series from below.
    made = _put(slide, chart, XL_CHART_TYPE.BAR_CLUSTERED, (left, top, width, height))
    made.category_axis.reverse_order = True
    if most:
        made.value_axis.maximum_scale = most * ROOM
    _standing(made)


def columns(slide: Any, chart: Chart, left: float, top: float, width: float, height: float) -> None:
    made = _put(slide, chart, XL_CHART_TYPE.COLUMN_CLUSTERED, (left, top, width, height))
    _standing(made)


def lines(slide: Any, chart: Chart, left: float, top: float, width: float, height: float) -> None:
    made = _put(slide, chart, XL_CHART_TYPE.LINE, (left, top, width, height))
    made.value_axis.minimum_scale = 0
    made.value_axis.tick_labels.number_format = "0%"
    made.value_axis.tick_labels.number_format_is_linked = False
    for series, ink in zip(made.plots[0].series, (GROUP_INK, EVERYONE_INK), strict=True):
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = ink, Pt(2.5)


def curves(slide: Any, chart: Chart, left: float, top: float, width: float, height: float) -> None:
    """Lines through points of two shares: the tables behind have one for each line, a column for each axis."""
    data = XyChartData(number_format=SHARE)
    for table in chart.tables[CURVES_FROM:]:
        series = data.add_series(table.title)
        for x, y in table.rows:
            series.add_data_point(x, y)
    made = _framed(slide, chart, XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, (left, top, width, height), data)
    heads = chart.tables[CURVES_FROM].heads
    for axis, head in zip((made.category_axis, made.value_axis), heads, strict=True):
        axis.minimum_scale, axis.maximum_scale = 0, 1
        axis.has_major_gridlines = axis is made.value_axis
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0%", False
        axis.axis_title.text_frame.text = head
        axis.axis_title.text_frame.paragraphs[0].font.size = TEXT
    for series, ink in zip(made.plots[0].series, (GROUP_INK, EVERYONE_INK), strict=True):
        series.smooth = False
        series.format.line.color.rgb, series.format.line.width = ink, Pt(2.5)


def _put(slide: Any, chart: Chart, kind: Any, place: tuple[float, float, float, float]) -> Any:
    used = chart.used
    data = CategoryChartData(number_format=SHARE)
    data.categories = [_label(row) for row in chart.rows]
    data.add_series(used.group, [row.share for row in chart.rows])
    data.add_series(used.everyone, [row.everyone_share for row in chart.rows])
    return _framed(slide, chart, kind, place, data)


def _framed(slide: Any, chart: Chart, kind: Any, place: tuple[float, float, float, float], data: Any) -> Any:
    frame = slide.shapes.add_chart(kind, *map(Inches, place), data)
    frame.name = chart.title
    frame._element.nvGraphicFramePr.cNvPr.set("descr", f"{chart.title}. {chart.note}")
    made = frame.chart
    made.has_title = False
    made.font.size, made.font.color.rgb = TEXT, INK
    made.has_legend = True
    made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    made.value_axis.major_gridlines.format.line.color.rgb = LINE
    made.value_axis.format.line.fill.background()
    made.category_axis.format.line.color.rgb = EVERYONE_INK
    made.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    return made


def _label(row: Row) -> str:
    return f"{row.label} ({row.members_mark})" if row.members_mark else row.label


def _standing(made: Any) -> None:
    """Bars with the group's share at their ends; the axis says nothing more, and is left out."""
    made.value_axis.minimum_scale = 0
    made.value_axis.has_major_gridlines = False
    made.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    made.value_axis.major_tick_mark = XL_TICK_MARK.NONE
    plot = made.plots[0]
    plot.gap_width, plot.overlap = 55, 0
    for series, ink, text in zip(plot.series, (GROUP_INK, EVERYONE_INK), (INK, FAINT), strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = ink
        labels = series.data_labels
        labels.show_value, labels.position = True, XL_LABEL_POSITION.OUTSIDE_END
        labels.number_format, labels.number_format_is_linked = SHARE, False
        labels.font.size, labels.font.color.rgb = Pt(10), text

"""Where they live, in PowerPoint's own charts: areas of the organisation's own map, and cities of provinces."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..behind import Row
from .charts import Chart
from .slide_charts import bars
from .slide_style import FAINT, HIGH, INK, LEFT, text_put
from .slide_tables import MOST_ROWS, values_table

TOP, HALF = 1.1, 6.0
MOST_PROVINCES = 12


def areas(slide: Any, chart: Chart) -> None:
    """Those with the largest shares first, what is not on the map among them. As bars with their numbers beside
    them, or as two charts of bars."""
    rows = sorted([*(row for row in chart.areas if row.everyone != 0), *chart.elsewhere], key=_largest)
    below = HIGH - TOP - 0.95
    if len(rows) <= MOST_ROWS:
        bars(slide, replace(chart, rows=rows), LEFT, TOP, 6.9, below)
        values_table(slide, replace(chart, rows=rows), 7.6, TOP + 0.1)
        return
    half = (len(rows) + 1) // 2
    most = max(share or 0 for row in rows for share in (row.share, row.everyone_share))
    for place, some in enumerate((rows[:half], rows[half:])):
        bars(slide, replace(chart, rows=some), LEFT + place * (HALF + 0.3), TOP, HALF, below, most=most)


def _largest(row: Row) -> tuple[float, int]:
    """Those whose share is not told are the last."""
    return -(row.share if row.share is not None else -1), -(row.everyone or 0)


def cities(new: Callable[[str], Any], charts: Sequence[Chart]) -> None:
    """Two provinces a slide, those with the most members first; `new` makes a slide with a title."""
    ranked = sorted(charts, key=lambda chart: -chart.base.group)
    told = ranked[:MOST_PROVINCES]
    for pair in (told[first : first + 2] for first in range(0, len(told), 2)):
        slide = new(pair[0].section)
        for place, chart in enumerate(pair):
            left = LEFT + place * (HALF + 0.3)
            text_put(slide, chart.title, left, TOP, HALF, size=14, color=INK)
            text_put(slide, chart.note, left, TOP + 0.35, HALF, size=11, color=FAINT)
            bars(slide, chart, left, TOP + 0.7, HALF, HIGH - TOP - 0.7 - 0.95)
        text_put(slide, _about(pair[0], len(ranked) - MOST_PROVINCES), LEFT, 6.65, 12.3, size=11, color=FAINT)


def _about(chart: Chart, more: int) -> str:
    said = [_("fewer than %(least)s members are not shown") % {"least": chart.base.least}]
    if more > 0:
        told = ngettext(
            "%(more)s more province is in the workbook", "%(more)s more provinces are in the workbook", more
        )
        said.append(told % {"more": more})
    return " · ".join([*said, _("Shares are of those in the province whose city is known.")])

"""Charts as vectors, from the numbers behind them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from reportlab.graphics.shapes import Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import Color

from ...behind import COHORTS, CURVE, FLOWS, MONTHS, RFM, STAGES, TILES, WEEK, Row, days_of
from ...figures.marks import UNTOLD
from ...figures.numerals import index, percent
from ...figures.tiles import COLUMNS as ACROSS
from ...figures.tiles import PROVINCES
from ...figures.tiles import ROWS as DOWN
from ..charts import Chart
from ..shades import shade_of_index, shade_of_share
from .map_chart import highest, own_map
from .marks import cut, shaded, text_of
from .more_charts import cohorts, curve, ways
from .style import BODY, EVERYONE_INK, FAINT, GROUP_INK, INK, LINE
from .worth_charts import moves, scores

STEP, THICK = 23, 8
HALF = (BODY - 12) / 2


def drawn(chart: Chart, font: str) -> Drawing:
    """Of half the page's width, or of the whole where `is_wide`."""
    return SHAPES.get(chart.shape, bars)(chart, font)


def is_wide(chart: Chart) -> bool:
    return chart.shape in SHAPES


def bars(chart: Chart, font: str) -> Drawing:
    """Two bars a value, the first on top: the group's with its share and index, below it everyone's."""
    rows = list(chart.rows)
    drawing = Drawing(HALF, STEP * len(rows) + 2)
    names, room = 0.30 * HALF, 0.40 * HALF
    most = _most(rows)
    for place, row in enumerate(rows):
        top = drawing.height - STEP * place - 4
        few = row.members_mark if row.members_mark != UNTOLD else ""
        name = cut(f"{row.label} ({few})" if few else row.label, font, names - 6)
        drawing.add(text_of(0, top - THICK - 2, name, font, INK))
        for nth, (share, ink, said) in enumerate(_pair(row)):
            low, long = top - (nth + 1) * THICK, room * (share or 0) / most
            drawing.add(Rect(names, low, max(long, 0.4), THICK - 1.5, fillColor=ink, strokeColor=None))
            drawing.add(text_of(names + long + 4, low + 0.5, said, font, INK if nth == 0 else FAINT))
    return drawing


def _pair(row: Row) -> list[tuple[float | None, Color, str]]:
    ours = f"{percent(row.share)} · TGI {index(row.tgi)}" if row.share is not None else "–"
    theirs = row.everyone_mark or percent(row.everyone_share)
    return [(row.share, GROUP_INK, ours), (row.everyone_share, EVERYONE_INK, theirs)]


def _most(rows: Sequence[Row]) -> float:
    return max((share or 0 for row in rows for share in (row.share, row.everyone_share)), default=0) or 1


def lines(chart: Chart, font: str) -> Drawing:
    """The share of each that was active in a month; a month of too few members has no point."""
    drawing, low, left, right = Drawing(BODY, 130), 18.0, 30.0, 90.0
    wide, high = BODY - left - right, drawing.height - low - 8
    rows = list(chart.rows)
    most = _most(rows)

    def at(place: int, share: float) -> tuple[float, float]:
        return left + wide * place / max(len(rows) - 1, 1), low + high * share / most

    for part in (0, 0.5, 1):
        height = low + high * part
        drawing.add(Line(left, height, left + wide, height, strokeColor=LINE, strokeWidth=0.5))
        drawing.add(text_of(left - 4, height - 3, percent(most * part), font, FAINT, anchor="end"))
    for place in sorted({0, len(rows) // 2, len(rows) - 1}):
        drawing.add(text_of(at(place, 0)[0], 5, rows[place].label, font, FAINT, anchor="middle"))
    used = chart.used
    series = (
        (used.everyone, EVERYONE_INK, [row.everyone_share for row in rows]),
        (used.group, GROUP_INK, [row.share for row in rows]),
    )
    ends = []
    for name, ink, shares in series:
        points = [at(place, share) for place, share in enumerate(shares) if share is not None]
        if points:
            drawing.add(PolyLine([xy for point in points for xy in point], strokeColor=ink, strokeWidth=1.6))
            last = [share for share in shares if share is not None][-1]
            ends.append((points[-1][1], f"{cut(name, font, right - 34)} {percent(last)}", ink))
    _ends(drawing, ends, left + wide + 6, font)
    return drawing


def _ends(drawing: Drawing, ends: list[tuple[float, str, Color]], left: float, font: str) -> None:
    """Names at the ends of lines, apart from each other."""
    below = -99.0
    for height, said, ink in sorted(ends, key=lambda one: one[0]):
        below = max(height - 3, below + 10)
        drawing.add(text_of(left, below, said, font, ink))


def week(chart: Chart, font: str) -> Drawing:
    """A row a day, a column an hour; the darker, the larger the share that was active then, in percent."""
    left, high = 34.0, 15.0
    wide = (BODY - left) / 24
    drawing = Drawing(BODY, 8 * high)
    most = max((row.share or 0 for row in chart.rows), default=0)
    for hour in range(24):
        drawing.add(text_of(left + wide * (hour + 0.5), 7 * high + 4, f"{hour:02}", font, FAINT, anchor="middle"))
    for number, (name, day) in enumerate(zip(chart.used.weekdays, days_of(chart.rows), strict=True)):
        low = (6 - number) * high
        drawing.add(text_of(0, low + 4, name, font, INK))
        for hour, row in enumerate(day):
            said = row.members_mark or percent(row.share).replace("%", "")
            cell = (left + wide * hour, low, wide - 1, high - 1)
            shaded(drawing, cell, said, shade_of_share(row.share, most), font, 6)
    return drawing


def tiles(chart: Chart, font: str) -> Drawing:
    """Provinces as tiles, by index; beside them the shares of those with the highest."""
    if chart.outlines:
        return own_map(chart, font)
    wide, high = 0.62 * BODY / ACROSS, 24.0
    drawing = Drawing(BODY, high * DOWN)
    found = {row.value: row for row in chart.rows}
    for province in PROVINCES:
        row = found.get(province.name)
        shade = shade_of_index(row)
        label = province.label(chart.used.language)
        said = f"{label} {index(row.tgi)}" if shade and row else label
        low = drawing.height - high * (province.row + 1)
        shaded(drawing, (wide * province.column, low, wide - 2, high - 2), said, shade, font, 6.5)
    highest(drawing, chart.rows, font)
    return drawing


SHAPES: Mapping[str, Callable[[Chart, str], Drawing]] = {
    WEEK: week,
    TILES: tiles,
    MONTHS: lines,
    CURVE: curve,
    COHORTS: cohorts,
    FLOWS: ways,
    RFM: scores,
    STAGES: moves,
}


def texts_of(drawing: Drawing) -> Sequence[str]:
    return [one.text for one in drawing.contents if isinstance(one, String)]


def halves(charts: Iterable[Chart]) -> list[tuple[Chart, ...]]:
    """In reading order: two of half the width side by side, a wide one alone."""
    found: list[tuple[Chart, ...]] = []
    for chart in charts:
        before = found[-1] if found else ()
        if len(before) == 1 and not is_wide(before[0]) and not is_wide(chart):
            found[-1] = (*before, chart)
        else:
            found.append((chart,))
    return found

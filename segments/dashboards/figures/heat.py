"""When a group is active: a week of 7 × 24 cells."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from segments.personas.statistics import Base, Share

from .house import Words, figure_new
from .marks import ours_mark, theirs_mark, why_untold
from .numerals import index, percent


@dataclass(frozen=True)
class Week:
    """Customers of the group and of everyone who did anything in an hour of the week: 7 rows (0 = Monday) of 24."""

    group: Sequence[Sequence[int]]
    everyone: Sequence[Sequence[int]]
    base: Base

    @property
    def empty(self) -> bool:
        return not any(map(any, self.group))


def week_heat(week: Week, words: Words) -> go.Figure:
    """Colour is the share of the group who were active then; the index is in the hover text."""
    cells = [
        [Share("", ours, theirs) for ours, theirs in zip(week.group[day], week.everyone[day], strict=True)]
        for day in range(7)
    ]
    shares = [[cell.group_share(week.base) for cell in row] for row in cells]
    hover = [
        [_hover(day, hour, cell, week.base, words) for hour, cell in enumerate(cells[day])] for day in range(7)
    ]
    hours = list(range(24))
    return figure_new(
        go.Heatmap(
            z=shares,
            x=hours,
            y=list(words.weekdays),
            coloraxis="coloraxis2",
            xgap=2,
            ygap=2,
            customdata=hover,
            hovertemplate="%{customdata}<extra></extra>",
        ),
        height=250,
        xaxis={"tickvals": hours[::3], "ticktext": [f"{hour:02}" for hour in hours[::3]], "showgrid": False},
        yaxis={"autorange": "reversed", "type": "category", "showgrid": False},
        coloraxis2={"cmin": 0, "colorbar": {"tickformat": ".1~%", "nticks": 4}},
    )


def _hover(day: int, hour: int, cell: Share, base: Base, words: Words) -> str:
    marks = ours_mark(cell, base), theirs_mark(cell, base)
    said = (
        f"<b>{words.weekdays[day]} {hour:02}:00–{(hour + 1) % 24:02}:00</b><br>"
        f"{words.group}: {marks[0] or percent(cell.group_share(base))}<br>"
        f"{words.everyone}: {marks[1] or percent(cell.everyone_share(base))}<br>"
        f"{words.tgi}: {index(cell.tgi(base))}"
    )
    return "<br>".join((said, *why_untold(marks, base, words)))

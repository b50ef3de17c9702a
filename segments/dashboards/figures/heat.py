"""When a group is active: a week of 7 × 24 cells."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from segments.personas.statistics import tgi

from .house import Words, figure_new
from .numerals import index, percent


@dataclass(frozen=True)
class Week:
    """Events of the group and of everyone by weekday (0 = Monday) and hour, as 7 rows of 24 counts."""

    group: Sequence[Sequence[int]]
    everyone: Sequence[Sequence[int]]

    @property
    def empty(self) -> bool:
        return not any(map(any, self.group))


def week_heat(week: Week, words: Words) -> go.Figure:
    """Colour is the share of the group's activity in that hour; the index is in the hover text."""
    ours, theirs = sum(map(sum, week.group)), sum(map(sum, week.everyone))
    shares = [[count / ours if ours else 0 for count in row] for row in week.group]
    hover = [
        [
            f"<b>{words.weekdays[day]} {hour:02}:00–{(hour + 1) % 24:02}:00</b><br>"
            f"{words.group}: {percent(count / ours if ours else 0)}<br>"
            f"{words.everyone}: {percent(everyone / theirs if theirs else 0)}<br>"
            f"{words.tgi}: {index(tgi(count, ours, everyone, theirs))}"
            for hour, (count, everyone) in enumerate(zip(week.group[day], week.everyone[day], strict=True))
        ]
        for day in range(7)
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

"""The same thing month by month, the group beside everyone; and one customer's own activity."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from segments.personas.statistics import Base, Share

from .house import EVERYONE, GROUP, Words, figure_new
from .numerals import percent, whole


@dataclass(frozen=True)
class Months:
    """Active members and customers a month (`YYYY-MM`), out of `base`."""

    months: Sequence[str]
    group: Sequence[int]
    everyone: Sequence[int]
    base: Base

    @property
    def empty(self) -> bool:
        return not any(self.group)


def trend_lines(trend: Months, words: Words) -> go.Figure:
    """The share of each that was active in the month; a month of which one is not told has no point on its line."""
    base = trend.base
    months = [Share("", ours, theirs) for ours, theirs in zip(trend.group, trend.everyone, strict=True)]
    ours, theirs = [one.group_share(base) for one in months], [one.everyone_share(base) for one in months]
    top = max((value or 0 for value in (*theirs, *ours)), default=1)
    return figure_new(
        _line(trend.months, theirs, EVERYONE, 2, words.everyone),
        _line(trend.months, ours, GROUP, 3, words.group),
        height=230,
        xaxis={"type": "category", "showgrid": False, "nticks": 5, "tickangle": 0},
        yaxis={"tickformat": ".0%", "range": [0, 1.12 * top or 1], "nticks": 5, "rangemode": "tozero"},
    )


def _line(months: Sequence[str], shares: Sequence[float | None], color: str, width: int, name: str) -> go.Scatter:
    hover = [f"{name}: {percent(share)}" for share in shares]
    lone = len(months) < 3
    return go.Scatter(
        x=list(months),
        y=list(shares),
        mode="lines+markers" if lone else "lines",
        line={"color": color, "width": width},
        marker={"size": 7},
        customdata=hover,
        hovertemplate="<b>%{x}</b><br>%{customdata}<extra></extra>",
        name=name,
    )


def activity_columns(months: Sequence[str], counts: Sequence[int]) -> go.Figure:
    """One customer's events a month."""
    return figure_new(
        go.Bar(
            x=list(months),
            y=list(counts),
            marker={"color": GROUP},
            text=[whole(count) if count else "" for count in counts],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="<b>%{x}</b>: %{y:,}<extra></extra>",
        ),
        height=170,
        xaxis={"type": "category", "showgrid": False, "nticks": 5, "tickangle": 0},
        yaxis={"visible": False, "range": [0, 1.2 * max(counts, default=1) or 1]},
    )

"""Several groups in one chart: a bar or a line for each, in its colour, and in grey what they are compared with.

Figures here are plain Plotly JSON: a page draws a hundred traces anew at each visit, and building them as objects
takes longer than everything else on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .bars import shortened
from .house import EVERYONE, PALETTE
from .numerals import percent

COLORS = (PALETTE[0], PALETTE[1], PALETTE[2], PALETTE[3], PALETTE[5])
BAR, BETWEEN = 15, 16
LABEL_ROOM = 1.32


@dataclass(frozen=True)
class Series:
    """One group's shares (0 to 1, None where they are not shown), the ends of their 95 % intervals, what is written
    behind each bar besides the share, and what is told on hover. `color` is empty for what is compared with."""

    name: str
    color: str
    shares: Sequence[float | None]
    spans: Sequence[tuple[float, float] | None]
    marks: Sequence[str]
    hover: Sequence[str]


def grouped_bars(labels: Sequence[str], series: Sequence[Series]) -> dict[str, Any]:
    """Lying bars, the groups of one value side by side in their order, with whiskers for the intervals."""
    places = list(range(len(labels)))
    ends = [[_end(one, place) for place in places] for one in series]
    most = max((end for row in ends for end in row), default=0) or 1
    thick = 0.86 / max(1, len(series))
    traces = []
    for number, one in enumerate(series):
        at = [place + thick * (number - (len(series) - 1) / 2) for place in places]
        traces += [_bars(one, at, thick), _labels(one, at, ends[number])]
    names = [shortened(label) for label in labels]
    return {
        "data": traces,
        "layout": {
            "height": len(labels) * (BAR * len(series) + BETWEEN) + 24,
            "barmode": "overlay",
            "xaxis": {"visible": False, "range": [0, LABEL_ROOM * most]},
            "yaxis": {
                "autorange": "reversed",
                "tickvals": places,
                "ticktext": names,
                "ticks": "",
                "showgrid": False,
            },
        },
    }


def _end(one: Series, place: int) -> float:
    span = one.spans[place]
    return max(one.shares[place] or 0, span[1] if span and one.color else 0)


def _bars(one: Series, at: Sequence[float], thick: float) -> dict[str, Any]:
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": one.name,
        "x": [share or 0 for share in one.shares],
        "y": list(at),
        "width": thick * 0.94,
        "marker": {"color": one.color or EVERYONE, "opacity": 1 if one.color else 0.6},
        "customdata": list(one.hover),
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    if one.color:
        bars["error_x"] = _whiskers(one)
    return bars


def _whiskers(one: Series) -> dict[str, Any]:
    pairs = [
        (share or 0, span or (share or 0, share or 0)) for share, span in zip(one.shares, one.spans, strict=True)
    ]
    return {
        "type": "data",
        "symmetric": False,
        "array": [round(span[1] - share, 6) for share, span in pairs],
        "arrayminus": [round(share - span[0], 6) for share, span in pairs],
        "thickness": 1,
        "width": 0,
        "color": "rgba(90,98,114,.75)",
    }


def _labels(one: Series, at: Sequence[float], ends: Sequence[float]) -> dict[str, Any]:
    said = [f"\u2002{mark}" for mark in one.marks]
    return {
        "type": "scatter",
        "mode": "text",
        "x": list(ends),
        "y": list(at),
        "text": said,
        "textposition": "middle right",
        "textfont": {"size": 10.5},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def month_lines(months: Sequence[str], series: Sequence[Series]) -> dict[str, Any]:
    """A line for each group, what they are compared with in grey below them."""
    top = max((share or 0 for one in series for share in one.shares), default=0) or 1
    traces = [
        {
            "type": "scatter",
            "mode": "lines" if len(months) > 2 else "lines+markers",
            "name": one.name,
            "x": list(months),
            "y": list(one.shares),
            "line": {"color": one.color or EVERYONE, "width": 2.5 if one.color else 2},
            "customdata": list(one.hover),
            "hovertemplate": "%{customdata}<extra></extra>",
        }
        for one in sorted(series, key=lambda one: bool(one.color))
    ]
    return {
        "data": traces,
        "layout": {
            "height": 260,
            "xaxis": {"type": "category", "showgrid": False, "nticks": 6, "tickangle": 0},
            "yaxis": {"tickformat": ".0%", "range": [0, 1.1 * top], "nticks": 5, "rangemode": "tozero"},
        },
    }


def share_label(share: float | None, mark: str, sign: str) -> str:
    """`12.3% ▲`"""
    return mark if share is None else f"{percent(share)} {sign}".rstrip()

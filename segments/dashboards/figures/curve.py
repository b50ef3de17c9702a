"""How unevenly spend lies: what part of the buyers holds what part of it all."""

from dataclasses import dataclass

import plotly.graph_objects as go

from segments.personas.concentration import Concentration, steps_of
from segments.personas.statistics import Base

from .house import EVERYONE, GROUP, QUIET, Words, figure_new
from .numerals import percent


@dataclass(frozen=True)
class Curves:
    """`said` are the lines that name the figures in words, for the room under the curve."""

    group: Concentration
    everyone: Concentration
    base: Base
    said: tuple[str, ...]
    axis: str

    @property
    def empty(self) -> bool:
        return False


def concentration_curve(curves: Curves, words: Words) -> go.Figure:
    """From the largest buyer down: the further from the line of all alike, the fewer hold the most."""
    percents = {"tickformat": ".0%", "range": [0, 1.03], "nticks": 5}
    return figure_new(
        go.Scatter(
            x=[0, 1], y=[0, 1], mode="lines", line={"color": QUIET, "width": 1, "dash": "dot"}, hoverinfo="skip"
        ),
        _line(curves.everyone, EVERYONE, 2, words.everyone),
        _line(curves.group, GROUP, 3, words.group),
        height=270,
        xaxis={**percents, "range": [0, 1], "showgrid": False, "title": {"text": curves.axis}},
        yaxis=percents,
        annotations=[
            {
                "text": "<br>".join(curves.said),
                "x": 0.99,
                "y": 0.04,
                "xanchor": "right",
                "yanchor": "bottom",
                "align": "right",
                "showarrow": False,
            }
        ],
    )


def _line(found: Concentration, color: str, width: int, name: str) -> go.Scatter:
    parts = steps_of(found.curve)
    hover = [f"{percent(part)} → {percent(held)}" for part, held in zip(parts, found.curve, strict=True)]
    return go.Scatter(
        x=parts,
        y=list(found.curve),
        mode="lines",
        line={"color": color, "width": width},
        customdata=hover,
        hovertemplate="%{customdata}",
        name=name,
    )

"""R by F: how many of the group are where, the darker the higher their M."""

from dataclasses import dataclass

import plotly.graph_objects as go

from segments.personas.rfm import SCORES, Cube
from segments.personas.statistics import Base

from .bars import hover_text
from .house import Words, figure_new
from .marks import ours_mark
from .numerals import decimal, index, percent

HIGH_FIRST = range(SCORES, 0, -1)
LOW_FIRST = range(1, SCORES + 1)


@dataclass(frozen=True)
class Scores:
    """`money` names the average M."""

    cube: Cube
    money: str

    @property
    def base(self) -> Base:
        return self.cube.base

    @property
    def empty(self) -> bool:
        return self.cube.empty


def rfm_heat(data: Scores, words: Words) -> go.Figure:
    """The best of both at the upper right; a square of too few members is empty."""
    squares = [[(r, f) for f in LOW_FIRST] for r in HIGH_FIRST]
    return figure_new(
        go.Heatmap(
            z=[[data.cube.money(r, f)[0] for r, f in row] for row in squares],
            x=[f"F{f}" for f in LOW_FIRST],
            y=[f"R{r}" for r in HIGH_FIRST],
            coloraxis="coloraxis2",
            xgap=3,
            ygap=3,
            text=[[_text(data, r, f, words) for r, f in row] for row in squares],
            texttemplate="%{text}",
            textfont={"size": 11},
            hoverongaps=False,
            customdata=[[_hover(data, r, f, words) for r, f in row] for row in squares],
            hovertemplate="%{customdata}<extra></extra>",
        ),
        height=330,
        xaxis={"type": "category", "showgrid": False},
        yaxis={"autorange": "reversed", "type": "category", "showgrid": False},
        coloraxis2={"cmin": 1, "cmax": SCORES, "colorbar": {"tickvals": list(LOW_FIRST), "title": {"text": "M"}}},
    )


def _text(data: Scores, r: int, f: int, words: Words) -> str:
    share = data.cube.square(r, f)
    if mark := ours_mark(share, data.base):
        return mark
    said = percent(share.group_share(data.base))
    return f"{said}<br>{words.tgi} {index(share.tgi(data.base))}" if share.group else said


def _hover(data: Scores, r: int, f: int, words: Words) -> str:
    ours, theirs = data.cube.money(r, f)
    told = f"{data.money}: {_said(ours)} ({words.everyone} {_said(theirs)})"
    return f"{hover_text(data.cube.square(r, f), data.base, words)}<br>{told}"


def _said(money: float | None) -> str:
    return "–" if money is None else decimal(money)

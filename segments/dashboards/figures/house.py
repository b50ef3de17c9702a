"""The house style: one template for light and one for dark, and the same colour for the same thing."""

import json
from dataclasses import dataclass
from typing import Any, Literal

import plotly.graph_objects as go

Theme = Literal["light", "dark"]

FONT = (
    '"Inter", "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Hiragino Sans GB", '
    '"Microsoft YaHei", "Noto Sans CJK TC", "PingFang TC", "Microsoft JhengHei", sans-serif'
)
# Okabe and Ito's eight, its black and yellow made to read on white and on dark alike.
PALETTE = ("#2F7FC4", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B8A52B", "#8A8FA3")
GROUP = PALETTE[0]
EVERYONE = "#A3A9B8"
# Readable on white and on dark, for what has nothing to say.
QUIET = "#8A93A6"
EMPTY_TILE = "rgba(128,134,150,0.14)"


@dataclass(frozen=True)
class Words:
    """The few words figures print, in the reader's language. `untold` says why a number is not told, with the
    `%(least)s` one that is."""

    group: str
    everyone: str
    tgi: str
    weekdays: tuple[str, ...]
    language: str
    untold: str = ""


@dataclass(frozen=True)
class _Ink:
    text: str
    faint: str
    grid: str
    paper: str
    diverging: tuple[tuple[float, str], ...]
    sequential: tuple[tuple[float, str], ...]


_LIGHT = _Ink(
    text="#1F2533",
    faint="#667085",
    grid="#E7EAF0",
    paper="#FFFFFF",
    diverging=((0, "#B4560A"), (0.25, "#EBA65C"), (0.5, "#EEF0F4"), (0.75, "#7FB2DE"), (1, "#17588F")),
    sequential=((0, "#EDF4FA"), (0.5, "#8DBCE4"), (1, "#17588F")),
)
# For what is printed and so is always light.
DIVERGING, SEQUENTIAL = _LIGHT.diverging, _LIGHT.sequential
_DARK = _Ink(
    text="#E6E9F0",
    faint="#9AA3B5",
    grid="#2C3342",
    paper="#111827",
    diverging=((0, "#F0A04B"), (0.25, "#8F5A24"), (0.5, "#2A3040"), (0.75, "#2F6A9F"), (1, "#7DBDF2")),
    sequential=((0, "#232B3D"), (0.5, "#2F6A9F"), (1, "#7DBDF2")),
)


def template(theme: Theme) -> go.layout.Template:
    ink = _DARK if theme == "dark" else _LIGHT
    axis: dict[str, Any] = {
        "gridcolor": ink.grid,
        "linecolor": ink.grid,
        "zeroline": False,
        "tickfont": {"color": ink.text, "size": 12},
        "title": {"font": {"color": ink.faint, "size": 12}},
        "automargin": True,
        "ticks": "",
        "fixedrange": True,
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 12, "color": ink.text},
            "colorway": list(PALETTE),
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8, "pad": 4},
            "xaxis": axis,
            "yaxis": axis,
            "hoverlabel": {
                "bgcolor": ink.paper,
                "bordercolor": ink.grid,
                "font": {"family": FONT, "color": ink.text},
            },
            "showlegend": False,
            "bargap": 0.32,
            "dragmode": False,
            "coloraxis": {"colorscale": ink.diverging, "colorbar": _colorbar(ink)},
            "coloraxis2": {"colorscale": ink.sequential, "colorbar": _colorbar(ink)},
        }
    )


def _colorbar(ink: _Ink) -> dict[str, Any]:
    return {
        "thickness": 8,
        "outlinewidth": 0,
        "len": 0.6,
        "tickfont": {"color": ink.faint, "size": 11},
        "title": {"font": {"color": ink.faint, "size": 11}},
    }


def figure_new(*traces: Any, height: int, **layout: Any) -> go.Figure:
    """A figure in the house style, light; a page puts `template("dark")` in its place where it is dark."""
    return go.Figure(data=list(traces), layout={"template": template("light"), "height": height, **layout})


def figure_json(figure: go.Figure) -> dict[str, Any]:
    """Without its template, which the page gives once for light and once for dark."""
    drawn = json.loads(figure.to_json())
    drawn["layout"].pop("template", None)
    return drawn

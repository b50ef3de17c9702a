"""Provinces in the organisation's own outlines, by index around 100: filled lines, for which nothing is fetched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import cos, log2, radians
from typing import Any, TypeAlias

import plotly.graph_objects as go

from segments.personas.statistics import Distribution, Share

from .bars import hover_text
from .house import DIVERGING, EMPTY_TILE, Words, figure_new
from .tiles import BY_NAME, REACH

Outlines: TypeAlias = Mapping[str, Sequence[Sequence[Sequence[float]]]]
FILLED = "fills"
EDGE = "rgba(110,118,136,0.7)"
HEIGHT = 390


def province_outlines(distribution: Distribution, words: Words, outlines: Outlines) -> go.Figure:
    """The large ones first, so that those within them are seen; a province without enough members stays empty."""
    shares = {share.value: share for share in distribution.shares}
    ranked = sorted(outlines, key=lambda name: (bool(name), -_size(outlines[name])))
    shapes = [_shape(name, outlines[name], shares.get(name), distribution, words) for name in ranked]
    north = [point[1] for rings in outlines.values() for ring in rings for point in ring]
    middle = (min(north) + max(north)) / 2
    return figure_new(
        *shapes,
        _scale(words),
        height=HEIGHT,
        hovermode="closest",
        xaxis={"visible": False},
        yaxis={"visible": False, "scaleanchor": "x", "scaleratio": 1 / max(0.2, cos(radians(middle)))},
    )


def outlines_drawn(figure: Mapping[str, Any]) -> dict[str, list[list[tuple[float, float]]]]:
    """The outlines of a picture that was kept, in the order they were drawn; nothing of one without a map. A file
    so has the map of its picture, whatever map is in use by then."""
    areas = (trace for trace in figure.get("data", []) if trace.get("hoveron") == FILLED)
    return {trace.get("meta") or "": list(_rings(trace["x"], trace["y"])) for trace in areas}


def _rings(x: Sequence[float | None], y: Sequence[float | None]) -> Iterator[list[tuple[float, float]]]:
    """A gap is between two of them."""
    ring: list[tuple[float, float]] = []
    for east, north in zip((*x, None), (*y, None), strict=True):
        if east is not None and north is not None:
            ring.append((east, north))
        elif ring:
            yield ring
            ring = []


def _size(rings: Sequence[Sequence[Sequence[float]]]) -> float:
    points = [point for ring in rings for point in ring]
    wide, high = (max(one[axis] for one in points) - min(one[axis] for one in points) for axis in (0, 1))
    return wide * high


def _shape(
    name: str,
    rings: Sequence[Sequence[Sequence[float]]],
    share: Share | None,
    distribution: Distribution,
    words: Words,
) -> go.Scatter:
    x: list[float | None] = []
    y: list[float | None] = []
    for ring in rings:
        x += [*(point[0] for point in (*ring, ring[0])), None]
        y += [*(point[1] for point in (*ring, ring[0])), None]
    share = share or Share(name, 0, 0)
    base = distribution.base
    tgi = share.tgi(base) if name else None
    label = BY_NAME[name].full(words.language) if name in BY_NAME else ""
    told = hover_text(replace(share, value=name, label=label), base, words) if name else ""
    return go.Scatter(
        x=x[:-1],
        y=y[:-1],
        mode="lines",
        fill="toself" if name else "none",
        fillcolor=EMPTY_TILE if tgi is None else color_of(tgi),
        line={"color": EDGE, "width": 0.7},
        hoveron=FILLED,
        text=told,
        hoverinfo="text" if name else "skip",
        meta=name,
        name=label,
        showlegend=False,
    )


def color_of(tgi: float) -> str:
    """Two doublings either way of 100, as of the tiles."""
    place = (max(-REACH, min(REACH, log2(tgi / 100))) + REACH) / (2 * REACH) if tgi > 0 else 0.0
    for (low, first), (high, second) in pairwise(DIVERGING):
        if place <= high:
            part = (place - low) / (high - low)
            mixed = (round(a + part * (b - a)) for a, b in zip(_rgb(first), _rgb(second), strict=True))
            return "rgb({},{},{})".format(*mixed)
    return DIVERGING[-1][1]


def _rgb(text: str) -> tuple[int, int, int]:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _scale(words: Words) -> go.Scatter:
    """The key to the colours: of points that are not there."""
    bar: dict[str, Any] = {
        "orientation": "h",
        "thickness": 8,
        "outlinewidth": 0,
        "x": 0,
        "xanchor": "left",
        "y": 1,
        "yanchor": "bottom",
        "len": 0.5,
        "tickvals": [-REACH, 0, REACH],
        "ticktext": ["≤50", f"{words.tgi} 100", "≥200"],
    }
    scale = [list(step) for step in DIVERGING]
    marker = {"color": [0], "colorscale": scale, "cmin": -REACH, "cmax": REACH, "showscale": True, "colorbar": bar}
    return go.Scatter(x=[None], y=[None], mode="markers", marker=marker, hoverinfo="skip", showlegend=False)

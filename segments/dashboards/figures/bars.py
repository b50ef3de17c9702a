"""Shares of values: bars of the group before everyone's, with the share and the index as labels."""

import plotly.graph_objects as go

from segments.personas.statistics import Base, Distribution, Share

from .house import EVERYONE, GROUP, Words, figure_new
from .marks import counted, ours_mark, theirs_mark, why_untold
from .numerals import index, percent

ROW = 30
# How much of the width the longest bar leaves for its label: `12.3%  TGI 1,234`.
LABEL_ROOM = 1.62
# Widths of Chinese characters that stand side by side under a chart.
ROOM_BELOW = 19


def comparison_bars(distribution: Distribution, words: Words) -> go.Figure:
    """Lying bars, the largest on top: the group's narrow one on everyone's wide grey one."""
    base, shares = distribution.base, distribution.shares
    labels = _distinct([share.label or share.value for share in shares])
    ours = [share.group_share(base) or 0 for share in shares]
    theirs = [share.everyone_share(base) or 0 for share in shares]
    ends = [max(pair) for pair in zip(ours, theirs, strict=True)]
    hover = [hover_text(share, base, words) for share in shares]
    lying = {"y": labels, "orientation": "h", "customdata": hover, "hovertemplate": "%{customdata}<extra></extra>"}
    figure = figure_new(
        go.Bar(x=theirs, width=0.72, marker={"color": EVERYONE, "opacity": 0.45}, **lying),
        go.Bar(x=ours, width=0.4, marker={"color": GROUP}, **lying),
        _end_labels(ends, labels, [bar_label(share, base, words) for share in shares]),
        height=ROW * len(shares) + 24,
        barmode="overlay",
        xaxis={"visible": False, "range": [0, LABEL_ROOM * max(ends, default=1) or 1]},
        yaxis={"autorange": "reversed", "type": "category", "ticks": "", "showgrid": False},
    )
    return _short_ticks(figure, labels)


def _end_labels(x: list[float], y: list[str], text: list[str]) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=y,
        text=[f"\u2002{label}" for label in text],
        mode="text",
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
    )


def _short_ticks(figure: go.Figure, labels: list[str]) -> go.Figure:
    figure.update_yaxes(tickvals=labels, ticktext=[shortened(label) for label in labels])
    return figure


def shortened(label: str, most: int = 10) -> str:
    """Cut to the width of `most` Chinese characters; a Latin letter takes about half of one."""
    kept = label
    while _width(kept) > most:
        kept = kept[:-1]
    return label if kept == label else kept.rstrip() + "…"


def _width(text: str) -> float:
    return sum(1 if ord(character) > 0x2E80 else 0.55 for character in text)


def _distinct(labels: list[str]) -> list[str]:
    """Two values may read alike; an axis would draw them on one row."""
    seen: dict[str, int] = {}
    result = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        result.append(label + " " * (seen[label] - 1))
    return result


def bar_label(share: Share, base: Base, words: Words) -> str:
    mark = ours_mark(share, base)
    return mark or f"<b>{percent(share.group_share(base))}</b>  {words.tgi} {index(share.tgi(base))}"


def hover_text(share: Share, base: Base, words: Words) -> str:
    marks = ours_mark(share, base), theirs_mark(share, base)
    return "<br>".join(
        (
            f"<b>{share.label or share.value}</b>",
            f"{words.group}: {counted(share.group_share(base), share.group, marks[0])}",
            f"{words.everyone}: {counted(share.everyone_share(base), share.everyone, marks[1])}",
            f"{words.tgi}: {index(share.tgi(base))}",
            *why_untold(marks, base, words),
        )
    )


def ordered_columns(distribution: Distribution, words: Words) -> go.Figure:
    """Standing bars side by side for values with an order, if their names fit below; otherwise lying ones."""
    base, shares = distribution.base, distribution.shares
    labels = [share.label or share.value for share in shares]
    if sum(map(_width, labels)) > ROOM_BELOW:
        return comparison_bars(distribution, words)
    ours = [share.group_share(base) for share in shares]
    theirs = [share.everyone_share(base) for share in shares]
    hover = [hover_text(share, base, words) for share in shares]
    standing = {"x": labels, "customdata": hover, "hovertemplate": "%{customdata}<extra></extra>"}
    text = [ours_mark(share, base) or percent(value) for share, value in zip(shares, ours, strict=True)]
    return figure_new(
        go.Bar(
            y=[value or 0 for value in ours],
            marker={"color": GROUP},
            text=text,
            textposition="outside",
            textangle=0,
            cliponaxis=False,
            constraintext="none",
            **standing,
        ),
        go.Bar(y=[value or 0 for value in theirs], marker={"color": EVERYONE, "opacity": 0.6}, **standing),
        height=230,
        barmode="group",
        bargap=0.28,
        bargroupgap=0.06,
        xaxis={"type": "category", "showgrid": False},
        yaxis={"visible": False, "range": [0, 1.18 * max((v or 0 for v in (*theirs, *ours)), default=1) or 1]},
    )

"""From the first step to the last: who came so far, and how many went on from the step before."""

from itertools import pairwise

import plotly.graph_objects as go

from segments.personas.evidence import share_interval
from segments.personas.statistics import Base, Distribution, Share

from .bars import bar_label, comparison_bars
from .house import Words
from .numerals import percent


def funnel_bars(distribution: Distribution, words: Words) -> go.Figure:
    """Lying bars from the first step down; at their ends the share, the index and, after an arrow, who went on."""
    figure = comparison_bars(distribution, words)
    shares, base = distribution.shares, distribution.base
    labels = [bar_label(shares[0], base, words)]
    hover = [_hover(figure.data[1].customdata[0], shares[0], base)]
    for place, (before, share) in enumerate(pairwise(shares), 1):
        ours, theirs = onward(before, share, base)
        labels.append(bar_label(share, base, words) + (f"  ↳ {percent(ours)}" if ours is not None else ""))
        told = f"{before.label} → {share.label}: {percent(ours)} ({words.everyone} {percent(theirs)})"
        hover.append(f"{_hover(figure.data[1].customdata[place], share, base)}<br>{told}")
    figure.data[2].text = [f"\u2002{label}" for label in labels]
    for bars in figure.data[:2]:
        bars.customdata = hover
    return figure


def onward(before: Share, share: Share, base: Base) -> tuple[float | None, float | None]:
    """Of those who came to the step before, who went on: of the group and of everyone, None where hidden."""
    hidden = before.hidden(base) or share.hidden(base)
    beside = before.hidden_beside(base) or share.hidden_beside(base)
    return (
        None if hidden else _part(share.group, before.group),
        None if beside else _part(share.everyone, before.everyone),
    )


def _part(some: int, of: int) -> float | None:
    return some / of if of else None


def _hover(text: str, share: Share, base: Base) -> str:
    if share.hidden(base) or not base.group:
        return text
    found = share_interval(share.group, base.group)
    return f"{text}<br>95%: {percent(found.low)}–{percent(found.high)}"

"""What a sample tells of orders: how many items they have, and what is bought together."""

from dataclasses import dataclass

import plotly.graph_objects as go

from segments.personas.baskets import Pair
from segments.personas.statistics import Base, Distribution

from .bars import bar_label, comparison_bars, ordered_columns
from .house import Words
from .numerals import decimal, whole


@dataclass(frozen=True)
class Sampled:
    """Of a sample of the group and another one of everyone: who is in the one need not be in the other, so that
    shares are compared and chance is not. `pairs`: the group's and everyone's, of each share; `lift`: its word.
    `by_customer`: pairs are of what a customer bought, in whatever orders, and have no lift."""

    distribution: Distribution
    pairs: tuple[tuple[Pair, Pair], ...] = ()
    lift: str = ""
    by_customer: bool = False

    @property
    def base(self) -> Base:
        return self.distribution.base

    @property
    def empty(self) -> bool:
        return self.base.too_small or self.distribution.empty


def items_columns(data: Sampled, words: Words) -> go.Figure:
    return ordered_columns(data.distribution, words)


def pair_bars(data: Sampled, words: Words) -> go.Figure:
    """Customers who bought both together; after × the lift."""
    figure = comparison_bars(data.distribution, words)
    shares, base = data.distribution.shares, data.base
    figure.data[2].text = [
        f"\u2002{bar_label(share, base, words)}" + (f"  ×{decimal(ours.lift)}" if ours.lift is not None else "")
        for share, (ours, _theirs) in zip(shares, data.pairs, strict=True)
    ]
    for bars in figure.data[:2]:
        told = zip(bars.customdata, data.pairs, shares, strict=True)
        bars.customdata = [
            text if data.by_customer else f"{text}<br>{_lift(data, *pair, share.hidden_beside(base), words)}"
            for text, pair, share in told
        ]
    return figure


def _lift(data: Sampled, ours: Pair, theirs: Pair, hidden: bool, words: Words) -> str:
    said = "–" if ours.lift is None else f"×{decimal(ours.lift)}"
    between = f" ({decimal(ours.interval.low)}–{decimal(ours.interval.high)})" if ours.interval else ""
    beside = "–" if theirs.lift is None or hidden else f"×{decimal(theirs.lift)}"
    return f"{data.lift}: {said}{between}, n = {whole(ours.of)}<br>{words.everyone}: {beside}"

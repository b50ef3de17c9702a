"""From one thing to the next: a band for each way, as wide as it is gone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from segments.personas.statistics import Base

from .bars import shortened
from .house import PALETTE, Words, figure_new
from .numerals import whole

BAND = "rgba(128,134,150,0.28)"


@dataclass(frozen=True)
class Flow:
    """From a value in a column (0: the first) to one in the next: how many, and of how many customers."""

    column: int
    source: str
    target: str
    count: int
    customers: int


@dataclass(frozen=True)
class Flows:
    """None of them of so few customers that they are not shown. `unit` is what is counted."""

    flows: Sequence[Flow]
    columns: tuple[str, ...]
    unit: str
    base: Base

    @property
    def empty(self) -> bool:
        return not self.flows


def flow_bands(data: Flows, words: Words) -> go.Figure:
    """One colour for the same value in every column."""
    flows = list(_come_to(data.flows))
    nodes = list(dict.fromkeys(end for flow in flows for end in _ends(flow)))
    values = list(dict.fromkeys(value for _column, value in nodes))
    colors = {value: PALETTE[place % len(PALETTE)] for place, value in enumerate(values)}
    place = {node: number for number, node in enumerate(nodes)}
    hover = [f"{flow.source} → {flow.target}: {whole(flow.count)}" for flow in flows]
    return figure_new(
        go.Sankey(
            arrangement="snap",
            node={
                "label": [shortened(value, 8) for _column, value in nodes],
                "color": [colors[value] for _column, value in nodes],
                # Every node but those of the first column is come to, so that it stands in its own.
                "align": "left",
                "pad": 12,
                "thickness": 12,
                "line": {"width": 0},
                "hovertemplate": "%{label}: %{value:,}<extra></extra>",
            },
            link={
                "source": [place[flow.column, flow.source] for flow in flows],
                "target": [place[flow.column + 1, flow.target] for flow in flows],
                "value": [flow.count for flow in flows],
                "color": BAND,
                "customdata": hover,
                "hovertemplate": "%{customdata}<extra></extra>",
            },
        ),
        height=340,
    )


def _come_to(flows: Sequence[Flow]) -> Iterator[Flow]:
    """Those that begin in the first column or where another one ends."""
    ends = set()
    for flow in sorted(flows, key=lambda flow: flow.column):
        source, target = _ends(flow)
        if flow.column == 0 or source in ends:
            ends.add(target)
            yield flow


def _ends(flow: Flow) -> tuple[tuple[int, str], tuple[int, str]]:
    return (flow.column, flow.source), (flow.column + 1, flow.target)

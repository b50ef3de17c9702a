"""From stage to stage: a band for each move, beside how many of everyone moved alike."""

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from segments.personas.stages import Move, Moves
from segments.personas.statistics import Base

from .flow import Flow, Flows, flow_bands
from .house import Words
from .marks import theirs_mark, why_untold
from .numerals import index, percent, whole


@dataclass(frozen=True)
class Stages:
    """`names` of the stages, the last one of those who had none then; `days`: of then and of now."""

    moves: Moves
    names: tuple[str, ...]
    days: tuple[str, str]
    base: Base

    @property
    def empty(self) -> bool:
        return not self.moves.moved

    def said(self, move: Move) -> str:
        return f"{self.names[move.then]} → {self.names[move.now]}"


def stage_bands(data: Stages, words: Words) -> go.Figure:
    """Moves of a few are not drawn."""
    told = list(data.moves.told())
    flows = [Flow(0, data.names[one.then], data.names[one.now], one.share.group, one.share.group) for one in told]
    figure = flow_bands(Flows(flows, data.days, "", data.base), words)
    figure.data[0].link.customdata = [_hover(data, one, words) for one in told]
    figure.update_layout(margin={"t": 26}, annotations=[_day(data, place) for place in (0, 1)])
    return figure


def _day(data: Stages, place: int) -> dict[str, Any]:
    """Over the column it is of."""
    where = {"xref": "paper", "yref": "paper", "x": place, "y": 1, "xanchor": ("left", "right")[place]}
    return {"text": data.days[place], "yanchor": "bottom", "showarrow": False, **where}


def _hover(data: Stages, move: Move, words: Words) -> str:
    share, base = move.share, move.base
    mark = theirs_mark(share, base)
    return "<br>".join(
        (
            f"<b>{data.said(move)}</b>",
            f"{words.group}: {percent(share.group_share(base))} (n = {whole(share.group)})",
            f"{words.everyone}: {mark or percent(share.everyone_share(base))}",
            f"{words.tgi}: {index(share.tgi(base))}",
            *why_untold((mark,), base, words),
        )
    )

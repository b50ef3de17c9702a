"""Who comes back: a row for each month of a first purchase, a column for each month later."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from segments.personas.cohorts import Cohort, together
from segments.personas.evidence import share_interval
from segments.personas.statistics import Base, Share

from .house import Words, figure_new
from .marks import mark_of, why_untold
from .numerals import index, percent, whole

ROW = 21


@dataclass(frozen=True)
class Cohorts:
    """The oldest first, with the smallest number that is shown in `base`; `all_of` names what all of a group are
    called."""

    cohorts: Sequence[Cohort]
    base: Base
    all_of: str = "%s"

    @property
    def empty(self) -> bool:
        least = self.base.least
        return all(one.hidden(k, least) or not one.later[k].group for one in self.cohorts for k in self.across(one))

    @staticmethod
    def across(cohort: Cohort) -> range:
        return range(len(cohort.later))

    @property
    def columns(self) -> int:
        return max((len(one.later) for one in self.cohorts), default=0)

    def averages(self, later: int) -> tuple[float | None, float | None]:
        """Of all old enough together: who came back, of the group and of everyone."""
        found = together(self.cohorts, later, self.base.least)
        return (found[0].group_share(found[1]), found[0].everyone_share(found[1])) if found else (None, None)


def cohort_heat(data: Cohorts, words: Words) -> go.Figure:
    """All of the group and of everyone in the first two rows, below them the group by month; what could single
    somebody out stays empty."""
    names = [data.all_of % words.group, data.all_of % words.everyone]
    averages = [data.averages(later) for later in range(data.columns)]
    shares: list[list[float | None]] = [[one[side] for one in averages] for side in (0, 1)]
    hover = [
        [f"<b>{name}</b><br>{percent(value)}" for value in row] for name, row in zip(names, shares, strict=True)
    ]
    for cohort in data.cohorts:
        row = [_share(cohort, k, data.base.least) for k in data.across(cohort)]
        shares.append(row + [None] * (data.columns - len(row)))
        told = [_hover(cohort, k, data.base.least, words) for k in data.across(cohort)]
        hover.append(told + [""] * (data.columns - len(told)))
    labels = [*names, *(cohort.month for cohort in data.cohorts)]
    return figure_new(
        go.Heatmap(
            z=shares,
            x=[f"+{later + 1}" for later in range(data.columns)],
            y=labels,
            coloraxis="coloraxis2",
            xgap=2,
            ygap=2,
            text=[["" if share is None else f"{100 * share:.0f}" for share in row] for row in shares],
            texttemplate="%{text}",
            textfont={"size": 11},
            hoverongaps=False,
            customdata=hover,
            hovertemplate="%{customdata}<extra></extra>",
        ),
        height=ROW * len(labels) + 40,
        xaxis={"type": "category", "showgrid": False, "side": "top"},
        yaxis={"autorange": "reversed", "type": "category", "showgrid": False},
        coloraxis2={"cmin": 0, "showscale": False},
    )


def _share(cohort: Cohort, later: int, least: int) -> float | None:
    return None if cohort.hidden(later, least) else cohort.later[later].group_share(cohort.base(least))


def _hover(cohort: Cohort, later: int, least: int, words: Words) -> str:
    one, base = cohort.later[later], cohort.base(least)
    head = f"<b>{cohort.month} +{later + 1}</b> ({one.value})"
    if cohort.hidden(later, least):
        mark = mark_of(one.group, base)
        return "<br>".join((head, f"{words.group}: {mark}", *why_untold((mark,), base, words)))
    return "<br>".join(
        (
            head,
            f"{words.group}: {percent(one.group_share(base))}{_between(one, base)} (n = {whole(base.group)})",
            f"{words.everyone}: {percent(one.everyone_share(base))} (n = {whole(base.everyone)})",
            f"{words.tgi}: {index(one.tgi(base))}",
        )
    )


def _between(one: Share, base: Base) -> str:
    found = share_interval(one.group, base.group)
    return f" [{percent(found.low)}–{percent(found.high)}]"

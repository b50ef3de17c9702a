"""The charts of a dashboard: one row a chart, in the order they are shown."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from cdp.errors import N_
from cdp.store.themes import Theme

from . import conditions as whom
from .conditions import Condition
from .figures.bars import comparison_bars, ordered_columns
from .figures.cohort import cohort_heat
from .figures.curve import concentration_curve
from .figures.flow import flow_bands
from .figures.funnel import funnel_bars
from .figures.heat import week_heat
from .figures.house import Words
from .figures.pairs import items_columns, pair_bars
from .figures.rfm import rfm_heat
from .figures.stages import stage_bands
from .figures.tiles import province_tiles
from .figures.trend import trend_lines
from .group import Group
from .queries import baskets, behaviour, leading, paths, people, returning, shopping, spread, worth
from .queries.answer import Answer


@dataclass(frozen=True)
class Section:
    slug: str
    title: str


# Those of themes have their names, so that attributes and categories of tags say where they belong.
WHO = Section(Theme.WHO.value, N_("Who they are"))
DOING = Section(Theme.DOING.value, N_("What they do"))
BUYING = Section("buying", N_("What they buy"))
MOVES = Section(Theme.MOVES.value, N_("What moves them"))
CONNECTS = Section(Theme.CONNECTS.value, N_("How they connect"))
WORTH = Section(Theme.WORTH.value, N_("What they are worth"))
RISK = Section(Theme.RISK.value, N_("Risk"))
TAGGED = Section("tagged", N_("Their tags"))
SECTIONS = (WHO, DOING, BUYING, MOVES, CONNECTS, WORTH, RISK, TAGGED)
# Neither time nor channel cuts attributes and tags.
UNCUT = frozenset({"province", "steps", "attribute", "tag-steps", "tag", "rfm", "moves"})


@dataclass(frozen=True)
class Chart:
    """`query` answers once for each thing the chart is drawn of; `title` may name it with `%(name)s`,
    and without a title the thing's own name is the title. `note` says what the sample of `%(n)s` is;
    `condition` whom one of its values is true of. What says another chart's figures again is not `compared` in what
    sets a group apart.
    """

    slug: str
    section: Section
    title: str
    note: str
    query: Callable[[Group], Iterator[Answer]]
    figure: Callable[[Any, Words], go.Figure]
    condition: Condition | None = None
    compared: bool = True

    @property
    def from_events(self) -> bool:
        """Whether time and channel cut it."""
        return self.slug not in UNCUT

    def section_of(self, answer: Answer) -> Section:
        return next((one for one in SECTIONS if one.slug == answer.section), self.section)


_KNOWN = N_("known of %(n)s members")
_MEMBERS = N_("of %(n)s members")
_DONE = N_("What they did at least once")
_SCORED = N_("of %(n)s members with scores")
_BUYERS = N_("of %(n)s members who bought")
_IN_ORDER = N_("of %(n)s members, each step after the one before")
_FIRST = N_("in percent of %(n)s members who first bought in these months")

CHARTS = (
    Chart("province", WHO, N_("Where they live"), _KNOWN, people.provinces, province_tiles, whom.of_attribute),
    Chart("steps", WHO, "", _KNOWN, people.steps, ordered_columns, whom.of_attribute_either),
    Chart("attribute", WHO, "", _KNOWN, people.attributes, comparison_bars, whom.of_attribute),
    Chart("week", DOING, N_("When they are active"), _MEMBERS, behaviour.week, week_heat),
    Chart("months", DOING, N_("Active each month"), _MEMBERS, behaviour.months, trend_lines),
    Chart(
        "event",
        DOING,
        N_("What they did at least once"),
        _MEMBERS,
        behaviour.event_types,
        comparison_bars,
        whom.of_event,
    ),
    Chart(
        "channel",
        DOING,
        N_("Channels they use"),
        _MEMBERS,
        behaviour.channels,
        comparison_bars,
        whom.of_channel,
    ),
    Chart(
        "social",
        CONNECTS,
        N_("What they do with others"),
        _MEMBERS,
        behaviour.social_events,
        comparison_bars,
        whom.of_event,
    ),
    Chart("funnel", DOING, N_("From looking to buying"), _IN_ORDER, leading.funnel, funnel_bars, compared=False),
    Chart("paths", DOING, N_("One after the other in a visit"), _MEMBERS, paths.visits, flow_bands),
    Chart("tag-steps", TAGGED, "", _KNOWN, people.tag_steps, ordered_columns, whom.of_tag_step),
    Chart("tag", TAGGED, "", _MEMBERS, people.tags, comparison_bars, whom.of_tag),
    Chart("rfm", WORTH, N_("%(name)s: R, F and M"), _SCORED, worth.scores, rfm_heat),
    Chart("moves", WORTH, N_("%(name)s: from stage to stage"), _MEMBERS, worth.moves, stage_bands),
    Chart("orders", BUYING, N_("Number of orders"), _BUYERS, shopping.orders, ordered_columns, whom.of_orders),
    Chart("spend", WORTH, N_("Spend in all"), _BUYERS, shopping.spend, ordered_columns, whom.of_spend),
    Chart("basket", BUYING, N_("Average order"), _BUYERS, shopping.basket, ordered_columns, compared=False),
    Chart("baskets", BUYING, "", _BUYERS, baskets.items, items_columns, compared=False),
    Chart("together", BUYING, "", _BUYERS, baskets.pairs, pair_bars, compared=False),
    Chart(
        "since",
        BUYING,
        N_("Days since the last purchase"),
        _BUYERS,
        shopping.since,
        ordered_columns,
        compared=False,
    ),
    Chart(
        "reduced",
        MOVES,
        N_("Orders with something taken off"),
        _BUYERS,
        shopping.reduced,
        ordered_columns,
        compared=False,
    ),
    Chart("off", MOVES, N_("Taken off the price"), _BUYERS, shopping.off, ordered_columns, compared=False),
    Chart(
        "concentration",
        WORTH,
        N_("Who spends the most"),
        _BUYERS,
        spread.spend_concentration,
        concentration_curve,
    ),
    Chart("cohorts", WORTH, N_("Who buys again, by month"), _FIRST, returning.cohorts, cohort_heat),
    Chart("goods", BUYING, N_("Top of %(name)s"), _BUYERS, shopping.goods, comparison_bars, whom.of_goods),
)

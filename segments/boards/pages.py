"""A board as it is shown: each widget with the picture it is taken from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cdp.access.people import person_name
from cdp.access.viewer import Viewer
from cdp.store.selectors import data_version
from segments.dashboards.drawing import Drawing, drawing_of
from segments.dashboards.figures.house import FONT
from segments.dashboards.filter_choices import FilterChoices
from segments.dashboards.filters import Filters, filters_of
from segments.dashboards.fingerprint import state_now
from segments.dashboards.models import Render
from segments.dashboards.pages import templates
from segments.dashboards.wording import less_often, more_often
from segments.models import Segment
from segments.selectors import segments

from .models import Board
from .selectors import boards, may_change
from .widgets import APART, NUMBERS, Widget, widgets_of

Pair = tuple[str, str]


@dataclass(frozen=True)
class Shown:
    """A widget on the page. `state`: gone (its segment is no longer there), never (not refreshed), empty, waiting,
    failed, few (too small to show), missing (there is no such chart of this group), or drawn."""

    place: int
    widget: Widget
    segment: Segment | None
    base: Segment | None
    drawing: Drawing

    @property
    def content(self) -> Mapping[str, Any]:
        return self.drawing.shown.content if self.drawing.shown else {}

    @cached_property
    def chart(self) -> Mapping[str, Any] | None:
        charts = (chart for section in self.content.get("sections", []) for chart in section["charts"])
        return next((chart for chart in charts if chart["slug"] == self.widget.chart), None)

    @property
    def state(self) -> str:
        if self.segment is None or (self.widget.base and self.base is None):
            return "gone"
        if self.segment.run is None:
            return "never"
        if not self.segment.count:
            return "empty"
        if self.drawing.shown is None:
            return "failed" if self.drawing.failed else "waiting"
        if self.content.get("too_small"):
            return "few"
        return "drawn" if self.is_numbers or self.is_apart or self.chart else "missing"

    @property
    def is_numbers(self) -> bool:
        return self.widget.chart == NUMBERS

    @property
    def is_apart(self) -> bool:
        return self.widget.chart == APART

    @property
    def key(self) -> str:
        return f"{self.place}/{self.widget.chart}"

    @property
    def height(self) -> int:
        return self.chart["figure"]["layout"]["height"] if self.chart else 0

    @property
    def against(self) -> str:
        return self.content.get("against", "")

    @property
    def more(self) -> str:
        return more_often(self.against)

    @property
    def less(self) -> str:
        return less_often(self.against)


@dataclass(frozen=True)
class BoardPage:
    board: Board
    filters: Filters
    widgets: list[Shown]
    may_change: bool

    @property
    def owner(self) -> str:
        return person_name(self.board.owner) if self.board.owner else ""

    @property
    def choices(self) -> FilterChoices:
        return FilterChoices(self.filters)

    @property
    def pending(self) -> list[Render]:
        found = [one.drawing.pending for one in self.widgets if one.drawing.pending]
        return list({one.pk: one for one in found}.values())

    @property
    def is_drawn(self) -> bool:
        return any(one.state == "drawn" for one in self.widgets)

    @property
    def charts_data(self) -> dict[str, Any]:
        """What the script draws."""
        figures = {one.key: one.chart["figure"] for one in self.widgets if one.chart}
        return {"charts": figures, "templates": templates(), "font": FONT}


def board_page(viewer: Viewer, board: Board, filters: Filters | None = None) -> BoardPage:
    """`filters` in the place of the board's own; each group is asked for once."""
    used = filters_of(board.filters) if filters is None else filters
    widgets = widgets_of(board.widgets)
    known = _segments(viewer, board, widgets)
    drawings = _drawings(viewer, {_pair(board, one) for one in widgets}, known, used)
    shown = [
        Shown(
            place=place,
            widget=one,
            segment=known.get(_pair(board, one)[0]),
            base=known.get(one.base) if one.base else None,
            drawing=drawings.get(_pair(board, one), Drawing()),
        )
        for place, one in enumerate(widgets)
    ]
    return BoardPage(board, used, shown, may_change(viewer, board))


def _pair(board: Board, widget: Widget) -> Pair:
    return widget.segment or board.segment.slug, widget.base


def _segments(viewer: Viewer, board: Board, widgets: Iterable[Widget]) -> dict[str, Segment]:
    named = {slug for one in widgets for slug in (*_pair(board, one),) if slug}
    return {one.slug: one for one in segments(viewer).filter(slug__in=named)}


def _drawings(
    viewer: Viewer, pairs: Iterable[Pair], known: Mapping[str, Segment], filters: Filters
) -> dict[Pair, Drawing]:
    state, found = None, {}
    for slug, base_slug in sorted(pairs):
        segment, base = known.get(slug), known.get(base_slug)
        ready = segment is not None and segment.run is not None and segment.count
        if segment is None or not ready or (base_slug and (base is None or base.run is None)):
            continue
        state = state or state_now(data_version())
        found[slug, base_slug] = drawing_of(viewer, segment, base, state=state, filters=filters)
    return found


@dataclass(frozen=True)
class BoardCard:
    board: Board
    mine: bool

    @property
    def owner(self) -> str:
        return person_name(self.board.owner) if self.board.owner else ""

    @property
    def charts(self) -> int:
        return len(self.board.widgets)


def board_cards(viewer: Viewer) -> list[BoardCard]:
    """One's own first."""
    cards = [BoardCard(board, board.owner_id == getattr(viewer, "pk", None)) for board in boards(viewer)]
    return sorted(cards, key=lambda card: not card.mine)

"""Of which groups a board tells, and against whom, once the plan has said whom it compares with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cdp.access.viewer import Viewer
from segments.boards.models import Board
from segments.boards.widgets import NUMBERS, Widget, widgets_of
from segments.dashboards.filters import filters_of
from segments.dashboards.models import Render
from segments.models import Segment

from .drawing import drawn
from .models import MailingRun


@dataclass(frozen=True)
class Pair:
    segment: Segment
    base: Segment | None


@dataclass(frozen=True)
class Groups:
    """`bases`: slugs of whom the plan compares with, where the board itself says everyone; none for everyone."""

    board: Board
    bases: Sequence[str] = ()

    @cached_property
    def widgets(self) -> list[Widget]:
        return widgets_of(self.board.widgets)

    def told(self) -> list[Pair]:
        """Those whose key numbers the board shows, or its own where it shows none, each against all of them."""
        shown = [one for one in self.widgets if one.chart == NUMBERS]
        asked = [(self._slug(one), base) for one in shown for base in self._against(one)]
        if not shown:
            own = Widget(NUMBERS)
            asked = [(self._slug(own), base) for base in self._against(own)]
        return [found for slug, base in dict.fromkeys(asked) if (found := self._pair(slug, base))]

    def drawn(self) -> Iterator[tuple[Widget, Pair]]:
        """Each widget whose group is there, against the first of them."""
        for one in self.widgets:
            if found := self._pair(self._slug(one), self._against(one)[0]):
                yield one, found

    def _slug(self, widget: Widget) -> str:
        return widget.segment or self.board.segment.slug

    def _against(self, widget: Widget) -> list[str]:
        if widget.base:
            return [widget.base]
        return [one for one in self.bases if one != self._slug(widget)] or [""]

    def _pair(self, slug: str, base: str) -> Pair | None:
        known = self._known
        ready = slug in known and known[slug].run_id and (not base or base in known)
        return Pair(known[slug], known.get(base)) if ready else None

    @cached_property
    def _known(self) -> Mapping[str, Segment]:
        named = {slug for one in self.widgets for slug in (one.segment, one.base) if slug}
        named |= {self.board.segment.slug, *self.bases}
        found = Segment.objects.filter(slug__in=named, retired_at=None).select_related("run")
        return {one.slug: one for one in found}


@dataclass
class Pictures:
    """What was drawn for one letter, each group once."""

    job: MailingRun
    board: Board
    language: str
    state: Mapping[str, Any]
    by: Viewer

    def __post_init__(self) -> None:
        self._held: dict[Pair, Render] = {}

    def of(self, pair: Pair) -> Render:
        if pair not in self._held:
            filters = filters_of(self.board.filters)
            self._held[pair] = drawn(
                self.job,
                pair.segment,
                self.language,
                base=pair.base,
                filters=filters,
                state=self.state,
                by=self.by,
            )
        return self._held[pair]

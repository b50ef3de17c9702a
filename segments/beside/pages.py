"""The page of several groups side by side, ready for the template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer
from cdp.store.selectors import data_version
from segments.dashboards.behind import MONTHS
from segments.dashboards.drawing import Drawing, drawing_of
from segments.dashboards.figures.beside import COLORS, grouped_bars, month_lines
from segments.dashboards.figures.house import FONT
from segments.dashboards.figures.marks import UNTOLD
from segments.dashboards.figures.numerals import index, percent, whole
from segments.dashboards.fingerprint import state_now
from segments.dashboards.models import Render
from segments.dashboards.pages import share_of, templates
from segments.dashboards.wording import less_often, more_often
from segments.selectors import segments_members

from .asked import FEWEST, Asked, Known, asked_of
from .matching import Cell, Matched, matched
from .series import between_text, series_of

NUMBERS = ("active", "buyers", "orders", "spend_each", "average_order", "spend")


@dataclass(frozen=True)
class Side:
    """One group: its place's colour, its picture against everyone, and against the base where one is chosen."""

    known: Known
    color: str
    drawing: Drawing
    against: Drawing
    left: str
    right: str
    without: str

    @property
    def name(self) -> str:
        return self.known.name

    @property
    def segment(self) -> Any:
        return self.known.segment

    @property
    def share(self) -> str:
        return share_of(self.known.segment)

    @property
    def state(self) -> str:
        """never (not refreshed), empty, few (too small to show), waiting, failed, or drawn."""
        if self.segment.run is None:
            return "never"
        if not self.segment.count:
            return "empty"
        if self.segment.count < settings.CDP_MIN_GROUP:
            return "few"
        if self.drawing.shown is None:
            return "failed" if self.drawing.failed else "waiting"
        return "few" if self.content.get("too_small") else "drawn"

    @property
    def content(self) -> Mapping[str, Any]:
        return self.drawing.shown.content if self.drawing.shown else {}

    @property
    def apart(self) -> Mapping[str, Any]:
        return self.against.shown.content if self.against.shown else {}

    @cached_property
    def numbers(self) -> Mapping[str, Any]:
        return {one["slug"]: one for one in self.content.get("numbers", [])}


@dataclass(frozen=True)
class Comparison:
    """`alike` are pairs so nearly the same that what is left between them would tell of a few."""

    asked: Asked
    sides: tuple[Side, ...]
    base: Drawing | None
    alike: tuple[tuple[str, str], ...]

    @property
    def enough(self) -> bool:
        return len(self.sides) >= FEWEST

    @property
    def drawn(self) -> list[Side]:
        return [] if self.alike else [side for side in self.sides if side.state == "drawn"]

    @property
    def against(self) -> str:
        return self.asked.base.name if self.asked.base else ""

    @property
    def everyone(self) -> str:
        return self.against or _("Everyone")

    @property
    def more(self) -> str:
        return more_often(self.against)

    @property
    def less(self) -> str:
        return less_often(self.against)

    @cached_property
    def pending(self) -> list[Render]:
        found = [drawing.pending for side in self.sides for drawing in (side.drawing, side.against)]
        found += [self.base.pending] if self.base else []
        return list({one.pk: one for one in found if one}.values())

    @property
    def failed(self) -> list[Side]:
        return [side for side in self.sides if side.state == "failed"]

    @property
    def may_show(self) -> bool:
        """At least two are drawn, and the base, where one is chosen, may be shown."""
        return len(self.drawn) >= FEWEST and (self.base is None or bool(self._base_content))

    @property
    def _base_content(self) -> Mapping[str, Any]:
        shown = self.base.shown.content if self.base and self.base.shown else {}
        return {} if shown.get("too_small") else shown

    @property
    def base_few(self) -> bool:
        return bool(self.base and self.base.shown and self.base.shown.content.get("too_small"))

    @cached_property
    def charts(self) -> list[Matched]:
        if not self.may_show:
            return []
        return matched([side.content for side in self.drawn], self._base_content if self.base else None)

    @cached_property
    def sections(self) -> list[tuple[str, list["ChartBlock"]]]:
        found: dict[str, list[ChartBlock]] = {}
        for chart in self.charts:
            found.setdefault(chart.section, []).append(ChartBlock(chart, self))
        return list(found.items())

    @cached_property
    def numbers(self) -> list[tuple[str, str, list[Any]]]:
        """Label, what those compared with have, and each group's."""
        held = [side.numbers for side in self.drawn]
        rows = []
        for slug in NUMBERS:
            known = [one[slug] for one in held if slug in one]
            if known:
                theirs = self._base_number(slug) if self.base else _everyones(known) if slug != "spend" else ""
                rows.append((known[0]["label"], theirs, [one.get(slug) for one in held]))
        return rows

    def _base_number(self, slug: str) -> str:
        found = {one["slug"]: one["text"] for one in self._base_content.get("numbers", [])}
        return found.get(slug, "–")

    @property
    def charts_data(self) -> dict[str, Any]:
        """What the script draws."""
        figures = {key: figure for _title, blocks in self.sections for one in blocks for key, figure in one.figures}
        return {"charts": figures, "templates": templates(), "font": FONT}


def _everyones(known: Sequence[Mapping[str, Any]]) -> str:
    """What each of them says of everyone; nothing where it is not told beside one."""
    said = [one["beside"] for one in known]
    return UNTOLD if UNTOLD in said else said[0]


@dataclass(frozen=True)
class ChartBlock:
    """One chart of the page."""

    chart: Matched
    page: Comparison

    @property
    def title(self) -> str:
        return self.chart.title

    @property
    def small(self) -> list[tuple[str, Side, int]]:
        """Key, group and height of each small picture, of charts that are drawn one for each group."""
        pairs = zip(self.page.drawn, self.chart.figures, strict=False)
        return [
            (self._key(n), side, figure["layout"]["height"]) for n, (side, figure) in enumerate(pairs) if figure
        ]

    @property
    def height(self) -> int:
        return self.figures[0][1]["layout"]["height"]

    @property
    def key(self) -> str:
        return self.chart.slug

    def _key(self, number: int) -> str:
        return f"{self.chart.slug}/{number}"

    @cached_property
    def figures(self) -> list[tuple[str, Any]]:
        """Key and figure of all there is to draw."""
        if not self.chart.rows:
            return [(self._key(n), one) for n, one in enumerate(_level(self.chart.figures)) if one]
        series = series_of(self.chart, [(side.name, side.color) for side in self.page.drawn], self.page.everyone)
        if self.chart.shape == MONTHS:
            return [(self.chart.slug, month_lines([row.value for row in self.chart.rows], series))]
        return [(self.chart.slug, grouped_bars([row.label for row in self.chart.rows], series))]

    @property
    def sizes(self) -> list[tuple[Side, int | None]]:
        return list(zip(self.page.drawn, self.chart.sizes, strict=True))

    @property
    def cells(self) -> list[tuple[str, str, list["CellText"]]]:
        """Of each value its label, those compared with, and what is written of each group."""
        return [
            (
                row.label,
                percent(row.beside.share) if row.beside else "–",
                [CellText(cell) for cell in row.cells],
            )
            for row in self.chart.rows
        ]


@dataclass(frozen=True)
class CellText:
    """What is written of one value in one group."""

    cell: Cell | None

    @property
    def share(self) -> str:
        if self.cell is None:
            return "–"
        return self.cell.mark or percent(self.cell.share)

    @property
    def index(self) -> str:
        known = self.cell and self.cell.index is not None
        return f"TGI {index(self.cell.index)}{between_text(self.cell)}" if self.cell and known else ""

    @property
    def n(self) -> str:
        return whole(self.cell.count) if self.cell and self.cell.count is not None else ""

    @property
    def way(self) -> str:
        return self.cell.way if self.cell else ""


def _level(figures: Any) -> list[Any]:
    """Small pictures whose colours mean the same: up to the most there is in any."""
    tops = [_top(one) for one in figures if one]
    top = max((one for one in tops if one), default=0)
    for one in figures:
        axis = one["layout"].get("coloraxis2") if one else None
        if axis is not None and top:
            axis["cmax"] = top
    return list(figures)


def _top(figure: Any) -> float:
    rows = figure["data"][0].get("z") if figure["data"] else None
    if not isinstance(rows, list) or not figure["layout"].get("coloraxis2"):
        return 0.0
    return max((cell for row in rows if isinstance(row, list) for cell in row if cell is not None), default=0.0)


def comparison_page(viewer: Viewer, query: QueryDict) -> Comparison:
    asked = asked_of(viewer, query)
    alike = _alike(viewer, asked)
    if len(asked.chosen) < FEWEST:
        sides = [_side(asked, place, Drawing(), Drawing()) for place in range(len(asked.chosen))]
        return Comparison(asked, tuple(sides), None, ())
    state = state_now(data_version())
    base = asked.base.segment if asked.base else None

    def drawing(known: Known, other: Any = None) -> Drawing:
        if known.segment.run is None or not known.segment.count or (other and other.pk == known.segment.pk):
            return Drawing()
        return drawing_of(viewer, known.segment, other, state=state)

    sides = []
    for number, known in enumerate(asked.chosen):
        plain = drawing(known)
        sides.append(_side(asked, number, plain, drawing(known, base) if base else plain))
    return Comparison(asked, tuple(sides), drawing(asked.base) if asked.base else None, alike)


def _side(asked: Asked, number: int, drawing: Drawing, against: Drawing) -> Side:
    known = asked.chosen[number]
    slug = known.segment.slug
    return Side(
        known=known,
        color=COLORS[number],
        drawing=drawing,
        against=against,
        left=asked.moved(slug, -1),
        right=asked.moved(slug, 1),
        without=asked.without(slug),
    )


def _alike(viewer: Viewer, asked: Asked) -> tuple[tuple[str, str], ...]:
    """Pairs between which fewer than may be shown differ on either side: subtracting one from the other would tell
    of those few."""
    groups = list(dict.fromkeys([*asked.chosen, *([asked.base] if asked.base else [])]))
    members = segments_members(viewer, [one.segment.slug for one in groups])
    least, found = settings.CDP_MIN_GROUP, []
    for place, one in enumerate(groups):
        for other in groups[place + 1 :]:
            mine, theirs = (members.get(known.segment.slug) for known in (one, other))
            if not mine or not theirs or mine == theirs:
                continue
            if mine.difference_cardinality(theirs) < least and theirs.difference_cardinality(mine) < least:
                found.append((one.name, other.name))
    return tuple(found)

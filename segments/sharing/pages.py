"""What a shared page shows: figures of the edition, taken one by one, and nothing else of it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _

from segments.dashboards.pages import charts_data
from segments.editions.pages import EditionBoard, outside

from .models import ShareLink
from .opening import Visitor

SHOWN = ("against", "too_alike", "too_small")
# Of a row of what stands out, and of the tree: without the rule it could become.
NUMBER = ("label", "text", "exact", "beside", "tgi")
FINDING = ("value", "subject", "tgi", "between", "share", "everyone", "n")
BRANCH = ("text", "depth", "percent", "share", "members", "everyone")
CHART = ("slug", "title", "note", "figure")
TILE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="260">'
    '<text x="60" y="190" transform="rotate(-18 320 130)" font-family="sans-serif" font-size="14"'
    ' fill="#697586" fill-opacity="0.16">{text}</text></svg>'
)


@dataclass(frozen=True)
class SharedBoard(EditionBoard):
    """An edition's dashboard for people outside. The rule in words is not on it: rules may name customers."""

    link: ShareLink = None  # type: ignore[assignment]
    mark: str = ""

    @property
    def owner(self) -> str:
        return self.edition.head["owner"] if self.link.shows_names else ""

    @property
    def content(self) -> dict[str, Any]:
        told = self.edition.content
        shown = {name: told.get(name) for name in SHOWN}
        shown["numbers"] = _rows(told.get("numbers"), NUMBER)
        shown |= {way: _rows(told.get(way), FINDING) for way in ("over", "under")}
        shown["tree"] = _rows(told.get("tree"), BRANCH)
        shown["sections"] = [
            {"slug": one["slug"], "title": one["title"], "charts": [self._chart(chart) for chart in one["charts"]]}
            for one in told.get("sections", [])
        ]
        return shown

    @property
    def charts_data(self) -> dict[str, Any]:
        # What only the picture of everything would need is left out: there is none here.
        return charts_data(self) | {"numbers": [], "over": [], "under": []}

    def _chart(self, chart: dict[str, Any]) -> dict[str, Any]:
        figure = chart["figure"]
        layout = figure["layout"]
        marked = [*layout.get("annotations", []), _annotation(self.mark)]
        return _only(chart, CHART) | {
            "figure": {"data": figure["data"], "layout": layout | {"annotations": marked}}
        }


def _rows(rows: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [_only(row, names) for row in rows or []]


def _only(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: row[name] for name in names if name in row}


def _annotation(text: str) -> dict[str, Any]:
    """In each chart itself, so that a picture of one says whose it is."""
    where = {"xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5, "xanchor": "center", "yanchor": "middle"}
    font = {"size": 13, "color": "#697586"}
    return {**where, "text": escape(text), "showarrow": False, "opacity": 0.22, "textangle": -12, "font": font}


def shared_board(link: ShareLink, visitor: Visitor) -> SharedBoard:
    return SharedBoard(**outside(link.edition), link=link, mark=mark_of(link, visitor))


def mark_of(link: ShareLink, visitor: Visitor) -> str:
    moment = f"{timezone.localtime():%Y-%m-%d %H:%M}"
    return _("%(name)s · seen %(moment)s from %(where)s") % {
        "name": link.name,
        "moment": moment,
        "where": visitor.address,
    }


def tile_of(mark: str) -> str:
    """The watermark as a picture that repeats, for CSS."""
    return f"data:image/svg+xml,{quote(TILE.format(text=escape(mark)))}"

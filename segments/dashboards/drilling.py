"""From a value of a chart to its customers: the numbers beneath a chart, and who is behind one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.urls import reverse

from cdp.access.viewer import Viewer, may, sees_personal
from segments.pages import customer_rows
from segments.selectors import segment_members
from tags.selectors import rule_members

from .behind import Row, rows_of
from .cities import BEGINS, city_charts
from .figures.numerals import index, percent, whole
from .models import Render

SHOWN = 50
# Charts count all that is stored, whenever it happened.
ALL_THERE_IS = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """One value beneath its chart. `rule` is nothing where it cannot be asked, and where too few have it."""

    place: int
    label: str
    members: str
    share: str
    everyone: str
    tgi: str
    rule: Mapping[str, Any] | None
    url: str


@dataclass(frozen=True)
class Drilled:
    """Who has a value, of the members now. `counted` is what the picture said."""

    render: Render
    chart: Mapping[str, Any]
    line: Line
    counted: int
    found: int
    columns: Sequence[str]
    rows: Sequence[Any]
    clear: bool
    may_make: bool


def chart_in(render: Render, slug: str) -> Mapping[str, Any] | None:
    if render.content.get("too_small"):
        return None
    if slug.startswith(BEGINS):
        return next((chart for chart in city_charts(render.content) if chart["slug"] == slug), None)
    charts = (chart for section in render.content.get("sections", []) for chart in section["charts"])
    return next((chart for chart in charts if chart["slug"] == slug and chart.get("data", {}).get("rows")), None)


def lines_of(render: Render, chart: Mapping[str, Any]) -> list[Line]:
    """In the order of the chart."""
    data = chart["data"]
    rules = data.get("rules", [])
    rules = [*rules, *[None] * (len(data["rows"]) - len(rules))]
    return [_line(render, chart["slug"], place, row, rules[place]) for place, row in enumerate(rows_of(data))]


def _line(render: Render, slug: str, place: int, row: Row, rule: Any) -> Line:
    known = rule if row.members else None
    return Line(
        place=place,
        label=row.label,
        members=row.members_mark or whole(row.members or 0),
        share=row.members_mark or percent(row.share),
        everyone=row.everyone_mark or percent(row.everyone_share),
        tgi=index(row.tgi),
        rule=known,
        url=f"{reverse('personas:customers', args=[render.pk, slug, place])}" if known else "",
    )


def drilled(viewer: Viewer, render: Render, chart: Mapping[str, Any], place: int) -> Drilled | None:
    """Nothing where there is no such value, or none that may be asked."""
    lines = lines_of(render, chart)
    line = lines[place] if place < len(lines) else None
    if line is None or line.rule is None:
        return None
    having = rule_members(viewer, line.rule, as_of=ALL_THERE_IS).members
    members = segment_members(viewer, render.segment.slug) & having
    columns, rows = customer_rows(viewer, list(islice(members, SHOWN)))
    return Drilled(
        render=render,
        chart=chart,
        line=line,
        counted=chart["data"]["rows"][place][2],
        found=len(members),
        columns=columns,
        rows=rows,
        clear=sees_personal(viewer),
        may_make=may(viewer, "access.edit_segments"),
    )


def segment_rule(drawn: Drilled) -> dict[str, Any]:
    """The members who have the value, as a segment of its own."""
    return {"all": [{"segment": drawn.render.segment.slug}, drawn.line.rule]}

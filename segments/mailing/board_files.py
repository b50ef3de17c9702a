"""The charts of a board as a PDF, in the board's order: those of one group one after the other, under its name."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from reportlab.platypus import Flowable, KeepTogether

from cdp.notices.redacting import redacted
from segments.boards.models import Board
from segments.boards.widgets import APART, NUMBERS
from segments.dashboards.figures.numerals import whole
from segments.dashboards.files.charts import Chart, charts_named
from segments.dashboards.files.pdf.document import (
    apart_part,
    notes_part,
    numbers_part,
    pages_made,
    sides_of,
    style_now,
)
from segments.dashboards.files.pdf.style import FAINT, Style
from segments.dashboards.filter_choices import filters_text
from segments.dashboards.filters import filters_of
from segments.dashboards.models import Render

from .board_groups import Groups, Pair, Pictures


def file_name(board: Board) -> str:
    name = "".join(one if one.isalnum() else "-" for one in redacted(board.name)).strip("-") or board.slug
    return f"{name}.pdf"


def board_file(groups: Groups, pictures: Pictures) -> bytes:
    """In the language that is active; nothing where there is nothing to show."""
    style = style_now()
    parts = [part for part in _parts(groups, pictures, style) if part]
    if not parts:
        return b""
    board, now = groups.board, timezone.localtime()
    title, moment = redacted(board.name), f"{now:%Y-%m-%d %H:%M}"
    filters = filters_of(board.filters)
    told = [redacted(board.description), filters_text(filters) if filters else ""]
    story = [style.text(title, 20, after=4), *(style.text(text) for text in told if text)]
    story += [one for part in parts for one in part]
    contents = (pictures.of(pair).content for _one, pair in groups.drawn())
    story += notes_part(next(one for one in contents if not one.get("too_small")), style)
    foot = _("Quanxi · drawn %(moment)s · figures of groups only, no customer is named") % {"moment": moment}
    return pages_made(story, style, title=title, head=title, foot=foot)


def _parts(groups: Groups, pictures: Pictures, style: Style) -> Iterator[list[Flowable]]:
    for pair, widgets in groupby(groups.drawn(), key=lambda one: one[1]):
        render = pictures.of(pair)
        slugs = [widget.chart for widget, _pair in widgets]
        if not render.content.get("too_small") and (found := list(_shown(render.content, slugs, style))):
            # The heading stays with what comes first.
            yield [KeepTogether([*_head(pair, render, style), *found[0]]), *map(KeepTogether, found[1:])]


def _head(pair: Pair, render: Render, style: Style) -> Iterator[Flowable]:
    name = pair.segment.name
    if pair.base is not None:
        name = f"{name} · {_('against %(name)s') % {'name': pair.base.name}}"
    yield style.heading(redacted(name))
    moment = f"{timezone.localtime(render.as_of):%Y-%m-%d %H:%M} ({settings.CDP_TIME_ZONE})"
    members = _("%(members)s members") % {"members": whole(render.content["members"])}
    yield style.text(f"{members} · {_('as of')} {moment}", 8.5, FAINT, after=6)


def _shown(content: Mapping[str, Any], slugs: Sequence[str], style: Style) -> Iterator[list[Flowable]]:
    """Numbers and what sets apart where they stand; charts between them side by side. What the group has no chart
    of is left out."""
    charts, beside = charts_named(content), list[Chart]()
    for slug in (*slugs, ""):
        if slug in charts:
            beside.append(charts[slug])
            continue
        yield from sides_of(beside, style)
        beside = []
        if slug == NUMBERS:
            yield list(numbers_part(content, style))
        elif slug == APART and (apart := list(apart_part(content, style))):
            yield apart

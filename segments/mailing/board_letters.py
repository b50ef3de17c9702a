"""A board as a mail: the key numbers of each group it shows them of, and where the board is."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from cdp.access.viewer import Viewer
from cdp.notices.channels.message import Table
from cdp.notices.letters import letter_write
from cdp.notices.models import Letter
from segments.boards.models import Board
from segments.boards.widgets import NUMBERS, widgets_of
from segments.dashboards.filters import filters_of
from segments.models import Segment

from .drawing import drawn
from .edition_letters import numbers_table, told_first
from .models import MailingRun


def board_letter(job: MailingRun, board: Board, language: str, *, state: Mapping[str, Any], by: Viewer) -> Letter:
    with override(language):
        tables, sentences = [], []
        for segment, base in _groups(board):
            shown = drawn(job, segment, language, base=base, filters=filters_of(board.filters), state=state, by=by)
            tables.append(_table(segment, base, shown.content))
            sentences += told_first(shown.content)[:1]
        return letter_write(
            language=language,
            title=board.name,
            paragraphs=[_("The board as it is today, in numbers."), *sentences],
            tables=tables,
            press=_("Open the board"),
        )


def _groups(board: Board) -> Iterator[tuple[Segment, Segment | None]]:
    """Those whose key numbers the board shows, or the board's own where it shows none."""
    widgets = [one for one in widgets_of(board.widgets) if one.chart == NUMBERS]
    pairs = list(dict.fromkeys((one.segment or board.segment.slug, one.base) for one in widgets))
    pairs = pairs or [(board.segment.slug, "")]
    named = {slug for pair in pairs for slug in pair if slug}
    known = {one.slug: one for one in Segment.objects.filter(slug__in=named, retired_at=None).select_related("run")}
    for slug, base in pairs:
        if slug in known and known[slug].run_id and (not base or base in known):
            yield known[slug], known.get(base)


def _table(segment: Segment, base: Segment | None, content: Mapping[str, Any]) -> Table:
    title = segment.name
    if base is not None:
        title = f"{title} · {_('against %(name)s') % {'name': base.name}}"
    if content.get("too_small"):
        return Table(title, [[_("Too few members to show.")]])
    return numbers_table(content, title)

"""A board as a mail: the key numbers of each group it shows them of, its charts as a PDF, and where it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from cdp.access.viewer import Viewer
from cdp.notices.channels.message import Table
from cdp.notices.letters import letter_write
from cdp.notices.models import Letter
from segments.boards.models import Board

from .board_files import board_file, file_name
from .board_groups import Groups, Pair, Pictures
from .edition_letters import numbers_against, numbers_table, told_first
from .models import MailingRun


def board_letter(
    job: MailingRun, board: Board, language: str, *, bases: Sequence[str] = (), state: Mapping[str, Any], by: Viewer
) -> Letter:
    """`bases` as `Groups` has them."""
    with override(language):
        groups, pictures = Groups(board, bases), Pictures(job, board, language, state, by)
        contents = [(pair, pictures.of(pair).content) for pair in groups.told()]
        sentences = [text for _pair, content in contents for text in told_first(content)[:1]]
        file = board_file(groups, pictures)
        return letter_write(
            language=language,
            title=board.name,
            paragraphs=[_("The board as it is today."), *sentences],
            tables=[_table(pair, content) for pair, content in contents],
            press=_("Open the board"),
            file=file,
            file_name=file_name(board) if file else "",
        )


def _table(pair: Pair, content: Mapping[str, Any]) -> Table:
    if pair.base is not None:
        return numbers_against(content, pair.base.name, of=pair.segment.name)
    if content.get("too_alike"):
        return Table(pair.segment.name, [[_("Too few are in one of them alone to compare them.")]])
    if content.get("too_small"):
        return Table(pair.segment.name, [[_("Too few members to show.")]])
    return numbers_table(content, pair.segment.name)

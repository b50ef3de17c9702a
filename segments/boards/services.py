"""Make, save, copy and remove boards. A board changed by somebody else meanwhile is never overwritten unseen."""

import unicodedata
from collections.abc import Iterable, Sequence

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from cdp.access.viewer import SYSTEM, Viewer
from cdp.errors import N_, Problem, UserError
from cdp.naming import slug_for
from segments.dashboards.filters import Filters
from segments.models import Segment
from segments.selectors import segments
from tags.services import person

from .models import Board
from .selectors import may_change
from .widgets import Widget, widgets_problems

LONGEST_NAME = 120


@transaction.atomic
def board_create(*, name: str, segment: Segment, actor: Viewer, widgets: Sequence[Widget] = ()) -> Board:
    """One's own, until it is shared."""
    name = _name(name)
    return Board.objects.create(
        slug=slug_for(name, Board, otherwise="board", kept=("new",)),
        name=name,
        segment=segment,
        widgets=[one.plain for one in widgets],
        owner=person(actor),
    )


@transaction.atomic
def board_save(
    *,
    board: Board,
    version: int,
    name: str,
    description: str,
    segment: Segment,
    widgets: Sequence[Widget],
    filters: Filters,
    everybody: bool,
    groups: Iterable[Group],
    actor: Viewer,
) -> Board:
    """`version` is the one the form started from; `UserError` where it is no longer the last."""
    _require(actor, board)
    known = set(segments(SYSTEM).values_list("slug", flat=True))
    problems = widgets_problems(list(widgets), segment.slug, known)
    try:
        name = _name(name)
    except UserError as error:
        problems = [*error.problems, *problems]
    if problems:
        raise UserError(*problems)
    changed = Board.objects.filter(pk=board.pk, version=version).update(
        name=name,
        description=description.strip(),
        segment=segment,
        widgets=[one.plain for one in widgets],
        filters=filters.text,
        everybody=everybody,
        version=F("version") + 1,
        changed_at=timezone.now(),
    )
    if not changed:
        raise UserError(
            Problem(
                ("version",),
                N_("Somebody changed this board while you did."),
                N_("What you arranged is kept below. Look at theirs in another window, then save again."),
            )
        )
    board.refresh_from_db()
    board.groups.set(groups)
    return board


@transaction.atomic
def board_copy(*, board: Board, actor: Viewer) -> Board:
    """One's own copy of a board one may see, not shared with anybody."""
    name = (_("Copy of %(name)s") % {"name": board.name})[:LONGEST_NAME]
    return Board.objects.create(
        slug=slug_for(name, Board, otherwise="board", kept=("new",)),
        name=name,
        description=board.description,
        segment=board.segment,
        widgets=board.widgets,
        filters=board.filters,
        owner=person(actor),
    )


def board_delete(*, board: Board, actor: Viewer) -> None:
    _require(actor, board)
    board.delete()


def _require(actor: Viewer, board: Board) -> None:
    if not may_change(actor, board):
        raise PermissionDenied


def _name(text: str) -> str:
    name = unicodedata.normalize("NFKC", text).strip()
    if not name:
        raise UserError(Problem(("name",), N_("A board needs a name."), N_("For example: weekly meeting")))
    if len(name) > LONGEST_NAME:
        raise UserError(Problem(("name",), N_("The name is too long."), N_("Keep it under 120 characters.")))
    return name

"""An entry of the playbook that a workbook makes or changes, through the services of its form."""

from cdp.access.viewer import Viewer
from tags.forms import LANGUAGES

from ..models import Segment
from ..playbook.models import TEXTS, Direction
from ..playbook.services import Wish, play_change, play_create
from .choices import NO, owner_named
from .columns import PLAYBOOK, SHEETS
from .layers import NAMES
from .plan import Change
from .play_rows import SEPARATOR, column_of
from .state import Row, State
from .task import Task

USUAL_TGI = "120"


def play_task(state: State, change: Change) -> Task:
    slug, now = change.key[0], state.rows[PLAYBOOK].get(change.key, {})
    cells = {**now, **{key: one.after for key, one in change.fields.items()}}
    play = state.plays.get(slug)

    def run(actor: Viewer) -> None:
        if play is None:
            play_create(wish=_wish(cells), actor=actor, slug=slug)
        else:
            play_change(play=play, wish=_wish(cells), actor=actor)

    return Task(None, run, _places(change))


def _wish(cells: Row) -> Wish:
    return Wish(
        names={language: cells.get(column, "") for column, language in NAMES.items()},
        texts={name: {one: cells.get(column_of(name, one), "") for one in LANGUAGES} for name in TEXTS},
        field=cells.get("field", ""),
        value=cells.get("value", ""),
        direction=cells.get("direction") or Direction.OVER,
        tgi=int(cells.get("tgi") or USUAL_TGI),
        segment=Segment.objects.filter(slug=cells.get("segment", "")).first(),
        channels=[one for one in cells.get("channels", "").split(SEPARATOR) if one],
        owner=owner_named(cells.get("owner", "")),
        is_on=cells.get("is_on") != NO,
    )


def _places(change: Change) -> dict[str, tuple[str, int, str]]:
    """A text's problem is told in the first of its languages."""
    own = {column.key: (PLAYBOOK, change.number, column.key) for column in SHEETS[PLAYBOOK].columns}
    texts = {name: own[column_of(name, LANGUAGES[0])] for name in TEXTS}
    return {**own, **texts, "names": own["name_zh_hans"], "": own["slug"]}

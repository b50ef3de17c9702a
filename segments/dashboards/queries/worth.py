"""What they are worth: their scores of R, F and M, and their ways through the life cycle."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from pyroaring import BitMap

from segments.personas.rfm import cube_of
from segments.personas.stages import moves_of

from ..figures.numerals import whole
from ..figures.rfm import Scores
from ..figures.stages import Stages
from ..group import Group
from ..wording import value_text
from .answer import Answer


def scores(group: Group) -> Iterator[Answer]:
    """A cube for each RFM tag, of those it has scored."""
    for tag in group.tags:
        if tag.scores is not None:
            who, scored = tag.scores["customer_id"].to_numpy(), tag.scores["value"].to_numpy()
            cube = cube_of(scored, group.inside(who), group.compared(who), group.least)
            yield Answer(tag.slug, tag.name, Scores(cube, _("Average M")), cube.base.group)


def moves(group: Group) -> Iterator[Answer]:
    """Where the members were some weeks before, for each life-cycle tag that has been computed before."""
    for tag in group.tags:
        if tag.before is None:
            continue
        now = list(tag.bitmaps.values())
        then = [tag.before.values.get(value, BitMap()) for value in tag.bitmaps]
        found = moves_of(then, now, group.members, group.universe, group.least)
        names = (*(tag.names.get(value, value) for value in tag.bitmaps), _("no stage yet"))
        days = (value_text("", "date", tag.before.day), value_text("", "date", tag.before.until))
        data = Stages(found, names, days, group.base)
        note = _("of %(n)s members, since %(since)s") % {"n": whole(len(group.members)), "since": days[0]}
        yield Answer(tag.slug, tag.name, data, len(group.members), note=note)

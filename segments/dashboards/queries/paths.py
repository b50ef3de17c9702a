"""What members do one after the other within a visit."""

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
from django.utils.translation import gettext as _

from segments.personas.months import months_between
from segments.personas.paths import Paths, paths_of

from ..figures.flow import Flow, Flows
from ..figures.numerals import whole
from ..group import Group
from ..visits import sample_of
from ..wording import others
from .answer import Answer

# As many members as tell the ways to within a hundredth, and the months they are asked of, this one included.
SAMPLE, MONTHS, NAMED = 20_000, 3, 6


def visits(group: Group) -> Iterator[Answer]:
    """The first steps of the visits of lately; of a large group by a sample."""
    asked = sample_of(group.members, SAMPLE)
    months = months_between(f"{group.day - timedelta(days=31 * (MONTHS - 1)):%Y-%m}", f"{group.day:%Y-%m}")
    who, when, names, what = group.everyone.done_by(asked, months[-MONTHS:])
    common = np.argsort(-np.bincount(what, minlength=len(names)), kind="stable")[:NAMED]
    place = np.full(len(names), len(common), np.int64)
    place[common] = np.arange(len(common))
    found = paths_of(who, when, place[what], group.least)
    labels = [group.events.get(names[number], names[number]) for number in common] + [others()]
    steps = tuple(_("Step %(number)s") % {"number": step + 1} for step in range(4))
    flows = tuple(
        Flow(way.step, labels[way.source], labels[way.target], way.visits, way.customers) for way in found.ways
    )
    data = Flows(flows, steps, _("Visits"), group.base_of(asked))
    note = _note(found, len(asked), len(asked) < len(group.members), months[-MONTHS:][0])
    yield Answer("visits", "", data, len(asked), note=note)


def _note(found: Paths, asked: int, sampled: bool, since: str) -> str:
    said = {"visits": whole(found.went_on), "n": whole(asked), "since": since}
    if sampled:
        return _("%(visits)s visits of several steps since %(since)s, by a sample of %(n)s members") % said
    return _("%(visits)s visits of several steps since %(since)s, of %(n)s members") % said

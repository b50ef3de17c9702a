"""What a form that is being worked on gives at a moment, with the customers, for what stands under its count."""

from collections.abc import Mapping
from datetime import datetime

from pyroaring import BitMap

from cdp.access.viewer import Viewer
from cdp.store.lake import Lake

from . import membership
from .answers import ANSWERS, held_columns
from .kinds import KINDS, World
from .membership import ANY
from .moments import moment_of
from .rules.definition import read_definition
from .rules.evaluate import Evaluation
from .rules.validate import read_rule
from .workbench import RULE, Work


def members_of(work: Work, lake: Lake, as_of: datetime | None = None) -> Mapping[str, BitMap]:
    """Value → the customers the viewer may see; of the rule of a segment there is one value. `UserError`.

    Of a moment gone by nothing is kept, for what is kept of now is what the form is asked next.
    """
    evaluation = Evaluation(
        lake=lake,
        moment=moment_of(as_of),
        members=membership.CurrentMembers(),
        answers=ANSWERS if as_of is None else None,
        held=held_columns(lake),
    )
    allowed = membership.scope(work.viewer)
    return {value: _cut(members, allowed) for value, members in _found(work, lake, evaluation).items()}


def _found(work: Work, lake: Lake, evaluation: Evaluation) -> Mapping[str, BitMap]:
    if work.of == RULE:
        return {ANY: evaluation.of(read_rule(work.definition, work.catalog))}
    parsed = read_definition(work.of, work.definition, work.catalog)
    return KINDS[work.of].evaluate(parsed, World(evaluation, lake.universe())).values


def _cut(members: BitMap, allowed: BitMap | None) -> BitMap:
    return members if allowed is None else members & allowed


def everyone_of(values: Mapping[str, BitMap]) -> BitMap:
    return BitMap().union(*values.values())


def sees_all(viewer: Viewer) -> bool:
    return membership.scope(viewer) is None

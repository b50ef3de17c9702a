"""Many tags and segments at one moment: what their rules ask of the data is asked together, before their turns."""

import logging
from collections.abc import Iterable
from datetime import datetime

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.store.lake import snapshot

from . import membership
from .answers import ANSWERS
from .dependencies import SEGMENT, TAG, Ref
from .models import TagVersion, VersionState
from .moments import moment_of
from .rules.canonical import canonical, canonical_measure
from .rules.catalog import Catalog
from .rules.definition import Labels, MeasureTag, read_definition
from .rules.evaluate import Evaluation, asked_in
from .rules.nodes import Measure, Node
from .rules.plan import Plan, about_data, plan_of
from .rules.shared import Asked, questions
from .rules.validate import read_rule
from .selectors import catalog

Rule = Node | Measure
log = logging.getLogger(__name__)


def rules_prepare(*, refs: Iterable[Ref], as_of: datetime) -> None:
    """Answer what the rules of these tags and segments ask of events, in as few readings as can be.

    The answers wait in `ANSWERS` for whoever evaluates those rules at the same moment. Where that fails each
    rule is asked in its turn, and says itself what went wrong.
    """
    rules = [rule for rule in rules_of(refs) if not isinstance(rule, Measure)]
    with snapshot() as lake:
        current = membership.CurrentMembers()
        try:
            Evaluation(lake=lake, moment=moment_of(as_of), members=current, answers=ANSWERS).prepare(rules)
        except UserError:
            log.warning("rules could not be asked together", exc_info=True)


def rules_plan(*, refs: Iterable[Ref], as_of: datetime) -> Plan:
    """What refreshing these tags and segments would read."""
    moment = moment_of(as_of)
    named: list[Asked] = [one for rule in rules_of(refs) for one in about_data(asked_in(_same(rule)))]
    with snapshot() as lake:
        return plan_of(named, questions(set(named), lake, moment), lake.parts(None), moment)


def _same(rule: Rule) -> Rule:
    return canonical_measure(rule) if isinstance(rule, Measure) else canonical(rule)


def rules_of(refs: Iterable[Ref]) -> list[Rule]:
    """The rules and measures in force; what can no longer be read is told when its own turn comes."""
    wanted, names = set(refs), catalog(SYSTEM)
    published = TagVersion.objects.filter(state=VersionState.PUBLISHED).select_related("tag")
    found: list[Rule] = []
    for version in published:
        if Ref(TAG, version.tag.slug) in wanted:
            found += _rules_in(version.tag.kind, version.definition, names)
    if SEGMENT in membership.providers:
        for slug, (_names, _number, rule) in membership.providers[SEGMENT].rules().items():
            if Ref(SEGMENT, slug) in wanted:
                found += _rules_in(SEGMENT, rule, names)
    return found


def _rules_in(kind: str, definition: object, names: Catalog) -> list[Rule]:
    try:
        if kind == SEGMENT:
            return [read_rule(definition, names)]
        read = read_definition(kind, definition, names)
    except UserError:
        return []
    if isinstance(read, Labels):
        return [layer.when for layer in read.layers]
    return [read.measure] if isinstance(read, MeasureTag) else []

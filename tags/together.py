"""Many tags and segments at one moment: what their rules ask of the data is asked together, before their turns."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.store.lake import snapshot

from . import membership
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


def rules_prepare(evaluation: Evaluation, rules: Mapping[Ref, list[Rule]]) -> None:
    """Let an evaluation ask together whatever these rules ask of events, in as few readings as can be; measures
    wait for their turn (`measures_prepare`), because they take room.

    Where that fails each rule is asked in its turn, and says itself what went wrong.
    """
    _prepare(evaluation, [rule for rule in chain(*rules.values()) if not isinstance(rule, Measure)])


def measures_prepare(evaluation: Evaluation, rules: Mapping[Ref, list[Rule]]) -> None:
    """The same for what is measured, but for what only has to be brought up to date."""
    measures = [rule for rule in chain(*rules.values()) if isinstance(rule, Measure)]
    _prepare(evaluation, [measure for measure in measures if evaluation.advance(measure) is None])


def _prepare(evaluation: Evaluation, rules: list[Rule]) -> None:
    try:
        evaluation.prepare(rules)
    except UserError:
        log.warning("rules could not be asked together", exc_info=True)


def rules_plan(*, refs: Iterable[Ref], as_of: datetime) -> Plan:
    """What refreshing these tags and segments would read."""
    moment, rules = moment_of(as_of), chain(*rules_of(refs, catalog(SYSTEM)).values())
    named: list[Asked] = [one for rule in rules for one in about_data(asked_in(_same(rule)))]
    with snapshot() as lake:
        return plan_of(named, questions(set(named), lake, moment), lake.parts(None), moment)


def _same(rule: Rule) -> Rule:
    return canonical_measure(rule) if isinstance(rule, Measure) else canonical(rule)


def rules_of(refs: Iterable[Ref], names: Catalog) -> dict[Ref, list[Rule]]:
    """The rules and measures in force; what can no longer be read is told when its own turn comes."""
    wanted = set(refs)
    published = TagVersion.objects.filter(state=VersionState.PUBLISHED).select_related("tag")
    found: dict[Ref, list[Rule]] = {}
    for version in published:
        if (ref := Ref(TAG, version.tag.slug)) in wanted:
            found[ref] = _rules_in(version.tag.kind, version.definition, names)
    if SEGMENT in membership.providers:
        for slug, (_names, _number, rule) in membership.providers[SEGMENT].rules().items():
            if (ref := Ref(SEGMENT, slug)) in wanted:
                found[ref] = _rules_in(SEGMENT, rule, names)
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

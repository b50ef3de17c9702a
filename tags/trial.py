"""Definitions evaluated over one view of the data, each seeing what was tried before it. Nothing is written."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError

from . import membership
from .answers import ANSWERS
from .dependencies import SEGMENT, Ref
from .in_force import Definition
from .in_use import result_in_use
from .kinds import KINDS, Result, World
from .membership import ANY
from .models import EmptyPolicy, Tag
from .overlay import Overlay
from .rules.definition import read_definition
from .rules.evaluate import Evaluation, Members
from .rules.validate import read_rule
from .rules.windows import Moment
from .selectors import catalog
from .validity import still_valid


def in_use(ref: Ref) -> Result:
    """The result in use; an empty one where nothing has been computed yet."""
    if ref.kind == SEGMENT:
        computed = membership.providers[SEGMENT].computed(ref.slug)
        return Result({} if computed is None else {ANY: computed})
    return result_in_use(Tag.objects.get(slug=ref.slug))


def kept(ref: Ref) -> Result:
    """What a tag that keeps its last value would keep if it were computed now."""
    tag = Tag.objects.get(slug=ref.slug)
    return still_valid(tag, timezone.now(), result_in_use(tag))


class Trial:
    """`put` stands in the place of what `members` says (the results in use by default); `before` gives what
    a tag that keeps its last value would keep."""

    def __init__(
        self,
        known: Mapping[Ref, Definition],
        lake: Any,
        moment: Moment,
        *,
        put: Mapping[Ref, Result] | None = None,
        members: Members | None = None,
        before: Callable[[Ref], Result] = kept,
    ) -> None:
        self.known, self.names, self.universe = known, catalog(SYSTEM), lake.universe()
        self.overlay = Overlay(members)
        self.overlay.put.update(put or {})
        self.before = before
        self.evaluation = Evaluation(lake=lake, moment=moment, members=self.overlay, answers=ANSWERS)

    def tried(self, ref: Ref) -> Result:
        """What is in force gives, put in place for whatever is tried next. `UserError` when it cannot be."""
        self.overlay.put[ref] = found = self.result(ref, self.known[ref].definition)
        return found

    def result(self, ref: Ref, definition: Any) -> Result:
        """What a definition would give. `UserError` when it cannot be computed."""
        if ref.kind == SEGMENT:
            return Result({ANY: self.evaluation.of(read_rule(definition, self.names))})
        tag = Tag.objects.get(slug=ref.slug)
        kind, parsed = KINDS[tag.kind], read_definition(tag.kind, definition, self.names)
        result = kind.evaluate(parsed, World(self.evaluation, self.universe, ref.slug))
        if tag.empty_policy != EmptyPolicy.KEEP:
            return result
        return kind.keep(parsed, result, self.before(ref), self.universe)

    def anyway(self, ref: Ref) -> Result | None:
        """What is in force gives now; None when nothing is, or when it cannot be computed any more."""
        if ref not in self.known:
            return None
        try:
            return self.result(ref, self.known[ref].definition)
        except UserError:
            return None

"""Which tags and segments may have changed, and in which order to ask."""

from collections.abc import Collection
from dataclasses import dataclass

from cdp.errors import UserError
from tags.dependencies import SEGMENT, Graph, Ref, order, upstream
from tags.following.definitions import Followed, followable, is_touched, rule_compares, tags_followed, tags_in_use
from tags.rules.nodes import Measure, Node
from tags.rules.parse import parse_rule
from tags.rules.walk import References, references
from tags.selectors import graph

from ..models import BY_RULE, Segment


@dataclass(frozen=True)
class FollowedSegment:
    """A segment with a result in use; a list has no rule."""

    pk: int
    slug: str
    rule: Node | None
    references: References

    @property
    def ref(self) -> Ref:
        return Ref(SEGMENT, self.slug)

    @property
    def rules(self) -> list[Node | Measure]:
        return [] if self.rule is None else [self.rule]

    @property
    def is_alone(self) -> bool:
        return self.rule is None or not rule_compares(self.rule)


One = Followed | FollowedSegment


def followed(events: Collection[str]) -> list[tuple[One, bool]]:
    """All that can be followed, each after what it is built on, and whether these events may have changed it."""
    needed = graph()
    known: dict[Ref, One] = {**tags_followed(), **_segments_followed()}
    touched: set[Ref] = set()
    asked = order(needed, followable(known, _everything(needed), needed))
    for ref in asked:
        if upstream(needed, [ref]) & touched or is_touched(known[ref].references, events):
            touched.add(ref)
    return [(known[ref], ref in touched) for ref in asked]


def compared(events: Collection[str] | None) -> set[Ref]:
    """What cannot be followed, because it compares customers or is built on what does, and may have changed by
    these events (by anything, for None); and, since that is asked of results in use, what it is built on and may
    have changed, too."""
    needed = graph()
    known: dict[Ref, One] = {**{one.ref: one for one in tags_in_use()}, **_segments_in_use()}
    touched: set[Ref] = set()
    for ref in order(needed, known):
        if events is None or upstream(needed, [ref]) & touched or is_touched(known[ref].references, events):
            touched.add(ref)
    alone = [ref for ref, one in known.items() if one.is_alone]
    others = touched - followable(alone, _everything(needed), needed)
    return others | (upstream(needed, others) & touched)


def _everything(needed: Graph) -> set[Ref]:
    """A list is the segment of the same name, so only that counts."""
    return {ref for ref in needed if ref.kind != "list"}


def _segments_followed() -> dict[Ref, FollowedSegment]:
    return {ref: one for ref, one in _segments_in_use().items() if one.is_alone}


def _segments_in_use() -> dict[Ref, FollowedSegment]:
    rows = Segment.objects.filter(run__isnull=False, bitmap__isnull=False).order_by("slug")
    found: dict[Ref, FollowedSegment] = {}
    for pk, slug, kind, definition in rows.values_list("pk", "slug", "kind", "definition"):
        try:
            rule = parse_rule(definition) if kind in BY_RULE else None
        except UserError:
            # It can no longer be read, which is told by its next refresh.
            continue
        one = FollowedSegment(pk, slug, rule, References() if rule is None else references(rule))
        found[one.ref] = one
    return found

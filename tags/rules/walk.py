"""Going through a rule's nodes, and what a rule refers to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from functools import reduce
from operator import or_
from typing import assert_never

from .nodes import (
    ANY_EVENT,
    All,
    AnyOf,
    Attribute,
    AttributeOf,
    Event,
    First,
    Leaf,
    Measure,
    MeasureOf,
    Node,
    Not,
    Occurrence,
    OnList,
    Property,
    Rank,
    Regular,
    Resumed,
    Sample,
    Segment,
    Sequence,
    Stopped,
    Tag,
    Test,
)


def leaves(node: Node) -> Iterator[Leaf | Property]:
    """Every leaf of the condition itself (not of what it filters events by), left to right."""
    match node:
        case All(items) | AnyOf(items):
            for item in items:
                yield from leaves(item)
        case Not(item):
            yield from leaves(item)
        case _:
            yield node


def wheres_of(found: Iterable[Node]) -> Iterator[Node]:
    """What leaves filter events by."""
    for leaf in found:
        for what in occurrences(leaf):
            if what.where is not None:
                yield what.where


def occurrences(leaf: Node) -> Iterator[Occurrence]:
    """The events a leaf looks at, those of its right-hand side too."""
    if isinstance(leaf, Event | Attribute) and isinstance(leaf.test.value, MeasureOf):
        yield _occurrence(leaf.test.value.measure)
    match leaf:
        case Event(measure) | Rank(measure):
            yield _occurrence(measure)
        case Sequence(steps):
            yield from (step.what for step in steps)
        case Regular() | First() | Stopped() | Resumed():
            yield leaf.what


def _occurrence(measure: Measure) -> Occurrence:
    return Occurrence(measure.events, measure.where)


@dataclass(frozen=True)
class References:
    """The slugs a rule names. `all_events` when it asks for any event."""

    attributes: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    properties: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    all_events: bool = False

    def __or__(self, other: "References") -> "References":
        return References(
            self.attributes | other.attributes,
            self.events | other.events,
            self.properties | other.properties,
            self.tags | other.tags,
            self.segments | other.segments,
            self.lists | other.lists,
            self.all_events or other.all_events,
        )


def references(node: Node) -> References:
    """What a rule depends on: the edges of the graph of tags and segments."""
    found = References()
    for leaf in leaves(node):
        found |= _leaf_references(leaf)
    return found


def _leaf_references(leaf: Leaf | Property) -> References:
    match leaf:
        case Attribute(slug, test):
            return References(attributes=frozenset({slug})) | _own_references(test)
        case Property(slug, _):
            return References(properties=frozenset({slug}))
        case Event(measure, test):
            return measure_references(measure) | _own_references(test)
        case Sequence(steps, _, _):
            return reduce(or_, (_occurrence_references(step.what) for step in steps))
        case Regular() | First() | Stopped() | Resumed():
            return _occurrence_references(leaf.what)
        case Tag(slug, _):
            return References(tags=frozenset({slug}))
        case Segment(slug):
            return References(segments=frozenset({slug}))
        case OnList(slug):
            return References(lists=frozenset({slug}))
        case Rank(measure, _, _, _):
            return measure_references(measure)
        case Sample():
            return References()
        case _:
            assert_never(leaf)


def _own_references(test: Test) -> References:
    """What the right-hand side names."""
    match test.value:
        case AttributeOf(slug):
            return References(attributes=frozenset({slug}))
        case MeasureOf(measure, _):
            return measure_references(measure)
        case _:
            return References()


def measure_references(measure: Measure) -> References:
    found = _occurrence_references(Occurrence(measure.events, measure.where))
    return found if measure.property is None else found | References(properties=frozenset({measure.property}))


def _occurrence_references(what: Occurrence) -> References:
    found = References(events=frozenset(what.events) - {ANY_EVENT}, all_events=ANY_EVENT in what.events)
    return found if what.where is None else found | references(what.where)


def columns_of(node: object) -> set[str]:
    """The properties a question names anywhere, as columns of the events."""
    if isinstance(node, tuple):
        return set().union(*map(columns_of, node)) if node else set()
    if not is_dataclass(node):
        return set()
    own = {node.slug} if isinstance(node, Property) else set()
    if isinstance(node, Measure) and node.property is not None:
        own.add(node.property)
    return own.union(*(columns_of(getattr(node, field.name)) for field in fields(node)))

"""Going through a rule's nodes, and what a rule refers to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from .nodes import (
    ANY_EVENT,
    All,
    AnyOf,
    Attribute,
    Event,
    Measure,
    Node,
    Not,
    OnList,
    Property,
    Segment,
    Tag,
)


def leaves(node: Node) -> Iterator[Node]:
    """Every leaf of the condition itself (not of what it filters events by), left to right."""
    match node:
        case All(items) | AnyOf(items):
            for item in items:
                yield from leaves(item)
        case Not(item):
            yield from leaves(item)
        case Attribute() | Property() | Event() | Tag() | Segment() | OnList():
            yield node
        case _:
            assert_never(node)


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
        match leaf:
            case Attribute(slug, _):
                found |= References(attributes=frozenset({slug}))
            case Property(slug, _):
                found |= References(properties=frozenset({slug}))
            case Event(measure, _):
                found |= measure_references(measure)
            case Tag(slug, _):
                found |= References(tags=frozenset({slug}))
            case Segment(slug):
                found |= References(segments=frozenset({slug}))
            case OnList(slug):
                found |= References(lists=frozenset({slug}))
    return found


def measure_references(measure: Measure) -> References:
    found = References(
        events=frozenset(measure.events) - {ANY_EVENT},
        properties=frozenset({measure.property} if measure.property else ()),
        all_events=ANY_EVENT in measure.events,
    )
    return found if measure.where is None else found | references(measure.where)

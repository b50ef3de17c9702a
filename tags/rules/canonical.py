"""One form for rules that mean the same, and a fingerprint of it that keys every cached result."""

import hashlib
import json
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, assert_never

from .nodes import (
    All,
    AnyOf,
    Attribute,
    Event,
    First,
    Measure,
    MeasureOf,
    Node,
    Not,
    Occurrence,
    OnList,
    Property,
    Rank,
    Region,
    Regular,
    Resumed,
    Sample,
    Segment,
    Sequence,
    Stopped,
    Tag,
    Test,
    Value,
)
from .operators import SHAPES, Shape


def canonical(node: Node) -> Node:
    """Groups flat, sorted and without repeats; lists of values too; no double `not`."""
    match node:
        case All(items):
            return _group(All, items)
        case AnyOf(items):
            return _group(AnyOf, items)
        case Not(item):
            inner = canonical(item)
            return inner.item if isinstance(inner, Not) else Not(inner)
        case Attribute(_, test) | Property(_, test) | Tag(_, test):
            return replace(node, test=_test(test))
        case Event(measure, test):
            return Event(canonical_measure(measure), _test(test))
        case Sequence(steps, _, _):
            return replace(node, steps=tuple(replace(step, what=_occurrence(step.what)) for step in steps))
        case Regular() | First() | Stopped() | Resumed():
            return replace(node, what=_occurrence(node.what))
        case Rank(measure, _, _, _):
            return replace(node, measure=canonical_measure(measure))
        case Segment() | OnList() | Sample():
            return node
        case _:
            assert_never(node)


def _group(kind: type[All] | type[AnyOf], items: tuple[Node, ...]) -> Node:
    flat: list[Node] = []
    for item in map(canonical, items):
        flat.extend(item.items if isinstance(item, kind) else (item,))
    unique = {_text(item): item for item in flat}
    ordered = tuple(unique[text] for text in sorted(unique))
    return ordered[0] if len(ordered) == 1 else kind(ordered)


def canonical_measure(measure: Measure) -> Measure:
    what = _occurrence(Occurrence(measure.events, measure.where))
    return replace(measure, events=what.events, where=what.where)


def _occurrence(what: Occurrence) -> Occurrence:
    where = None if what.where is None else canonical(what.where)
    return Occurrence(tuple(sorted(set(what.events))), where)


def _test(test: Test) -> Test:
    return Test(test.op, _right_side(SHAPES.get(test.op), test.value))


def _right_side(shape: Shape | None, value: Value) -> Value:
    match value:
        case tuple() if shape is Shape.MANY:
            unique = {_text(one): one for one in value}
            return tuple(unique[text] for text in sorted(unique))
        case MeasureOf(measure, times):
            return MeasureOf(canonical_measure(measure), times)
        case Region(corners):
            return Region(_ring(corners))
        case _:
            return value


def _ring(corners: tuple[tuple[Decimal, Decimal], ...]) -> tuple[tuple[Decimal, Decimal], ...]:
    """The same ring from its smallest corner on, in the direction of the smaller neighbour."""
    start = corners.index(min(corners))
    onwards = corners[start:] + corners[:start]
    return min(onwards, (onwards[0], *reversed(onwards[1:])))


def fingerprint(node: Node | Measure) -> str:
    """The same for every way of writing the same rule."""
    same = canonical_measure(node) if isinstance(node, Measure) else canonical(node)
    return hashlib.sha256(_text(same).encode()).hexdigest()


def _text(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    """Frozen nodes as JSON: a node is its name and its fields; 3, 3.0 and 3.00 are one number."""
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, *(_plain(getattr(value, f.name)) for f in fields(value))]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return {"number": f"{Decimal(value).normalize():f}"}
    return value.isoformat() if isinstance(value, date) else value

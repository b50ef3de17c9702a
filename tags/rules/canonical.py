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
    Measure,
    Node,
    Not,
    OnList,
    Property,
    Segment,
    Tag,
    Test,
)
from .operators import SHAPES, Shape


def canonical(node: Node) -> Node:
    """Groups flat, sorted and without repeats; lists of values too; no double `not`."""
    match node:
        case All(items):
            return _group(All, items)
        case AnyOf(items):
            return _group(AnyOf, items)
        case Not(Not(item)):
            return canonical(item)
        case Not(item):
            return Not(canonical(item))
        case Attribute(_, test) | Property(_, test) | Tag(_, test):
            return replace(node, test=_test(test))
        case Event(measure, test):
            return Event(canonical_measure(measure), _test(test))
        case Segment() | OnList():
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
    where = None if measure.where is None else canonical(measure.where)
    return replace(measure, events=tuple(sorted(set(measure.events))), where=where)


def _test(test: Test) -> Test:
    if SHAPES.get(test.op) is not Shape.MANY or not isinstance(test.value, tuple):
        return test
    unique = {_text(value): value for value in test.value}
    return Test(test.op, tuple(unique[text] for text in sorted(unique)))


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

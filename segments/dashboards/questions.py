"""What a tree may ask of a group: each value of a tag or attribute that enough customers have."""

from collections.abc import Iterator

from segments.personas.tree import Question

from .conditions import attribute_rule
from .group import Field, Group, TagValues
from .wording import value_label

ASKED = ("text", "boolean", "list")
# Of one thing, the values most customers have.
MOST_VALUES = 40


def questions_of(group: Group) -> list[Question]:
    """Not of what the segment itself is built on, which would only find its rule again."""
    found = [*_tags(group), *_attributes(group)]
    return [one for one in found if one.subject not in group.defined_by]


def _tags(group: Group) -> Iterator[Question]:
    for tag in group.tags:
        for value, holders in list(tag.bitmaps.items())[:MOST_VALUES]:
            if len(holders) >= group.least:
                rule = {"tag": tag.slug, "op": "is", "value": value}
                yield Question(tag.slug, _text(tag, tag.names.get(value, value)), rule, holders)


def _attributes(group: Group) -> Iterator[Question]:
    for field in group.attributes:
        if field.kind in ASKED and field.slug not in group.defined_by:
            yield from _values(group, field)


def _values(group: Group, field: Field) -> Iterator[Question]:
    held = group.everyone.attribute(field.slug, field.kind).holders
    for value, holders in list(held.items())[:MOST_VALUES]:
        if len(holders) >= group.least:
            rule = attribute_rule(field.slug, field.kind, value)
            yield Question(field.slug, _text(field, value_label(field.slug, value, group.language)), rule, holders)


def _text(of: Field | TagValues, value: str) -> str:
    return f"{of.name} = {value}"

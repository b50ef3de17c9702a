"""What a tree may ask of a group: each value of a tag or attribute that enough customers have."""

from collections.abc import Iterable, Iterator

from segments.personas.statistics import Distribution
from segments.personas.tree import Question

from .conditions import attribute_rule
from .group import Field, Group, TagValues
from .queries.answer import Answer
from .wording import value_label

ASKED = ("text", "boolean", "list")
# Of one thing, the values most customers have.
MOST_VALUES = 40


def questions_of(group: Group, answers: Iterable[Answer] = ()) -> list[Question]:
    """Not of what the segment itself is built on, which would only find its rule again; nor of a value whose
    numbers the charts with these answers do not tell."""
    untold = {key for answer in answers for key in _untold(answer)}
    found = [one for one in (*_tags(group), *_attributes(group)) if one.subject not in group.defined_by]
    return [one for one in found if (one.subject, one.value) not in untold]


def _untold(answer: Answer) -> Iterator[tuple[str, str]]:
    if isinstance(answer.data, Distribution):
        base = answer.data.base
        for share in answer.data.shares:
            if share.hidden(base) or share.hidden_beside(base):
                yield answer.subject, share.value


def _tags(group: Group) -> Iterator[Question]:
    for tag in group.tags:
        for value, holders in list(tag.bitmaps.items())[:MOST_VALUES]:
            if len(holders) >= group.least:
                rule = {"tag": tag.slug, "op": "is", "value": value}
                yield Question(tag.slug, _text(tag, tag.names.get(value, value)), rule, holders, value)


def _attributes(group: Group) -> Iterator[Question]:
    for field in group.attributes:
        if field.kind in ASKED and field.slug not in group.defined_by:
            yield from _values(group, field)


def _values(group: Group, field: Field) -> Iterator[Question]:
    held = group.everyone.attribute(field.slug, field.kind).holders
    for value, holders in list(held.items())[:MOST_VALUES]:
        if len(holders) >= group.least:
            rule = attribute_rule(field.slug, field.kind, value)
            text = _text(field, value_label(field.slug, value, group.language))
            yield Question(field.slug, text, rule, holders, value)


def _text(of: Field | TagValues, value: str) -> str:
    return f"{of.name} = {value}"

"""What a tree may ask of a group: each value of a tag or attribute that enough customers have."""

from collections.abc import Iterator

from cdp.bitmaps import bitmap_of_ids
from segments.personas.tree import Question

from .group import Field, Group, TagValues
from .wording import value_label

ASKED = ("text", "boolean")
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
    profiles = group.lake.tables.profiles
    known = profiles.filter(profiles[field.slug].notnull())
    value = known[field.slug]
    common = known.group_by(value=value).aggregate(n=known.count())
    common = common.filter(common.n >= group.least).order_by([common.n.desc(), common.value]).limit(MOST_VALUES)
    frame = group.frame(known.select("customer_id", value=value).semi_join(common, "value"))
    encoded = frame["value"].combine_chunks().dictionary_encode()
    ids, places = frame["customer_id"].to_numpy(), encoded.indices.to_numpy()
    for place, value in enumerate(encoded.dictionary.to_pylist()):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        said = {"op": f"is_{text}"} if isinstance(value, bool) else {"op": "is", "value": value}
        rule = {"attribute": field.slug, **said}
        label = value_label(field.slug, text, group.language)
        yield Question(field.slug, _text(field, label), rule, bitmap_of_ids(ids[places == place]))


def _text(of: Field | TagValues, value: str) -> str:
    return f"{of.name} = {value}"

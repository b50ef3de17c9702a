"""Who they are: every attribute and tag of the members beside everyone's."""

from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from segments.personas.statistics import Distribution, Share, fold, fold_in_order, veil
from segments.personas.steps import distribution_in_steps, round_edges

from ..figures.numerals import short
from ..group import Field, Group, TagValues
from ..wording import others, value_label
from .answer import Answer

MOST_VALUES = 9
PROVINCE, AGE, AGE_BAND = "province", "age", "age_band"


def attributes(group: Group) -> Iterator[Answer]:
    """Text, yes-or-no and list attributes by value; not the province, which has a map."""
    for field in group.attributes:
        if field.kind in ("text", "boolean", "list") and field.slug not in (PROVINCE, AGE_BAND):
            every = values_of(group, field)
            folded = fold(every, most=MOST_VALUES, other=others())
            if len(folded.shares) > 1:
                yield _answer(field, folded, every, _holders(group, field))


def steps(group: Group) -> Iterator[Answer]:
    """Attributes with an order of their own: age bands, and numbers in round steps."""
    known = {field.slug for field in group.attributes}
    for field in group.attributes:
        if field.slug == AGE_BAND:
            yield _answer(field, _in_order(values_of(group, field)), holders=_holders(group, field))
        elif field.kind in ("number", "money") and not (field.slug == AGE and AGE_BAND in known):
            yield _answer(field, number_steps(group, field))


def provinces(group: Group) -> Iterator[Answer]:
    for field in group.attributes:
        if field.slug == PROVINCE:
            yield _answer(field, veil(values_of(group, field)), holders=_holders(group, field))


def tags(group: Group) -> Iterator[Answer]:
    """By bitmap intersection; the shares are of all members, with and without the tag."""
    for tag in group.tags:
        if not tag.bitmaps:
            continue
        distribution = tag_distribution(group, tag)
        if tag.ordered:
            folded = fold_in_order(distribution, other=others())
        else:
            folded = fold(distribution, most=MOST_VALUES, other=others())
        size = group.base.group
        yield Answer(tag.slug, tag.name, folded, size, distribution, section=tag.section, holders=tag.bitmaps)


def tag_steps(group: Group) -> Iterator[Answer]:
    """Measure tags without bins, in round steps of those who have a number."""
    for tag in group.tags:
        if tag.numbers is None:
            continue
        found = _in_steps(group, tag.numbers["customer_id"].to_numpy(), tag.numbers["value"].to_numpy())
        yield _answer(Field(tag.slug, tag.name, "number", tag.section), found)


def tag_distribution(group: Group, tag: TagValues) -> Distribution:
    shares = (
        Share(
            value,
            bitmap.intersection_cardinality(group.members),
            bitmap.intersection_cardinality(group.universe),
            tag.names.get(value, value),
        )
        for value, bitmap in tag.bitmaps.items()
    )
    return Distribution(tuple(shares), group.base)


def values_of(group: Group, field: Field) -> Distribution:
    """Shares of those whose value is known. A list counts for each of its entries."""
    found = group.everyone.attribute(field.slug, field.kind)
    names = {value: value_label(field.slug, value, group.language) for value in found.holders}
    shares = group.shares(found.holders, names)
    if field.kind != "list" and found.rest:
        shares += (group.share("", found.rest, others()),)
    return Distribution(shares, group.base_of(found.known))


def number_steps(group: Group, field: Field) -> Distribution:
    """Shares in round steps of those whose number is known."""
    found = group.everyone.numbers(field.slug)
    return _in_steps(group, found.customers, found.values)


def _in_steps(group: Group, customers: npt.NDArray[np.uint32], numbers: npt.NDArray[np.float64]) -> Distribution:
    these = group.compared(customers)
    numbers, inside = numbers[these], group.inside(customers)[these]
    label = partial(short, language=group.language)
    return distribution_in_steps(numbers, inside, round_edges(numbers), group.least, label)


def _in_order(distribution: Distribution) -> Distribution:
    ordered = sorted(distribution.shares, key=lambda share: _first_number(share.value))
    return fold_in_order(Distribution(tuple(ordered), distribution.base), other=others())


def _first_number(text: str) -> float:
    """`18-24` → 18, `<18` → 17.5, words → last."""
    digits = "".join(c if c.isdigit() else " " for c in text).split()
    if not digits:
        return float("inf")
    return int(digits[0]) - (0.5 if text.lstrip().startswith(("<", "＜")) or text.endswith("以下") else 0)


def _holders(group: Group, field: Field) -> Mapping[str, BitMap]:
    """Of what nobody has two values of."""
    if field.kind == "list":
        return {}
    found = group.everyone.attribute(field.slug, field.kind)
    return {**found.holders, "": found.rest} if found.rest else found.holders


def _answer(
    field: Field,
    distribution: Distribution,
    every: Distribution | None = None,
    holders: Mapping[str, BitMap] | None = None,
) -> Answer:
    size = distribution.base.group
    return Answer(field.slug, field.name, distribution, size, every, section=field.section, holders=holders or {})

"""A followed tag of a few customers: worked out, compared with what was in use, and what is to be kept of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from pyroaring import BitMap

from tags.dependencies import TAG
from tags.kinds import KINDS, Result, World
from tags.membership import ANY
from tags.models import LiveChange, LiveTag, TagKind
from tags.rules.evaluate import Evaluation
from tags.rules.nodes import Leaf, Sample
from tags.rules.sample import sampled

from .definitions import Followed
from .in_use import TagsInUse
from .members import NumberedMembers
from .numbers import Numbers


class FollowEvaluation(Evaluation):
    """Customers are numbered here, but who is in a sample follows from their ids."""

    members: NumberedMembers

    def _leaf(self, leaf: Leaf) -> BitMap:
        if isinstance(leaf, Sample):
            return self.members.numbered(BitMap(sampled(leaf, self.members.customers)))
        return super()._leaf(leaf)


@dataclass(frozen=True)
class Outcome:
    """What became other of a tag: rows to be kept, and who entered and left which value."""

    rows: list[LiveTag]
    changes: list[LiveChange]


def tag_follow(
    one: Followed, evaluation: FollowEvaluation, in_use: TagsInUse, whom: BitMap, at: datetime
) -> Outcome:
    """Of the customers of `in_use`, of whom the outcome is only kept for `whom`. What is found is known to the
    rules asked afterwards; numbers are put beside those in use."""
    members, before = evaluation.members, in_use.tag_values(one.slug)
    now, numbers = _result(one, evaluation, in_use)
    members.values[one.slug] = {value: members.numbered(who) for value, who in now.items()}
    if numbers is not None:
        for customer in whom & in_use.customers:
            in_use.numbers.setdefault(customer, Numbers()).put(one.pk, numbers.get(customer), at)
    now, before = _of(now, whom), _of(before, whom)
    changed = BitMap().union(*(now.get(value, BitMap()) ^ before.get(value, BitMap()) for value in {*now, *before}))
    return Outcome(_rows(one, changed, now, at), _changes(one, now, before, at))


def _of(values: Mapping[str, BitMap], whom: BitMap) -> dict[str, BitMap]:
    return {value: who & whom for value, who in values.items()}


def _result(
    one: Followed, evaluation: FollowEvaluation, in_use: TagsInUse
) -> tuple[dict[str, BitMap], dict[int, float] | None]:
    """Value → customers, and the number of each, by their ids."""
    kind, members = KINDS[one.kind], evaluation.members
    if one.kind == TagKind.LIST:
        # What people gave is told by id.
        return dict(kind.evaluate(one.definition, World(evaluation, in_use.customers, one.slug)).values), None
    universe = evaluation.lake.universe()
    found: Result = kind.evaluate(one.definition, World(evaluation, universe, one.slug))
    if one.keeps:
        found = kind.keep(one.definition, found, _numbered(in_use.of_run(one.slug), members), universe)
    now = {value: members.ids(who) for value, who in found.values.items()}
    members.numbers[one.slug] = found.numbers
    return now, None if found.numbers is None else _by_id(found.numbers, members)


def _numbered(result: Result, members: NumberedMembers) -> Result:
    numbers = None if result.numbers is None else members.numbered_table(result.numbers)
    return Result({value: members.numbered(who) for value, who in result.values.items()}, numbers)


def _by_id(numbers: pa.Table, members: NumberedMembers) -> dict[int, float]:
    ids = members.customers[numbers["customer_id"].to_numpy()]
    return dict(zip(ids.tolist(), numbers["value"].to_numpy().tolist(), strict=True))


def _rows(one: Followed, changed: BitMap, now: Mapping[str, BitMap], at: datetime) -> list[LiveTag]:
    having: dict[int, list[str]] = {customer: [] for customer in changed}
    for value, who in now.items():
        for customer in who & changed:
            having[customer].append(value)
    return [
        LiveTag(tag_id=one.pk, customer_id=customer, values=values, as_of=at) for customer, values in having.items()
    ]


def _changes(
    one: Followed, now: Mapping[str, BitMap], before: Mapping[str, BitMap], at: datetime
) -> list[LiveChange]:
    found: list[LiveChange] = []
    for value in {**now, **before}:
        there, then = now.get(value, BitMap()), before.get(value, BitMap())
        if value != ANY:
            found += changes_of(TAG, one.slug, value, there - then, True, at)
            found += changes_of(TAG, one.slug, value, then - there, False, at)
    return found


def changes_of(
    kind: str, slug: str, value: str, who: Iterable[int], has_entered: bool, at: datetime
) -> list[LiveChange]:
    return [
        LiveChange(kind=kind, slug=slug, value=value, customer_id=customer, has_entered=has_entered, at=at)
        for customer in who
    ]

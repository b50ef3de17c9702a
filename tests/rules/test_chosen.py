"""Samples that stay the same for ever, ranks with their ties, and a customer beside himself."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tags.rules.evaluate import evaluate
from tags.rules.nodes import Sample
from tags.rules.sample import salted, sampled, splitmix64
from tags.rules.validate import read_rule
from tags.rules.windows import Moment
from tests.rules.memory_lake import MemoryLake, MemoryMembers, catalog_of
from tests.world import AS_OF, CAST, HAN_MEIMEI, JIM, LI_LEI, LILY, LIN_TAO, LUCY, UNCLE_WANG, WEI_HUA, ZONE

AMOUNT = {"event": "purchase", "agg": "sum", "property": "amount"}
NEVER_BOUGHT = {JIM, WEI_HUA, UNCLE_WANG}


def found(rule: Any) -> set[int]:
    node = read_rule(rule, catalog_of(CAST))
    return set(evaluate(node, lake=MemoryLake(CAST), moment=Moment(AS_OF, ZONE), members=MemoryMembers(CAST)))


def test_the_mixing_is_the_published_one() -> None:
    assert int(splitmix64(np.zeros(1, np.uint64))[0]) == 0xE220A8397B1DCDAF


@pytest.mark.parametrize(
    ("salt", "places"),
    [
        ("exp-7", (0x5C065EDF88F8E744, 0x5B9FA8E333011891, 0x6A050E041A6C2B20)),
        ("对照组", (0x243573A0FB08B35F, 0xD568ED0D888E454D, 0x72D97DED9F2FC548)),
    ],
)
def test_places_never_move(salt: str, places: tuple[int, ...]) -> None:
    """Running experiments depend on them: a change here would deal the cards anew."""
    assert [int(place) for place in salted(salt, np.array([1, 2, 2**32 - 1], np.uint32))] == list(places)


def test_a_tenth_is_a_tenth_and_another_salt_draws_anew() -> None:
    everyone = np.arange(100_000, dtype=np.uint32)
    first, other = (sampled(Sample(salt, Decimal(0), Decimal("0.1")), everyone) for salt in ("exp-7", "exp-8"))
    assert abs(len(first) - 10_000) < 300 and abs(len(other) - 10_000) < 300
    assert abs(len(np.intersect1d(first, other)) - 1_000) < 100


def test_parts_that_adjoin_share_nobody_and_leave_nobody_out() -> None:
    everyone = np.arange(1_000, dtype=np.uint32)
    ends = [Decimal(end) for end in ("0", "0.1", "0.35", "1")]
    parts = [set(sampled(Sample("x", low, high), everyone)) for low, high in pairwise(ends)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 1_000
    assert len(sampled(Sample("x", Decimal(1), Decimal(1)), everyone)) == 0


@pytest.mark.parametrize(
    ("rank", "who"),
    [
        ({"measure": AMOUNT, "top": 1}, {LI_LEI}),
        ({"measure": AMOUNT, "bottom": 2}, {LILY, LUCY}),
        # Five have bought: half of them is two and a half, which is three.
        ({"measure": AMOUNT, "top": 50, "unit": "percent"}, {LI_LEI, HAN_MEIMEI, LIN_TAO}),
        ({"measure": AMOUNT, "top": 0.5, "unit": "percent"}, {LI_LEI}),
        ({"measure": AMOUNT, "bottom": 100, "unit": "percent"}, {LI_LEI, HAN_MEIMEI, LUCY, LILY, LIN_TAO}),
        ({"measure": {"event": "purchase"}, "bottom": 1}, {LILY}),
        ({"measure": {"event": "purchase"}, "bottom": 99}, {LI_LEI, HAN_MEIMEI, LUCY, LILY, LIN_TAO}),
        ({"measure": {**AMOUNT, "agg": "avg", "property": "quantity"}, "top": 9}, {LI_LEI, HAN_MEIMEI, LIN_TAO}),
    ],
)
def test_ranks_are_of_those_who_have_the_measure(rank: dict[str, Any], who: set[int]) -> None:
    assert found({"rank": rank}) == who


def amount(agg: str, **more: Any) -> dict[str, Any]:
    return {"event": "purchase", "agg": agg, "property": "amount", **more}


def beside(agg: str, op: str, value: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"event": "purchase", "measure": {"agg": agg, "property": "amount"}, "op": op, "value": value, **more}


THIS_YEAR = {"window": {"this": "year"}}
NEARLY_ALL = {"measure": amount("sum"), "times": 0.95}


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        (beside("avg", ">", {"attribute": "balance"}), {LI_LEI, HAN_MEIMEI}),
        (beside("avg", "<", {"measure": amount("max")}), {LI_LEI, HAN_MEIMEI, LUCY}),
        (beside("max", ">", {"measure": amount("avg"), "times": 1.0002}), {LI_LEI, HAN_MEIMEI}),
        (beside("max", ">", {"measure": amount("avg"), "times": 1.0001}), {LI_LEI, HAN_MEIMEI, LUCY}),
        # 120.50 lies between 34 % and 35 % of 354.25.
        ({"attribute": "balance", "op": "<", "value": {"measure": amount("avg"), "times": 0.34}}, {HAN_MEIMEI}),
        ({"attribute": "balance", "op": "<", "value": {"measure": amount("avg"), "times": 0.35}},
         {LI_LEI, HAN_MEIMEI}),
        (beside("sum", "<", NEARLY_ALL, **THIS_YEAR), {HAN_MEIMEI, LIN_TAO}),
        (beside("sum", "<=", NEARLY_ALL, **THIS_YEAR), {HAN_MEIMEI, LIN_TAO} | NEVER_BOUGHT),
        ({"not": beside("sum", "<=", NEARLY_ALL, **THIS_YEAR)}, {LI_LEI, LUCY, LILY}),
        ({"event": "visit", "op": ">", "value": {"measure": {"event": "purchase"}}}, {JIM, WEI_HUA}),
        ({"event": "purchase", "measure": {"agg": "last"}, "op": "after", "value": {"attribute": "registered_at"}},
         {LI_LEI, LUCY}),
        ({"event": "purchase", "measure": {"agg": "last"}, "op": "on", "value": {"attribute": "registered_at"}},
         {HAN_MEIMEI}),
        ({"attribute": "birthday", "op": "before", "value": {"attribute": "registered_at"}}, {LI_LEI, HAN_MEIMEI}),
        ({"attribute": "province", "op": "is_not", "value": {"attribute": "city"}}, {LI_LEI, HAN_MEIMEI, LIN_TAO}),
    ],
)  # fmt: skip
def test_a_customer_is_compared_with_himself(rule: dict[str, Any], who: set[int]) -> None:
    assert found(rule) == who

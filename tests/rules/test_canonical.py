"""Rules that mean the same have one fingerprint; rules that do not, have not."""

from typing import Any

import pytest

from tags.rules.canonical import canonical, fingerprint
from tags.rules.parse import parse_rule
from tags.rules.walk import References, references

A = {"attribute": "province", "op": "in", "value": ["浙江省", "江苏省"]}
B = {"event": ["purchase", "visit"], "measure": {"agg": "count"}, "op": ">=", "value": 3}
C = {"segment": "vip"}
GIFT = {"property": "gift", "op": "is_true"}


def print_of(rule: Any) -> str:
    return fingerprint(parse_rule(rule))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"all": [A, B]}, {"all": [B, A]}),
        ({"any": [A, B, A]}, {"any": [B, A]}),
        ({"all": [A, {"all": [B, C]}]}, {"all": [{"all": [C, A]}, B]}),
        ({"all": [C]}, {"any": [C]}),
        ({"not": {"not": C}}, C),
        ({"v": 1, **C}, C),
        (A, {**A, "value": ["江苏省", "浙江省", "江苏省"]}),
        (B, {**B, "event": ["visit", "purchase"]}),
        (B, {**B, "value": 3.0, "window": "ever"}),
        ({"event": "visit"}, {"event": "visit", "op": ">=", "value": 1}),
        (
            {**B, "where": [{"property": "gift", "op": "is_true"}]},
            {**B, "where": {"property": "gift", "op": "is_true"}},
        ),
    ],
)
def test_the_same_rule_written_differently(one: Any, other: Any) -> None:
    assert print_of(one) == print_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"all": [A, C]}, {"any": [A, C]}),
        (C, {"not": C}),
        (C, {"list": "vip"}),
        (B, {**B, "op": ">"}),
        (B, {**B, "measure": {"agg": "days"}}),
        (B, {**B, "window": {"last": 3, "unit": "day"}}),
        (
            {"attribute": "age", "op": "between", "value": [1, 2]},
            {"attribute": "age", "op": "between", "value": [2, 1]},
        ),
        ({"attribute": "age", "op": "=", "value": 1}, {"attribute": "age", "op": "=", "value": "1"}),
        ({"attribute": "age", "op": "=", "value": 1}, {"attribute": "age", "op": "=", "value": True}),
    ],
)
def test_different_rules(one: Any, other: Any) -> None:
    assert print_of(one) != print_of(other)


def test_canonical_is_a_fixed_point() -> None:
    once = canonical(parse_rule({"any": [B, {"not": {"not": {"all": [C, A, C]}}}]}))
    assert canonical(once) == once


def test_a_rule_knows_what_it_refers_to() -> None:
    where = {"any": [{"property": "gift", "op": "is_true"}, {"property": "hour", "op": "<", "value": 9}]}
    rule = {
        "all": [
            A,
            {"not": {"tag": "lifecycle", "op": "exists"}},
            C,
            {"list": "guests"},
            {
                "event": "*",
                "where": where,
                "measure": {"agg": "sum", "property": "amount"},
                "op": ">",
                "value": 1,
            },
            {"event": "visit"},
        ]
    }
    assert references(parse_rule(rule)) == References(
        attributes=frozenset({"province"}),
        events=frozenset({"visit"}),
        properties=frozenset({"gift", "hour", "amount"}),
        tags=frozenset({"lifecycle"}),
        segments=frozenset({"vip"}),
        lists=frozenset({"guests"}),
        all_events=True,
    )

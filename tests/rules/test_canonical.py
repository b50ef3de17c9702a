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
SPENT = {"event": ["visit", "purchase"], "agg": "sum", "property": "amount", "where": {"all": [GIFT]}}
SPENT_TOO = {"event": ["purchase", "visit"], "agg": "sum", "property": "amount", "where": [GIFT, GIFT]}
WITHIN = {"within": {"n": 24, "unit": "hour"}}
QUIET = {"quiet": {"n": 30, "unit": "day"}, "after": {"n": 60, "unit": "day"}}


def region(**where: Any) -> dict[str, Any]:
    return {"attribute": "home", "op": "in_region", "value": where}


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
        ({"not": {"all": [{"not": C}]}}, C),
        ({"v": 1, **C}, C),
        (A, {**A, "value": ["江苏省", "浙江省", "江苏省"]}),
        (B, {**B, "event": ["visit", "purchase"]}),
        (B, {**B, "value": 3.0, "window": "ever"}),
        ({"event": "visit"}, {"event": "visit", "op": ">=", "value": 1}),
        (
            {**B, "where": [{"property": "gift", "op": "is_true"}]},
            {**B, "where": {"property": "gift", "op": "is_true"}},
        ),
        (
            {"sequence": [{"event": ["a", "b"]}, {"event": "c", "where": [GIFT, GIFT]}], **WITHIN},
            {"sequence": [{"event": ["b", "a", "a"], "absent": False}, {"event": "c", "where": GIFT}], **WITHIN},
        ),
        (
            {"stopped": {"event": ["a", "b"], **QUIET}},
            {"stopped": {"event": ["b", "a"], **QUIET}},
        ),
        (
            {"regular": {"event": "a", "per": "month", "in": 1, "of": 2}},
            {"regular": {"event": ["a"], "times": 1, "per": "month", "in": 1, "of": 2}},
        ),
        ({"first": {"event": "a"}}, {"first": {"event": ["a"], "window": "ever"}}),
        ({"sample": {"salt": "a", "from": 0, "to": 0.5}}, {"sample": {"salt": "a", "from": 0.0, "to": 0.50}}),
        ({"rank": {"measure": SPENT, "top": 5}}, {"rank": {"measure": SPENT_TOO, "top": 5, "unit": "customer"}}),
        (
            {"attribute": "age", "op": ">", "value": {"measure": SPENT}},
            {"attribute": "age", "op": ">", "value": {"measure": SPENT_TOO, "times": 1}},
        ),
        (
            region(box={"south": 30, "west": 120, "north": 31, "east": 121}),
            region(polygon=[[31, 121], [31, 120], [30, 120], [30, 121], [31, 121]]),
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
        (
            {"sequence": [{"event": "a"}, {"event": "b"}], **WITHIN},
            {"sequence": [{"event": "b"}, {"event": "a"}], **WITHIN},
        ),
        (
            {"sequence": [{"event": "a"}, {"event": "b"}], **WITHIN},
            {"sequence": [{"event": "a"}, {"event": "b", "absent": True}], **WITHIN},
        ),
        ({"stopped": {"event": "a", **QUIET}}, {"resumed": {"event": "a", **QUIET}}),
        ({"rank": {"measure": SPENT, "top": 5}}, {"rank": {"measure": SPENT, "bottom": 5}}),
        ({"rank": {"measure": SPENT, "top": 5}}, {"rank": {"measure": SPENT, "top": 5, "unit": "percent"}}),
        (
            {"attribute": "age", "op": ">", "value": {"measure": SPENT}},
            {"attribute": "age", "op": ">", "value": {"measure": SPENT, "times": 2}},
        ),
        (region(polygon=[[0, 0], [0, 2], [1, 1], [2, 1]]), region(polygon=[[0, 0], [0, 2], [2, 1], [1, 1]])),
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


def test_what_is_named_in_steps_ranks_and_on_the_right_is_referred_to_too() -> None:
    def named(slug: str) -> dict[str, Any]:
        return {"event": slug, "where": {"property": f"of {slug}", "op": "exists"}}

    rule = {
        "any": [
            {"sequence": [named("a"), {**named("b"), "absent": True}], **WITHIN},
            {"regular": {**named("c"), "per": "month", "in": 1, "of": 2}},
            {"first": named("d")},
            {"stopped": {**named("e"), **QUIET}},
            {"resumed": {**named("f"), **QUIET}},
            {"rank": {"measure": {**named("g"), "agg": "sum", "property": "amount"}, "top": 1}},
            {"attribute": "one", "op": "is", "value": {"attribute": "other"}},
            {"event": "h", "op": ">", "value": {"measure": named("i")}},
            {"sample": {"salt": "x", "from": 0, "to": 1}},
        ]
    }
    assert references(parse_rule(rule)) == References(
        attributes=frozenset({"one", "other"}),
        events=frozenset("abcdefghi"),
        properties=frozenset({"amount", *(f"of {slug}" for slug in "abcdefgi")}),
    )

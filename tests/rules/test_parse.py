"""What the parser and the validator refuse, all at once, with the place, the reason and a fix."""

from typing import Any

import pytest

from cdp.errors import UserError
from tags.rules.catalog import Catalog
from tags.rules.nodes import All, Attribute, Event, Ever, Measure, Test
from tags.rules.parse import HAPPENED, parse_rule
from tags.rules.validate import read_rule
from tests.rules.memory_lake import catalog_of
from tests.world import CAST


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return catalog_of(CAST)


def problems(rule: Any, catalog: Catalog) -> list[tuple[tuple, str, str]]:
    with pytest.raises(UserError) as caught:
        read_rule(rule, catalog)
    return [(p.path, p.message % p.params, p.hint % p.params) for p in caught.value.problems]


def test_the_version_may_be_said_or_not() -> None:
    rule = {"attribute": "province", "op": "exists"}
    assert parse_rule(rule) == parse_rule({"v": 1, **rule}) == Attribute("province", Test("exists"))


def test_an_event_alone_means_that_it_happened_at_least_once() -> None:
    assert parse_rule({"event": "purchase"}) == Event(Measure(("purchase",), window=Ever()), HAPPENED)


def test_a_bare_list_of_filters_means_all_of_them() -> None:
    node = parse_rule({"event": "purchase", "where": [{"property": "gift", "op": "is_true"}]})
    assert isinstance(node, Event)
    assert isinstance(node.measure.where, All)


def test_every_problem_of_a_rule_is_told_at_once(catalog: Catalog) -> None:
    rule = {
        "all": [
            {"attribute": "province", "op": "in", "value": "浙江省"},
            {"evnt": "purchase"},
            {"event": "purchase", "measure": {"agg": "summ"}, "op": ">", "value": 1},
            {"any": []},
            {"not": {"rank": {}}},
            {"event": "visit", "window": {"last": 30, "unit": "days"}},
        ],
        "x": 1,
    }
    assert [path for path, _message, _hint in problems(rule, catalog)] == [
        ("x",),
        ("all", 0, "value"),
        ("all", 1, "evnt"),
        ("all", 2, "measure", "agg"),
        ("all", 3, "any"),
        ("all", 4, "not", "rank", "measure"),
        ("all", 4, "not", "rank"),
        ("all", 5, "window", "unit"),
    ]


@pytest.mark.parametrize(
    ("rule", "path", "message", "hint"),
    [
        ({"attribute": "provinc", "op": "exists"}, ("attribute",), 'There is no attribute "provinc".', "province"),
        ({"event": "purchas"}, ("event",), 'There is no event "purchas".', "purchase"),
        ({"event": ["visit", "Refund"]}, ("event", 1), 'There is no event "Refund".', "refund"),
        ({"tag": "lifecycl", "op": "exists"}, ("tag",), 'There is no tag "lifecycl".', "lifecycle"),
        ({"tag": "lifecycle", "op": "is", "value": "activ"}, ("value",), 'no value "activ"', "active"),
        ({"tag": "lifecycle", "op": "contains", "value": "a"}, ("op",), '"contains" does not fit', "has_any"),
        ({"tag": "spend", "op": ">", "value": "much"}, ("value",), "A number is needed.", "500"),
        ({"segment": "vipp"}, ("segment",), 'There is no segment "vipp".', "vip"),
        ({"list": "summer"}, ("list",), 'There is no list "summer".', "summer-invitees"),
        ({"attribute": "age", "op": "is", "value": 3}, ("op",), '"is" does not fit here.', "=, !=, <"),
        ({"attribute": "age", "op": ">", "value": "3"}, ("value",), "A number is needed.", "500"),
        ({"attribute": "age", "op": ">", "value": True}, ("value",), "A number is needed.", "500"),
        (
            {"attribute": "age", "op": "between", "value": [5, 1]},
            ("value",),
            "The lower value comes first.",
            "Swap",
        ),
        ({"attribute": "balance", "op": ">", "value": 10**17}, ("value",), "The amount is too long.", "six"),
        ({"attribute": "city", "op": "is", "value": 1}, ("value",), "A text is needed.", "gold"),
        ({"attribute": "city", "op": "matches", "value": "a("}, ("value",), "missing ): a(", "brackets"),
        (
            {"attribute": "birthday", "op": "on", "value": "2026-02-30"},
            ("value",),
            "A date is needed.",
            "2026-06-18",
        ),
        (
            {"attribute": "birthday", "op": "anniversary_within", "value": {"n": 3, "unit": "hour"}},
            ("value", "unit"),
            "Hours do not fit here.",
            "days",
        ),
        ({"attribute": "subscribed", "op": "is", "value": True}, ("op",), '"is" does not fit here.', "is_true"),
        (
            {"event": "purchase", "measure": {"agg": "avg", "property": "category"}, "op": ">", "value": 1},
            ("measure", "property"),
            '"avg" cannot be taken of "category".',
            "numbers",
        ),
        (
            {"event": "purchase", "where": {"not": {"property": "catgory", "op": "exists"}}},
            ("where", "not", "property"),
            'There is no property "catgory".',
            "category",
        ),
        (
            {"event": "purchase", "measure": {"agg": "last"}, "op": ">", "value": 3},
            ("op",),
            '">" does not fit here.',
            "before, after, on",
        ),
    ],
)
def test_names_and_values_that_do_not_fit(
    rule: Any, path: tuple, message: str, hint: str, catalog: Catalog
) -> None:
    [(found_path, found_message, found_hint)] = problems(rule, catalog)
    assert found_path == path
    assert message in found_message
    assert hint in found_hint


@pytest.mark.parametrize(
    ("rule", "path"),
    [
        (None, ()),
        ([], ()),
        ("all", ()),
        ({}, ()),
        ({"v": 2, "segment": "vip"}, ("v",)),
        ({"all": {}}, ("all",)),
        ({"all": []}, ("all",)),
        ({"attribute": "", "op": "exists"}, ("attribute",)),
        ({"attribute": 3, "op": "exists"}, ("attribute",)),
        ({"attribute": "city"}, ("op",)),
        ({"attribute": "city", "op": "iss", "value": "x"}, ("op",)),
        ({"attribute": "city", "op": "is"}, ("value",)),
        ({"attribute": "city", "op": "is", "value": float("nan")}, ("value",)),
        ({"attribute": "city", "op": "is", "value": []}, ("value",)),
        ({"attribute": "city", "op": "in", "value": []}, ("value",)),
        ({"attribute": "city", "op": "exists", "value": 1}, ("value",)),
        ({"attribute": "age", "op": "between", "value": [1]}, ("value",)),
        ({"attribute": "home", "op": "within_km", "value": 3}, ("value",)),
        ({"attribute": "birthday", "op": "within_last", "value": 30}, ("value",)),
        ({"attribute": "city", "op": "is", "value": "x", "vale": "y"}, ("vale",)),
        ({"event": []}, ("event",)),
        ({"event": ["*", "visit"]}, ("event",)),
        ({"event": "visit", "measure": {"agg": "sum"}, "op": ">", "value": 1}, ("measure", "property")),
        ({"event": "visit", "measure": {"agg": "share"}, "op": ">", "value": 1}, ("where",)),
        (
            {"event": "visit", "measure": {"agg": "count", "property": "x"}, "op": ">", "value": 1},
            ("measure", "property"),
        ),
        ({"event": "visit", "op": ">="}, ("value",)),
        ({"event": "visit", "where": {"attribute": "city", "op": "exists"}}, ("where", "attribute")),
        ({"event": "visit", "where": []}, ("where",)),
        ({"event": "visit", "where": {"any": []}}, ("where", "any")),
        ({"event": "visit", "window": "always"}, ("window",)),
        ({"event": "visit", "window": {"last": -1, "unit": "day"}}, ("window", "last")),
        ({"event": "visit", "window": {"last": True, "unit": "day"}}, ("window", "last")),
        ({"event": "visit", "window": {"last": 10**9, "unit": "year"}}, ("window", "last")),
        ({"event": "visit", "window": {"last": 1, "unit": "hour", "complete": True}}, ("window", "complete")),
        ({"event": "visit", "window": {"between_ago": [30, 60], "unit": "day"}}, ("window", "between_ago")),
        ({"event": "visit", "window": {"from": "2026-06-18", "to": "2026-06-18"}}, ("window", "to")),
        ({"event": "visit", "window": {"from": "18/6/2026"}}, ("window", "from")),
        ({"sequence": [{"event": "visit"}]}, ("sequence",)),
    ],
)
def test_what_cannot_be_read_is_refused_in_its_place(rule: Any, path: tuple) -> None:
    with pytest.raises(UserError) as caught:
        parse_rule(rule)
    assert path in [problem.path for problem in caught.value.problems]
    assert all(p.message % p.params and p.hint % p.params is not None for p in caught.value.problems)


def test_a_rule_nested_without_end_is_refused() -> None:
    rule: dict[str, Any] = {"segment": "vip"}
    for _ in range(300):
        rule = {"not": rule}
    with pytest.raises(UserError, match="nested too deeply"):
        parse_rule(rule)


@pytest.mark.parametrize(("groups", "each"), [(1, 500), (5, 100)])
def test_a_rule_has_at_most_five_hundred_conditions(groups: int, each: int) -> None:
    group: dict[str, Any] = {"any": [{"segment": f"s{i}"} for i in range(each)]}
    parse_rule({"all": [group] * groups})
    with pytest.raises(UserError) as caught:
        parse_rule({"all": [*[group] * groups, {"segment": "more"}, {"segment": "still more"}]})
    [problem] = caught.value.problems
    assert problem.message % problem.params == "There are more than 500 conditions."


def test_filters_of_events_count_as_conditions() -> None:
    filters = [{"property": "gift", "op": "is_true"}] * 499
    parse_rule({"event": "purchase", "where": filters})
    with pytest.raises(UserError, match="more than 500 conditions"):
        parse_rule({"event": "purchase", "where": [*filters, *filters]})

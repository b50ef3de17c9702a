"""What a rule says already is no finding about whom it gives."""

import pytest

from segments.dashboards.defining import defined_by

TAGS = {
    "generation": {"layers": [{"value": "young", "when": {"attribute": "birthday", "op": "exists"}}]},
    "region": {"layers": [{"value": "east", "when": {"attribute": "province", "op": "in", "value": ["浙江省"]}}]},
    "spender": {"measure": {"event": "purchase", "agg": "sum", "property": "amount"}},
}
COUNTED = {"event": "purchase", "measure": {"agg": "count"}, "op": ">=", "value": 3}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"attribute": "age", "op": "<", "value": 30}, {"age", "birthday", "age_band", "generation"}),
        (
            {"all": [{"not": {"attribute": "city", "op": "is", "value": "x"}}]},
            {"city", "province", "district", "region"},
        ),
        ({"tag": "spender", "op": ">", "value": 5}, {"spender"}),
        ({"event": ["refund", "review"]}, {"event=refund", "event=review"}),
        (COUNTED, {"event=purchase", "orders", "spend"}),
        (
            {"event": "refund", "op": ">=", "value": {"measure": {"event": "purchase", "agg": "count"}}},
            {"event=refund", "event=purchase", "orders", "spend"},
        ),
        ({"event": "purchase"}, {"event=purchase"}),
    ],
)
def test_what_follows_from_a_rule_is_told_with_it(rule, said):
    assert defined_by([rule], TAGS, "purchase") == said


def test_what_both_are_made_of_is_no_finding_either():
    assert defined_by([{"tag": "spender"}, {"event": "refund"}], TAGS, "purchase") == {"spender", "event=refund"}

"""What people read when they ask why, of the named cast on 21 November 2026 at 20:00."""

from datetime import timedelta
from typing import Any

import pytest

from tags.rules.explain import ChangeKind, Explained
from tests.rules.test_explain import explained
from tests.world import AS_OF, HAN_MEIMEI, JIM, LI_LEI, LILY, LUCY, UNCLE_WANG

COUNT = {"agg": "count"}
SPENT = {"agg": "sum", "property": "amount"}
LATELY = {"last": 30, "unit": "day"}
OF_LATE = "2026-10-22 00:00 to 2026-11-21 20:00, Asia/Shanghai"
QUIET = {"quiet": {"n": 30, "unit": "day"}}
VISIT_BUY = [{"event": "visit"}, {"event": "purchase"}]


def bought(measure: dict[str, Any], op: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"event": "purchase", "measure": measure, "op": op, "value": value, **more}


SNACKS = {"where": {"property": "category", "op": "is", "value": "零食"}}
FALSE = [
    (bought(COUNT, ">=", 5, window=LATELY), LI_LEI, "3", "2 more “purchase” before 2026-11-22"),
    (bought(COUNT, ">=", 3, window={"this": "month"}), LI_LEI, "2", "1 more “purchase” before 2026-12-01"),
    (bought({"agg": "days"}, ">", 4), LI_LEI, "4", "“purchase” on 1 more day"),
    (
        bought({"agg": "days"}, ">=", 2, window={"this": "day"}),
        LI_LEI,
        "0",
        "cannot be: there are only 1 days in that time",
    ),
    (bought(SPENT, ">=", 1537.5), LI_LEI, "¥1,417.00", "¥120.50 more amount of “purchase”"),
    (
        bought(SPENT, ">", 18, window={"previous": "month"}, **SNACKS),
        LI_LEI,
        "¥18.00",
        "¥0.01 more amount of “purchase” (where category is 零食); but that time"
        " (2026-10-01 00:00 to 2026-11-01 00:00, Asia/Shanghai) is over, and nothing new counts",
    ),
    (
        bought({"agg": "days_since_last"}, ">=", 30),
        LUCY,
        "18",
        "no “purchase” for 12 more days (until 2026-12-03)",
    ),
    (bought({"agg": "days_since_last"}, "<=", 7), LUCY, "18", "1 more “purchase”"),
    (
        bought({"agg": "max", "property": "amount"}, ">=", 2000),
        LI_LEI,
        "¥1,299.00",
        "one “purchase” with amount ¥2,000.00",
    ),
    (
        bought({"agg": "avg", "property": "amount"}, ">=", 2000),
        LI_LEI,
        "¥354.25",
        "average amount of “purchase” needs: is at least 2,000; it is ¥354.25",
    ),
    (
        bought(
            SPENT, ">", {"measure": {"event": "purchase", **SPENT, "window": "ever"}, "times": 0.5}, window=LATELY
        ),
        HAN_MEIMEI,
        "¥45.00",
        "total amount of “purchase” needs: is above 0.5 × their total amount of “purchase” at any time"
        " (until 2026-11-21 20:00, Asia/Shanghai) (¥272.50); it is ¥45.00",
    ),
    (
        {"not": bought(COUNT, ">=", 1)},
        LUCY,
        "3",
        "what happened stays: number of “purchase” will always be 3 or more",
    ),
    (
        {"attribute": "province", "op": "in", "value": ["浙江省", "江苏省"]},
        LUCY,
        "上海市",
        "needed: province is one of 浙江省, 江苏省",
    ),
    ({"attribute": "balance", "op": ">", "value": 99}, UNCLE_WANG, "no value", "needed: balance is above 99"),
    (
        {"not": {"attribute": "province", "op": "is", "value": "浙江省"}},
        LI_LEI,
        "浙江省",
        "must no longer be so: province is 浙江省",
    ),
    (
        {"regular": {"event": "purchase", "times": 1, "per": "month", "in": 3, "of": 6}},
        LI_LEI,
        "enough in 2 of 6 months",
        "one more month with enough (“purchase” 1 time); counted anew from 2026-12-01",
    ),
    (
        {"first": {"event": "purchase", "window": {"this": "month"}}},
        HAN_MEIMEI,
        "first on 2025-11-11 10:30",
        "the first was on 2025-11-11 10:30, and stays the first",
    ),
    ({"first": {"event": "purchase", "window": {"this": "month"}}}, JIM, "not once", "1 more “purchase”"),
    (
        {"stopped": {"event": "purchase", **QUIET, "after": {"n": 60, "unit": "day"}}},
        LUCY,
        "last on 2026-11-03 09:00",
        "no “purchase” for 13 more days (until 2026-12-04)",
    ),
    (
        {"resumed": {"event": "purchase", **QUIET, "after": {"n": 7, "unit": "day"}}},
        LILY,
        "last on 2026-02-28 23:59",
        "1 more “purchase”",
    ),
    (
        {"sequence": VISIT_BUY, "within": {"n": 24, "unit": "hour"}, "window": LATELY},
        LUCY,
        "“visit” × 1, “purchase” × 3",
        f"needed: in the last 30 days ({OF_LATE}): “visit” → “purchase” within 24 hours",
    ),
    (
        {"tag": "lifecycle", "op": "is", "value": "churned"},
        LUCY,
        "active",
        "needed: tag “lifecycle” is churned",
    ),
    ({"tag": "spend", "op": ">=", "value": 500}, LUCY, "100", "needed: tag “spend” is at least 500"),
    ({"segment": "vip"}, LUCY, "is not in the segment", "needed: is in segment “vip”"),
    ({"list": "summer-invitees"}, LI_LEI, "is not on the list", "needed: is on list “summer-invitees”"),
    (
        {"sample": {"salt": "exp-7", "from": 0, "to": 0.1}},
        LI_LEI,
        "place 35.94 % in the sample",
        "the place in the sample never changes",
    ),
    (
        {"rank": {"measure": {"event": "purchase", **SPENT}, "top": 1}},
        HAN_MEIMEI,
        "¥545.00, number 2 of 5 customers",
        "needs a place among the first 1; number 1 has ¥1,417.00 now",
    ),
]


@pytest.mark.parametrize(("rule", "who", "observed", "advice"), FALSE)
def test_why_not_and_what_it_would_take(rule: dict[str, Any], who: int, observed: str, advice: str) -> None:
    found = explained(rule, who)
    (leaf,) = found.leaves()
    assert not found.holds
    assert leaf.change is not None
    assert (leaf.observed, leaf.change.text) == (observed, advice)


def test_what_decided_it_is_shown_newest_first_with_the_properties_the_rule_names() -> None:
    leaf = explained(bought(SPENT, ">=", 50, window=LATELY, **SNACKS), LI_LEI)
    assert (leaf.holds, leaf.change, leaf.observed, leaf.threshold) == (True, None, "¥53.90", "is at least 50")
    assert leaf.window == OF_LATE
    assert [
        (f"{seen.time:%m-%d %H:%M}", seen.channel, [(d.name, d.text) for d in seen.details]) for seen in leaf.events
    ] == [
        ("11-20 21:15", "app", [("amount", "¥35.90"), ("category", "零食")]),
        ("10-22 00:00", "app", [("amount", "¥18.00"), ("category", "零食")]),
    ]


@pytest.mark.parametrize(
    ("language", "advice"),
    [
        ("zh-hans", "2026-11-22 之前再有 2 次「purchase」"),
        ("zh-hant", "2026-11-22 之前再有 2 次「purchase」"),
        ("en", "2 more “purchase” before 2026-11-22"),
    ],
)
def test_advice_is_given_in_every_language(language: str, advice: str) -> None:
    leaf = explained(FALSE[0][0], LI_LEI, language=language)
    assert leaf.change is not None
    assert leaf.change.text == advice


def test_waiting_is_advised_only_where_no_later_event_comes_into_the_window() -> None:
    """Of the days before today only the older purchase is seen; tomorrow they hold the one of today, too."""
    rule = bought({"agg": "days_since_last"}, ">=", 24, window={"last": 30, "unit": "day", "complete": True})
    before, after = (explained(rule, HAN_MEIMEI, as_of=AS_OF + timedelta(minutes=n)) for n in (0, 1))
    assert [leaf.observed for leaf in (before, after)] == ["21", "21"]
    assert [leaf.change.kind for leaf in (before, after) if leaf.change] == [ChangeKind.WAIT, ChangeKind.REACH]


def test_inside_a_not_the_wish_is_turned_round() -> None:
    rule = {"all": [{"segment": "vip"}, {"not": {"any": [{"list": "summer-invitees"}, bought(COUNT, ">=", 9)]}}]}
    found = explained(rule, LUCY)
    vip, outer = found.items
    listed, often = outer.items[0].items
    assert [one.holds for one in (found, vip, outer, listed, often)] == [False, False, False, True, False]
    assert [one.change.kind if one.change else None for one in (vip, listed, often)] == [
        ChangeKind.JOIN,
        ChangeKind.LEAVE,
        None,
    ]


def test_the_tree_is_as_the_rule_was_written() -> None:
    found: Explained = explained({"any": [{"segment": "vip"}, {"all": [{"list": "summer-invitees"}]}]}, LI_LEI)
    assert (found.kind, [one.kind for one in found.items]) == ("any", ["segment", "all"])
    assert [leaf.kind for leaf in found.leaves()] == ["segment", "list"]

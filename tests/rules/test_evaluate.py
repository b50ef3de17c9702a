"""What rules give on the named cast, in numbers a reader can check by eye."""

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from pyroaring import BitMap

from cdp.errors import UserError
from tags.rules.evaluate import Evaluation, evaluate
from tags.rules.parse import parse_rule, read_measure
from tags.rules.reading import Reading
from tags.rules.validate import read_rule
from tags.rules.windows import Moment
from tests.rules.memory_lake import MemoryLake, MemoryMembers, catalog_of
from tests.world import AS_OF, CAST, HAN_MEIMEI, JIM, LI_LEI, LILY, LIN_TAO, LUCY, UNCLE_WANG, WEI_HUA, ZONE

MOMENT = Moment(AS_OF, ZONE)
EVERYONE = set(CAST.ids())


def found(rule: Any, moment: Moment = MOMENT) -> set[int]:
    node = read_rule(rule, catalog_of(CAST))
    return set(evaluate(node, lake=MemoryLake(CAST), moment=moment, members=MemoryMembers(CAST)))


def spent(op: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"event": "purchase", "measure": {"agg": "sum", "property": "amount"}, "op": op, "value": value, **more}


def averaged(op: str, value: Any) -> dict[str, Any]:
    return {"event": "purchase", "measure": {"agg": "avg", "property": "amount"}, "op": op, "value": value}


def birthday_within(days: int) -> dict[str, Any]:
    return {"attribute": "birthday", "op": "anniversary_within", "value": {"n": days, "unit": "day"}}


@pytest.mark.parametrize(
    ("rule", "who"),
    [
        ({"event": "purchase", "op": ">=", "value": 3}, {LI_LEI, LUCY}),
        ({"event": "purchase", "op": "<", "value": 1}, {JIM, WEI_HUA, UNCLE_WANG}),
        ({"event": "purchase", "op": "<", "value": 3}, EVERYONE - {LI_LEI, LUCY}),
        ({"event": "purchase", "op": "between", "value": [0, 1]}, EVERYONE - {LI_LEI, LUCY, HAN_MEIMEI}),
        (spent("<=", 0.01), {LILY, JIM, WEI_HUA, UNCLE_WANG}),
        (spent("=", 100), {LUCY}),
        (averaged(">", 33.3333), {LI_LEI, HAN_MEIMEI, LUCY, LIN_TAO}),
        (averaged("<", 33.3334), {LUCY, LILY}),
        ({"event": "purchase", "measure": {"agg": "last"}, "op": "missing"}, {JIM, WEI_HUA, UNCLE_WANG}),
        ({"event": "purchase", "measure": {"agg": "days_since_last"}, "op": "=", "value": 1}, {LI_LEI}),
        ({"not": {"event": "purchase", "measure": {"agg": "days_since_last"}, "op": ">", "value": 1}},
         {LI_LEI, JIM, WEI_HUA, UNCLE_WANG}),
        ({"attribute": "age", "op": "!=", "value": 33}, {LI_LEI, HAN_MEIMEI, LIN_TAO}),
        ({"not": {"attribute": "age", "op": "=", "value": 33}}, EVERYONE - {LUCY, LILY}),
        ({"attribute": "member_level", "op": "is", "value": "ｇｏｌｄ"}, {LI_LEI}),
        ({"attribute": "member_level", "op": "contains", "value": "GOLD"}, {LI_LEI, HAN_MEIMEI}),
        ({"attribute": "interests", "op": "has_none", "value": ["零食"]}, {LI_LEI, LUCY}),
        (birthday_within(7), {LI_LEI}),
        (birthday_within(60), {LI_LEI, LIN_TAO}),
        ({"tag": "lifecycle", "op": "is_not", "value": "active"}, {LILY, LIN_TAO}),
        ({"tag": "likes", "op": "has_all", "value": ["books", "snacks"]}, {HAN_MEIMEI}),
        ({"tag": "spend", "op": "missing"}, {JIM, LIN_TAO, WEI_HUA}),
        ({"tag": "spend", "op": "between", "value": [0, 100]}, {LUCY, LILY, UNCLE_WANG}),
        ({"all": [{"segment": "vip"}, {"not": {"list": "summer-invitees"}}]}, {LI_LEI, WEI_HUA}),
    ],
)  # fmt: skip
def test_rules_on_the_cast(rule: Any, who: set[int]) -> None:
    assert found(rule) == who


def test_an_event_at_exactly_as_of_is_not_seen_and_a_moment_later_it_is() -> None:
    rule = {"event": "purchase", "window": {"this": "day"}}
    assert found(rule) == set()
    assert found(rule, Moment(AS_OF + timedelta(microseconds=1), ZONE)) == {HAN_MEIMEI}


def test_missing_amounts_leave_a_sum_at_nothing() -> None:
    rule = {"event": "visit", "measure": {"agg": "sum", "property": "duration"}, "op": "=", "value": 0}
    assert LUCY in found(rule)
    assert LI_LEI not in found(rule)


def test_members_who_are_no_longer_customers_do_not_count() -> None:
    gone = MemoryMembers(CAST)
    gone.segment = lambda slug: MemoryMembers(CAST).segment(slug) | BitMap([999])  # type: ignore[method-assign]
    node = parse_rule({"segment": "vip"})
    assert 999 not in evaluate(node, lake=MemoryLake(CAST), moment=MOMENT, members=gone)


def test_equal_conditions_are_asked_once_over_all_rules_of_an_evaluation() -> None:
    lake = MemoryLake(CAST)
    evaluation = Evaluation(lake=lake, moment=MOMENT, members=MemoryMembers(CAST))
    bought = {"event": "purchase", "op": ">=", "value": 2}
    first = evaluation.of(parse_rule({"any": [bought, {"not": {"all": [bought, {"segment": "vip"}]}}]}))
    asked = len(lake.asked)
    second = evaluation.of(parse_rule(bought))
    assert 0 < asked == len(lake.asked)
    first.add(999)
    assert set(evaluation.of(parse_rule(bought))) == set(second) == {LI_LEI, HAN_MEIMEI, LUCY}


def numbers(**more: Any) -> dict[int, float]:
    what = read_measure(Reading(), {"event": "purchase", "property": "amount", **more}, ())
    assert what is not None
    table = Evaluation(lake=MemoryLake(CAST), moment=MOMENT, members=MemoryMembers(CAST)).measure(what)
    assert table.schema == pa.schema({"customer_id": pa.uint32(), "value": pa.float64()})
    return dict(zip(table["customer_id"].to_pylist(), table["value"].to_pylist(), strict=True))


def test_a_sum_is_nothing_for_those_who_bought_nothing_but_an_average_is_missing() -> None:
    assert numbers(agg="sum") == {
        LI_LEI: 1417.0,
        HAN_MEIMEI: 545.0,
        LUCY: 100.0,
        LILY: 0.01,
        JIM: 0.0,
        LIN_TAO: 199.0,
        WEI_HUA: 0.0,
        UNCLE_WANG: 0.0,
    }
    averages = numbers(agg="avg")
    assert averages[HAN_MEIMEI] == 272.5
    assert JIM not in averages


def test_a_date_is_not_a_measure() -> None:
    what = read_measure(Reading(), {"event": "purchase", "agg": "last"}, ())
    assert what is not None
    with pytest.raises(UserError, match="is a date"):
        Evaluation(lake=MemoryLake(CAST), moment=MOMENT, members=MemoryMembers(CAST)).measure(what)


def test_a_column_that_is_not_there_is_said_and_not_ignored() -> None:
    with pytest.raises(UserError, match='no data for "provinc"'):
        node = parse_rule({"not": {"attribute": "provinc", "op": "exists"}})
        evaluate(node, lake=MemoryLake(CAST), moment=MOMENT, members=MemoryMembers(CAST))

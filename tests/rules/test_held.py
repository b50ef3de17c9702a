"""What is held in memory for live counts: the same customers, read once, within bounds."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tags.rules import columns, held_rows, sums
from tags.rules.evaluate import Evaluation
from tags.rules.held import Held
from tags.rules.held_columns import HeldColumns
from tags.rules.parse import parse_rule, read_measure
from tags.rules.reading import Reading
from tags.rules.validate import read_rule
from tags.rules.windows import Moment
from tests import oracle
from tests.rules import drawing
from tests.rules.memory_lake import MemoryLake, MemoryMembers, catalog_of
from tests.rules.test_oracle import EXAMPLES, NORMAL
from tests.rules.test_sameness import LATER
from tests.world import AS_OF, CAST, LI_LEI, ZONE, Deed, World, at

ROOM = 2**20
MOMENT = Moment(AS_OF, ZONE)
EVERYTHING = drawing.rules()
# So many different values are numbered: all of them, some, or none.
VALUES = st.sampled_from((4096, 2, 0))
BYTES = st.sampled_from((ROOM, ROOM, ROOM, 2_000))


def counted(lake: MemoryLake, held: Held, rule: Any, moment: Moment = MOMENT, world: World = CAST) -> set[int]:
    members, columns = MemoryMembers(world), HeldColumns(held, lake)
    return set(Evaluation(lake=lake, moment=moment, members=members, held=columns).of(rule))


def held_right(world: World, as_of: datetime, rules: list[Any], most_bytes: int, later: list[timedelta]) -> None:
    """Whatever was held for the questions before."""
    lake, held = MemoryLake(world), Held(most_bytes)
    for moment in (as_of + step for step in later):
        for rule in rules:
            node = read_rule(rule, catalog_of(world))
            found = counted(lake, held, node, Moment(moment, world.zone), world)
            assert found == oracle.members(node, world, moment)
            assert held.bytes <= max(most_bytes, 0)


@settings(NORMAL, max_examples=EXAMPLES // 4)
@given(drawing.worlds(), st.lists(EVERYTHING, min_size=2, max_size=3), BYTES, VALUES, st.permutations(LATER))
def test_columns_held_in_memory_give_the_same_customers(drawn, rules, most_bytes, values, later):
    with pytest.MonkeyPatch.context() as small:
        small.setattr(columns, "MOST_VALUES", values)
        small.setattr(held_rows, "BLOCK", 2)
        held_right(*drawn, rules, most_bytes, later[:2])


@pytest.mark.deep
@settings(NORMAL, max_examples=2_000)
@given(drawing.worlds(), st.lists(EVERYTHING, min_size=2, max_size=4), BYTES, VALUES, st.permutations(LATER))
def test_columns_held_in_memory_give_the_same_customers_at_length(drawn, rules, most_bytes, values, later):
    with pytest.MonkeyPatch.context() as small:
        small.setattr(columns, "MOST_VALUES", values)
        small.setattr(held_rows, "BLOCK", 2)
        held_right(*drawn, rules, most_bytes, later)


NUMBERS = {str(measure): measure for measure, kind in drawing.AGGREGATES if kind != "date"}
FILTER = {
    "any": [
        {"property": "item", "op": "in", "value": ["gold", "金牌"]},
        {
            "all": [
                {"property": "weight", "op": ">=", "value": 1},
                {"not": {"property": "hour", "op": "<", "value": 9}},
            ]
        },
        {"property": "amount", "op": ">", "value": 50},
        {"property": "due", "op": "before", "value": "2026-10-01"},
    ]
}


@pytest.mark.parametrize("where", [None, FILTER, {"not": FILTER}], ids=["all", "some", "others"])
@pytest.mark.parametrize("measure", NUMBERS.values(), ids=NUMBERS)
@settings(NORMAL, max_examples=6)
@given(drawing.worlds(deeds=20), VALUES)
def test_columns_held_in_memory_give_the_same_numbers(measure, where, drawn, values):
    if where is None and measure["agg"] == "share":
        return
    world, as_of = drawn
    told = {"event": "*", **measure} | ({} if where is None else {"where": where})
    what = read_measure(Reading(), told, ())
    lake, moment = MemoryLake(world), Moment(as_of, world.zone)
    with pytest.MonkeyPatch.context() as small:
        small.setattr(columns, "MOST_VALUES", values)
        small.setattr(held_rows, "BLOCK", 3)
        held = HeldColumns(Held(ROOM), lake)
        table = Evaluation(lake=lake, moment=moment, members=MemoryMembers(world), held=held).measure(what)
    found = dict(zip(table["customer_id"].to_pylist(), table["value"].to_pylist(), strict=True))
    assert found == pytest.approx(oracle.measured(what, world, as_of))


CATEGORY = {"property": "category", "op": "is", "value": "零食"}


def bought(agg: str = "count", value: Any = 2, **more: Any) -> Any:
    measure = {"agg": agg} | ({"property": more.pop("of")} if "of" in more else {})
    return parse_rule({"event": "purchase", "measure": measure, "op": ">=", "value": value, **more})


@pytest.mark.parametrize(
    "then",
    [
        bought(value=3),
        bought("days"),
        bought(where=CATEGORY),
        bought(where={"not": CATEGORY}),
        bought("distinct", of="category"),
        bought("sum", 10, of="amount"),
        bought("avg", 10, of="amount", where=CATEGORY),
        parse_rule({"event": "purchase", "measure": {"agg": "days_since_last"}, "op": "<=", "value": 400}),
    ],
    ids=str,
)
def test_another_condition_about_the_same_events_reads_no_more_than_the_columns_it_adds(then):
    lake, held = MemoryLake(CAST), Held(ROOM)
    counted(lake, held, bought("sum", 1, of="amount", where=CATEGORY))
    counted(lake, held, bought("days", 2))
    lake.asked.clear()
    counted(lake, held, then)
    assert lake.asked == []


def test_only_the_events_that_are_asked_about_are_read():
    lake = MemoryLake(CAST)
    counted(lake, Held(ROOM), bought(where=CATEGORY))
    assert lake.asked
    assert all(asked.startswith("purchase ") and "amount" not in asked for asked in lake.asked)


def test_a_filter_by_the_day_is_worked_out_anew_on_another_day():
    due = {"property": "due", "op": "within_last", "value": {"n": 3, "unit": "day"}}
    rule = bought(value=1, where=due)
    deed = Deed(LI_LEI, "purchase", at("2026-11-20T10:00"), properties={"due": at("2026-11-20T10:00")})
    world = replace(CAST, deeds=(deed,))
    lake, held = MemoryLake(world), Held(ROOM)
    assert counted(lake, held, rule, world=world) == {LI_LEI}
    assert counted(lake, held, rule, Moment(AS_OF + timedelta(days=30), ZONE), world) == set()


def test_zero_and_minus_zero_are_one_value():
    deeds = tuple(
        Deed(LI_LEI, "purchase", at(f"2026-11-20T1{n}:00"), properties={"amount": Decimal(1), "quantity": quantity})
        for n, quantity in enumerate((0.0, -0.0, 1.0))
    )
    world = replace(CAST, deeds=deeds, properties={**CAST.properties, "quantity": "number"})
    lake = MemoryLake(world)
    assert counted(lake, Held(ROOM), bought("distinct", 2, of="quantity"), world=world) == {LI_LEI}
    assert counted(lake, Held(ROOM), bought("distinct", 3, of="quantity"), world=world) == set()


def test_too_many_different_values_are_told_apart_by_the_engine(monkeypatch):
    rule = bought("distinct", of="category")
    few, many = MemoryLake(CAST), MemoryLake(CAST)
    found = counted(few, Held(ROOM), rule)
    monkeypatch.setattr(sums, "MOST_CELLS", 1)
    assert found
    assert counted(many, Held(ROOM), rule) == found
    assert any("COUNT(DISTINCT" in sql for sql in many.asked)
    assert not any("COUNT(DISTINCT" in sql for sql in few.asked)


def test_what_would_not_fit_is_read_as_if_nothing_were_held():
    lake, held = MemoryLake(CAST), Held(8)
    found = counted(lake, held, bought())
    assert found == counted(lake, Held(ROOM), bought())
    assert held.bytes == 0


class Thing:
    def __init__(self, size: int) -> None:
        self.bytes = size


def test_the_longest_unused_goes_first():
    held, first, second, third = Held(10), Thing(4), Thing(4), Thing(4)
    held.put("first", first)
    held.put("second", second)
    assert held.get("first") is first
    held.put("third", third)
    assert [held.get(key) for key in ("first", "second", "third")] == [first, None, third]
    assert held.bytes == 8


def test_what_is_larger_than_all_the_room_is_not_held():
    held = Held(10)
    held.put("small", Thing(4))
    held.put("large", Thing(11))
    assert held.get("large") is None
    assert held.get("small") is not None


def test_what_is_put_twice_counts_once():
    held = Held(10)
    held.put("one", Thing(4))
    held.put("one", Thing(6))
    assert held.bytes == 6

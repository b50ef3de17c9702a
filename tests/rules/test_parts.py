"""The arithmetic behind reading part by part: exact amounts, stretches of time, runs of neighbours."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tags.rules import scan, shared
from tags.rules.evaluate import Evaluation, evaluate
from tags.rules.money import Amounts, TooLarge
from tags.rules.parse import parse_rule
from tags.rules.rows import Rows, runs_of
from tags.rules.stretches import BEGINNING, END, DaysSide, Stretches, before, since
from tags.rules.windows import Moment
from tests.rules.memory_lake import MemoryLake, MemoryMembers
from tests.world import AS_OF, CAST, LI_LEI, ZONE, Deed, at

MOMENT = Moment(AS_OF, ZONE)
COMPARISONS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
amounts = st.integers(-300, 300)
limits = st.decimals(-4, 4, places=4)


@pytest.mark.parametrize("sign", COMPARISONS)
@given(hundredths=st.lists(amounts, min_size=1), limit=limits)
def test_amounts_compare_as_decimals_do(sign: str, hundredths: list[int], limit: Decimal) -> None:
    compare = COMPARISONS[sign]
    found = compare(Amounts(np.array(hundredths)), limit)
    assert found.tolist() == [compare(Decimal(n) / 100, limit) for n in hundredths]


@pytest.mark.parametrize("sign", COMPARISONS)
@given(sums=st.lists(st.tuples(amounts, st.integers(1, 7)), min_size=1), limit=limits)
def test_averages_are_compared_without_dividing(sign: str, sums: list[tuple[int, int]], limit: Decimal) -> None:
    compare = COMPARISONS[sign]
    hundredths, times = (np.array(column) for column in zip(*sums, strict=True))
    found = compare(Amounts(hundredths, times), limit)
    assert found.tolist() == [compare(Decimal(n), limit * 100 * t) for n, t in sums]


def test_averages_that_do_not_fit_are_refused_not_rounded() -> None:
    with pytest.raises(TooLarge):
        assert Amounts(np.array([2**61]), np.array([3])) > Decimal("0.0001")


def test_sums_that_do_not_fit_are_asked_of_the_engine() -> None:
    fortune = {"amount": Decimal("9000000000000000")}
    many = tuple(Deed(LI_LEI, "purchase", at(f"2026-11-20T10:0{i}"), properties=fortune) for i in range(6))
    lake = MemoryLake(replace(CAST, deeds=many))
    rule = {"event": "purchase", "measure": {"agg": "sum", "property": "amount"}, "op": ">=", "value": 5}
    found = evaluate(parse_rule(rule), lake=lake, moment=MOMENT, members=MemoryMembers(CAST))
    assert set(found) == {LI_LEI}
    assert any("SUM" in sql for sql in lake.asked)


HOURS = [at("2026-01-01") + timedelta(hours=n) for n in range(8)]
spans = st.lists(st.tuples(st.sampled_from(HOURS), st.sampled_from(HOURS)), max_size=3)


def stretches(drawn: list[tuple[datetime, datetime]]) -> Stretches:
    found = Stretches()
    for start, end in drawn:
        found |= since(start) & before(end)
    return found


def holds(found: Stretches, time: datetime) -> bool:
    return any(start <= time < end for start, end in found.spans)


@given(one=spans, other=spans)
def test_stretches_are_sets_of_instants(one: list, other: list) -> None:
    a, b = stretches(one), stretches(other)
    for time in (BEGINNING, *HOURS):
        assert holds(a & b, time) == (holds(a, time) and holds(b, time))
        assert holds(a | b, time) == (holds(a, time) or holds(b, time))
        assert holds(~a, time) == (not holds(a, time))
    assert all(end <= start for (_, end), (start, _) in zip((a | b).spans, (a | b).spans[1:], strict=False))


@pytest.mark.parametrize("sign", COMPARISONS)
@given(number=st.decimals(-2, 9, places=1), days=st.integers(0, 8))
def test_days_since_are_stretches_too(sign: str, number: Decimal, days: int) -> None:
    """As of 21 November in Shanghai, an event at noon so many days ago."""
    noon = MOMENT.utc(MOMENT.local.replace(hour=12) - timedelta(days=days))
    assert holds(COMPARISONS[sign](DaysSide(MOMENT), number), noon) == COMPARISONS[sign](Decimal(days), number)


def test_a_number_of_days_beyond_the_calendar_is_no_error() -> None:
    assert (DaysSide(MOMENT) <= 10**9) == Stretches(((BEGINNING, END),))
    assert (DaysSide(MOMENT) >= 10**9) == Stretches()


@given(customers=st.lists(st.integers(0, 5)))
def test_runs_are_the_neighbours_that_are_alike(customers: list[int]) -> None:
    runs = runs_of(np.array(sorted(customers), dtype=np.int32))
    found = dict(zip(runs.customers.tolist(), runs.counts.tolist(), strict=True))
    assert found == {one: customers.count(one) for one in customers}


def test_rows_out_of_order_are_sorted_and_unknown_customers_left_out() -> None:
    table = pa.table(
        {
            "customer_id": pa.array([3, 1, 9, 1], pa.int32()),
            "of amount": pa.array([Decimal("1.50"), None, Decimal("7"), Decimal("-2.25")], pa.decimal128(18, 2)),
        }
    )
    chosen = Rows(table, size=5).chosen(None, None)
    assert chosen is not None
    values, runs = chosen.values("of amount")
    assert (values.tolist(), runs.customers.tolist()) == ([-225, 150], [1, 3])


def test_large_parts_are_read_in_ranges_of_customers(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = parse_rule({"event": "purchase", "measure": {"agg": "days"}, "op": ">=", "value": 2})
    whole = Evaluation(lake=MemoryLake(CAST), moment=MOMENT, members=MemoryMembers(CAST)).of(rule)
    monkeypatch.setattr(scan, "MOST_ROWS", 1)
    lake = MemoryLake(CAST)
    monkeypatch.setattr(lake, "parts", lambda events: [replace(p, rows=3) for p in MemoryLake.parts(lake, events)])
    assert Evaluation(lake=lake, moment=MOMENT, members=MemoryMembers(CAST)).of(rule) == whole
    assert all("customer_id >=" in sql for sql in lake.asked)


def test_answers_are_the_same_with_room_for_one_question_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [parse_rule({"event": "purchase", "op": ">=", "value": n}) for n in (1, 2, 3)]
    whole = Evaluation(lake=MemoryLake(CAST), moment=MOMENT, members=MemoryMembers(CAST))
    whole.prepare(rules)
    monkeypatch.setattr(shared, "MOST_BYTES", 1)
    small = Evaluation(lake=MemoryLake(CAST), moment=MOMENT, members=MemoryMembers(CAST))
    small.prepare(rules)
    assert [small.of(rule) for rule in rules] == [whole.of(rule) for rule in rules]
    assert len(small.lake.asked) > len(whole.lake.asked)

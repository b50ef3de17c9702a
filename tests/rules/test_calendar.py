"""The edges of the calendar, customer by customer: ends of months and years, leap days, changing clocks."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tags.rules.evaluate import evaluate
from tags.rules.validate import read_rule
from tags.rules.windows import Moment
from tests.rules.calendar_cases import DATES, LAST_INSTANT, NEW_YORK, SHANGHAI, Case, measured
from tests.rules.clock_cases import CLOCKS, SEQUENCES
from tests.rules.memory_lake import MemoryLake, MemoryMembers, catalog_of
from tests.world import Deed, Person, World, at


def clock(text: str) -> datetime:
    """A time of the wall clock; `again` is the second of two that are equal."""
    return at(text.removesuffix(" again")).replace(fold=1 if text.endswith(" again") else 0)


def told(customer: int, history: Any) -> list[Deed]:
    if isinstance(history, str):
        return [Deed(customer, "buy", clock(history))]
    if history[0] in ("cart", "see"):
        return [Deed(customer, history[0], clock(history[1]))]
    return [deed for one in history for deed in told(customer, one)]


def found(
    deeds: list[Deed], people: tuple[Person, ...], rule: Any, as_of: str, zone: str, by_parts: bool = True
) -> set[int]:
    world = World(people, tuple(deeds), {"born": "date", "joined": "date"}, {}, ("buy", "cart", "see"), zone=zone)
    moment = Moment(clock(as_of).replace(tzinfo=ZoneInfo(zone)), zone)
    lake = MemoryLake(world, by_parts=by_parts)
    return set(evaluate(read_rule(rule, catalog_of(world)), lake=lake, moment=moment, members=MemoryMembers(world)))


@pytest.mark.parametrize("by_parts", [True, False], ids=["by parts", "whole"])
@pytest.mark.parametrize("case", (*DATES, *SEQUENCES, *CLOCKS), ids=lambda case: case.name)
def test_on_the_edge(case: Case, by_parts: bool) -> None:
    histories = (*case.inside, *case.outside)
    people = tuple(Person(i, str(i)) for i in range(1, len(histories) + 1))
    deeds = [deed for i, history in enumerate(histories, 1) for deed in told(i, history)]
    assert found(deeds, people, case.rule, case.as_of, case.zone, by_parts) == set(range(1, len(case.inside) + 1))


BORN_ON_A_LEAP_DAY, BORN_IN_MARCH, BORN_AT_NEW_YEAR = 1, 2, 3


@pytest.mark.parametrize(
    ("as_of", "days", "who"),
    [
        ("2026-02-27 12:00", 1, {BORN_ON_A_LEAP_DAY}),
        ("2026-02-28 23:59", 1, {BORN_ON_A_LEAP_DAY, BORN_IN_MARCH}),
        ("2026-03-01 00:00", 1, {BORN_IN_MARCH}),
        ("2024-02-27 12:00", 1, set()),
        ("2024-02-28 12:00", 1, {BORN_ON_A_LEAP_DAY}),
        ("2024-02-29 12:00", 1, {BORN_ON_A_LEAP_DAY, BORN_IN_MARCH}),
        ("2026-12-31 12:00", 1, {BORN_AT_NEW_YEAR}),
        ("2026-12-30 12:00", 1, set()),
    ],
)
def test_birthdays_on_the_edge(as_of: str, days: int, who: set[int]) -> None:
    born = ("2000-02-29", "1990-03-01", "1985-01-01")
    people = tuple(Person(i, day, {"born": at(day)}) for i, day in enumerate(born, 1))
    rule = {"attribute": "born", "op": "anniversary_within", "value": {"n": days, "unit": "day"}}
    assert found([], people, rule, as_of, SHANGHAI) == who


@pytest.mark.parametrize(("op", "who"), [("before", {1}), ("on", {2, 3}), ("after", {4})])
def test_a_customers_own_dates_are_compared_by_days(op: str, who: set[int]) -> None:
    """They joined at noon in New York; in UTC three of these purchases are on another day."""
    bought_at = (f"2026-03-07 {LAST_INSTANT}", "2026-03-08 00:00", f"2026-03-08 {LAST_INSTANT}", "2026-03-09 00:00")
    people = tuple(Person(i, str(i), {"joined": at("2026-03-08 12:00")}) for i in range(1, 5))
    deeds = [Deed(i, "buy", at(time)) for i, time in enumerate(bought_at, 1)]
    rule = measured("first", op, {"attribute": "joined"})
    assert found(deeds, people, rule, "2026-04-01 00:00", NEW_YORK) == who

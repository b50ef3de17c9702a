"""What was answered at one moment is told at another only where it is the same."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tags.rules.answers import Answers
from tags.rules.evaluate import Evaluation
from tags.rules.parse import parse_rule
from tags.rules.validate import read_rule
from tags.rules.windows import Moment
from tests import oracle
from tests.rules import drawing
from tests.rules.memory_lake import MemoryLake, MemoryMembers, catalog_of
from tests.rules.test_oracle import EXAMPLES, NORMAL
from tests.world import CAST, ZONE, World, at

LATER = (timedelta(), timedelta(seconds=7), timedelta(days=1), timedelta(days=40))
EVERYTHING = st.one_of(drawing.rules(), drawing.sequences())


def kept_right(world: World, as_of: datetime, rule: dict[str, Any], by_parts: bool, later: list[timedelta]) -> None:
    node, answers = read_rule(rule, catalog_of(world)), Answers()
    for moment in (as_of + step for step in later):
        evaluation = Evaluation(
            lake=MemoryLake(world, by_parts=by_parts),
            moment=Moment(moment, world.zone),
            members=MemoryMembers(world),
            answers=answers,
        )
        assert set(evaluation.of(node)) == oracle.members(node, world, moment)


@settings(NORMAL, max_examples=EXAMPLES // 20)
@given(drawing.worlds(), EVERYTHING, st.booleans(), st.permutations(LATER))
def test_answers_kept_from_one_moment_are_right_at_another(drawn, rule, by_parts, later):
    kept_right(*drawn, rule, by_parts, later[:3])


@pytest.mark.deep
@settings(NORMAL, max_examples=1_000)
@given(drawing.worlds(), EVERYTHING, st.booleans(), st.permutations(LATER))
def test_answers_kept_from_one_moment_are_right_at_another_at_length(drawn, rule, by_parts, later):
    kept_right(*drawn, rule, by_parts, later)


# After the last event of the cast, at noon; then some seconds, and a day, later.
NOON = at("2027-12-24T12:00").replace(tzinfo=ZoneInfo(ZONE))
LATEST, SOON, TOMORROW = NOON, NOON + timedelta(seconds=7), NOON + timedelta(days=1)
BOUGHT = {"event": "purchase"}
WEEK = {"last": 7, "unit": "day"}


def count(**more: Any) -> dict[str, Any]:
    return {**BOUGHT, "op": ">=", "value": 2, **more}


def of(agg: str, slug: str = "amount", **more: Any) -> dict[str, Any]:
    return {**BOUGHT, "measure": {"agg": agg, "property": slug}, "op": ">=", "value": 2, **more}


def asked(rule: dict[str, Any], first: datetime, then: datetime, by_parts: bool) -> bool:
    """Whether the data is asked again at the second moment."""
    lake, answers = MemoryLake(CAST, by_parts=by_parts), Answers()
    for moment in (first, then):
        lake.asked.clear()
        Evaluation(lake=lake, moment=Moment(moment, ZONE), members=MemoryMembers(CAST), answers=answers).of(
            parse_rule(rule)
        )
    return bool(lake.asked)


ALONE = (
    of("distinct", "category"),
    of("median", window=WEEK),
    of("p90"),
    {"sequence": [{"event": "visit"}, BOUGHT], "within": {"n": 1, "unit": "day"}},
    {"sequence": [{"event": "visit"}, BOUGHT | {"absent": True}], "within": {"n": 1, "unit": "day"}},
    of("sum", value={"measure": {**BOUGHT, "agg": "sum", "property": "amount", "window": WEEK}, "times": 2}),
    {"attribute": "age", "op": ">", "value": 30},
    {"attribute": "birthday", "op": "after", "value": "1998-11-25"},
)
BY_PARTS = (
    count(),
    count(window=WEEK),
    {**BOUGHT, "measure": {"agg": "days_since_last"}, "op": "<=", "value": 45},
    {**BOUGHT, "measure": {"agg": "last"}, "op": "after", "value": {"ago": 30, "unit": "day"}},
    {"first": {"event": "purchase", "window": WEEK}},
)


@pytest.mark.parametrize(("rule", "by_parts"), [(rule, rule in BY_PARTS) for rule in (*ALONE, *BY_PARTS)], ids=str)
def test_a_form_that_asks_again_some_seconds_later_is_answered_from_what_is_kept(rule, by_parts):
    assert not asked(rule, LATEST, SOON, by_parts)


@pytest.mark.parametrize(
    "rule",
    [
        count(where={"property": "due", "op": "within_last", "value": {"n": 3, "unit": "day"}}),
        {"attribute": "birthday", "op": "anniversary_within", "value": {"n": 3, "unit": "day"}},
        {"attribute": "birthday", "op": "after", "value": {"ago": 30, "unit": "year"}},
        {**ALONE[3], "window": {"last": 400, "unit": "day"}},
    ],
    ids=str,
)
def test_what_looks_at_the_day_is_asked_again_on_another(rule):
    assert asked(rule, LATEST, TOMORROW, by_parts=True)

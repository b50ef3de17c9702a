"""Answers carried on to a later moment and a changed world are those the plain-Python reading gives."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from cdp.bitmaps import ids_of_bitmap
from tags.rules.canonical import canonical, canonical_measure
from tags.rules.carry import Carried, Recalled
from tags.rules.edges import edges
from tags.rules.evaluate import Evaluation, asked_in
from tags.rules.having import Having
from tags.rules.nodes import Measure, Node
from tags.rules.parse import read_measure
from tags.rules.reading import Reading
from tags.rules.validate import read_rule
from tags.rules.windows import Moment
from tests import oracle
from tests.rules import drawing
from tests.rules.memory_lake import MemoryLake, MemoryMembers, catalog_of
from tests.world import AS_OF, CAST, HAN_MEIMEI, LI_LEI, ZONE, Deed, Person, World, at

NORMAL = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
DEEP = settings(NORMAL, max_examples=3_000)
LATER = (
    *(timedelta(seconds=s) for s in (0, 1)),
    *(timedelta(hours=h) for h in (-3, 1, 20)),
    *(timedelta(days=d) for d in (1, 3, 31, 200)),
)


class ChangingLake(MemoryLake):
    """A world that can be compared with an earlier one, deed by deed."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.world = world

    def changed_since(self, before: World) -> BitMap:
        everyone = self.world.ids() | before.ids()
        return BitMap(i for i in everyone if _life(self.world, i) != _life(before, i))

    def happened(self, events: set[str] | None, start: datetime, end: datetime) -> BitMap:
        rows = self.arrow["events"].to_pylist()
        there = (r for r in rows if (events is None or r["event"] in events) and start <= r["time"] < end)
        return BitMap(row["customer_id"] for row in there)

    def only(self, members: BitMap, columns: set[str]) -> "SmallWorld":
        return SmallWorld(self.world, members)


def _life(world: World, who: int) -> tuple[bool, Counter[str]]:
    return who in world.ids(), Counter(repr(deed) for deed in world.deeds if deed.customer_id == who)


class SmallWorld(MemoryLake):
    """Some people of a world, numbered from 0 on; their profiles are not there."""

    def __init__(self, world: World, members: BitMap) -> None:
        self.ids_there = ids_of_bitmap(members)
        place = {int(who): number for number, who in enumerate(self.ids_there)}
        deeds = tuple(
            replace(deed, customer_id=place[deed.customer_id]) for deed in world.deeds if deed.customer_id in place
        )
        people = tuple(Person(number, str(number), {}) for number in place.values())
        super().__init__(replace(world, people=people, deeds=deeds))

    def ids_of(self, numbers: Any) -> Any:
        return self.ids_there[numbers]

    def detach(self) -> None:
        pass


def carried(one: Node | Measure, before: World, then: datetime, world: World, now: datetime) -> Carried | None:
    """None for what cannot be carried on."""
    old, moment = MemoryLake(before), Moment(then, before.zone)
    if edges(one, old.tables.events, moment) is None:
        return None
    asked = Evaluation(lake=old, moment=moment, members=MemoryMembers(before))
    answer = asked.having(one) if isinstance(one, Measure) else asked.of(one)
    recalled = Recalled(moment, before, {one: lambda: answer}, {})
    return Carried(ChangingLake(world), Moment(now, world.zone), recalled)


def changed(world: World, seed: int) -> World:
    """The world as it was before some things happened and one person came."""
    deeds = tuple(deed for place, deed in enumerate(world.deeds) if (seed >> place % 32) & 3)
    gone = world.people[-1].id if seed % 3 == 0 else None
    return replace(world, deeds=deeds, people=tuple(person for person in world.people if person.id != gone))


def carries_on(drawn: tuple[World, datetime], rule: dict[str, Any], later: timedelta, seed: int) -> None:
    world, then = drawn
    before, now = changed(world, seed), then + later
    for leaf in asked_in(read_rule(rule, catalog_of(world))):
        if isinstance(leaf, Measure):
            continue
        found = carried(leaf, before, then, world, now)
        answers, _measured = found.answers([leaf]) if found else ({}, {})
        if leaf in answers:
            assert set(answers[leaf]) == oracle.members(leaf, world, now)


TOUCH_ALL = "tags.rules.carry.MOST_TOUCHED"


@pytest.fixture(autouse=True)
def _however_many_are_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TOUCH_ALL, 2)


@NORMAL
@given(drawing.worlds(), drawing.leaf_rules(), st.sampled_from(LATER), st.integers(0, 2**32))
def test_any_condition_carried_on(
    drawn: tuple[World, datetime], rule: dict[str, Any], later: timedelta, seed: int
) -> None:
    carries_on(drawn, rule, later, seed)


@pytest.mark.deep
@DEEP
@given(drawing.worlds(), drawing.leaf_rules(), st.sampled_from(LATER), st.integers(0, 2**32))
def test_any_condition_carried_on_at_length(
    drawn: tuple[World, datetime], rule: dict[str, Any], later: timedelta, seed: int
) -> None:
    carries_on(drawn, rule, later, seed)


@settings(NORMAL, max_examples=50)
@given(drawing.worlds(), drawing.measures(), st.sampled_from(LATER), st.integers(0, 2**32))
def test_any_measure_carried_on(
    drawn: tuple[World, datetime], made: tuple[dict[str, Any], str], later: timedelta, seed: int
) -> None:
    (world, then), (data, kind) = drawn, made
    read = read_measure(Reading(), data, ())
    assert read is not None
    if kind == "date":
        return
    what, now = canonical_measure(read), then + later
    found = carried(what, changed(world, seed), then, world, now)
    _asked, measured = found.answers([what]) if found else ({}, {})
    if what in measured:
        having = measured[what]
        evaluation = Evaluation(
            lake=MemoryLake(world), moment=Moment(now, world.zone), members=MemoryMembers(world)
        )
        fresh = evaluation.having(what)
        assert dict(zip(having.ids, having.values, strict=True)) == pytest.approx(
            dict(zip(fresh.ids, fresh.values, strict=True))
        )


@settings(NORMAL, max_examples=50)
@given(drawing.worlds(), drawing.ranks(), st.sampled_from(LATER), st.integers(0, 2**32), st.booleans())
def test_any_rank_carried_on(
    drawn: tuple[World, datetime], rule: dict[str, Any], later: timedelta, seed: int, kept: bool
) -> None:
    """Also beside a tag of the same measure, whose numbers say 0 of who has none."""
    (world, then), now = drawn, drawn[1] + later
    rank = canonical(read_rule(rule, catalog_of(world)))
    (measure,) = asked_in(rank)
    assert isinstance(measure, Measure)
    evaluation = Evaluation(lake=MemoryLake(world), moment=Moment(now, world.zone), members=MemoryMembers(world))
    evaluation.carriers = _carriers(measure, kept, changed(world, seed), then, world, now)
    evaluation.measure(measure)
    assert set(evaluation.of(rank)) == oracle.members(rank, world, now)


def _carriers(
    measure: Measure, kept: bool, before: World, then: datetime, world: World, now: datetime
) -> list[Carried]:
    """Who know the numbers of a tag, and if they were `kept` those of a rank."""
    old, moment = MemoryLake(before), Moment(then, before.zone)
    if edges(measure, old.tables.events, moment) is None:
        return []
    asked = Evaluation(lake=old, moment=moment, members=MemoryMembers(before))
    table, having = asked.measure(measure), asked.having(measure)
    told = Having(table["customer_id"].to_numpy(), table["value"].to_numpy())
    recalled = Recalled(moment, before, {measure: lambda: told}, {}, {measure: lambda: having} if kept else {})
    return [Carried(ChangingLake(world), Moment(now, world.zone), recalled)]


BOUGHT = {"event": "purchase", "window": {"last": 30, "unit": "day"}}


@pytest.mark.parametrize(
    ("rule", "can"),
    [
        (BOUGHT, True),
        ({**BOUGHT, "measure": {"agg": "median", "property": "amount"}, "op": ">", "value": 10}, True),
        (
            {
                "event": "purchase",
                "measure": {"agg": "last"},
                "op": "within_last",
                "value": {"n": 7, "unit": "day"},
            },
            True,
        ),
        ({"stopped": {"event": "visit", "quiet": {"n": 7, "unit": "day"}, "after": {"n": 9, "unit": "day"}}}, True),
        (
            {"event": "visit", "where": {"property": "due", "op": "within_last", "value": {"n": 1, "unit": "day"}}},
            False,
        ),
        ({"attribute": "balance", "op": ">", "value": 1}, False),
    ],
)
def test_what_asks_the_clock_or_the_profile_is_not_carried_on(rule: dict[str, Any], can: bool) -> None:
    world = replace(CAST, properties={**CAST.properties, "due": "date"})
    (leaf,) = asked_in(canonical(read_rule(rule, catalog_of(world))))
    found = edges(leaf, MemoryLake(world).tables.events, Moment(AS_OF, ZONE))
    assert (found is not None) == can


def test_only_those_to_whom_something_happened_are_asked_again() -> None:
    leaf = canonical(read_rule(BOUGHT, catalog_of(CAST)))
    world = replace(CAST, deeds=(*CAST.deeds, Deed(LI_LEI, "purchase", at("2026-11-21T10:00"))))
    found = carried(leaf, CAST, AS_OF, world, AS_OF + timedelta(minutes=1))
    assert found is not None
    # Han Meimei bought at the very moment of before, which was not seen then.
    assert set(found.touched) == {LI_LEI, HAN_MEIMEI}
    assert {LI_LEI, HAN_MEIMEI} <= set(found.answers([leaf])[0][leaf])


def test_where_too_many_are_touched_everybody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TOUCH_ALL, 0.1)
    leaf = canonical(read_rule(BOUGHT, catalog_of(CAST)))
    found = carried(leaf, replace(CAST, deeds=()), AS_OF, CAST, AS_OF)
    assert found is not None
    assert found.answers([leaf]) == ({}, {})

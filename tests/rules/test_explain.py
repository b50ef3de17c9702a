"""Explanations: always of one mind with the membership, and what they advise does what it says."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tags.rules.evaluate import evaluate
from tags.rules.explain import ChangeKind, Explained, Explainer
from tags.rules.explain.observed import Customer
from tags.rules.explain.one_customer import CustomerLake
from tags.rules.nodes import Attribute, Event, MeasureOf, Node, Not
from tags.rules.parse import read_measure
from tags.rules.phrases import PHRASES
from tags.rules.reading import Reading
from tags.rules.validate import read_rule
from tags.rules.windows import Bounds, Moment, resolve
from tests import oracle
from tests.rules import drawing
from tests.rules.memory_lake import MemoryLake, MemoryMembers, catalog_of
from tests.world import AS_OF, CAST, Deed, World

FEW = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
DEEP = settings(FEW, max_examples=300)


def explained(rule: Any, who: int, world: World = CAST, as_of: datetime = AS_OF, language: str = "en") -> Explained:
    catalog = catalog_of(world)
    node = rule if not isinstance(rule, dict) else read_rule(rule, catalog)
    explainer = Explainer(
        customer_id=who,
        lake=MemoryLake(world),
        moment=Moment(as_of, world.zone),
        members=MemoryMembers(world),
        catalog=catalog,
        language=language,
    )
    return explainer.node(node)


# One mind


def agrees(world: World, as_of: datetime, rule: dict[str, Any], who: int, language: str) -> None:
    node = read_rule(rule, catalog_of(world))
    lake, moment = MemoryLake(world), Moment(as_of, world.zone)
    members = evaluate(node, lake=lake, moment=moment, members=MemoryMembers(world))
    found = explained(node, who, world, as_of, language)
    assert found.holds == (who in members)
    turned = [leaf for leaf in found.leaves() if leaf.holds != leaf.wanted]
    assert all(leaf.change is not None and leaf.change.text for leaf in turned)
    assert (len(turned) > 0) or found.holds


LANGUAGES = st.sampled_from(sorted(PHRASES))


@FEW
@given(drawing.worlds(), drawing.rules(), LANGUAGES, st.data())
def test_an_explanation_is_the_membership(
    drawn: tuple[World, datetime], rule: dict[str, Any], language: str, data: st.DataObject
) -> None:
    agrees(*drawn, rule, data.draw(st.sampled_from(sorted(drawn[0].ids()))), language)


@pytest.mark.deep
@DEEP
@given(drawing.worlds(), drawing.rules(), LANGUAGES)
def test_an_explanation_is_the_membership_of_everybody(
    drawn: tuple[World, datetime], rule: dict[str, Any], language: str
) -> None:
    for who in drawn[0].ids():
        agrees(*drawn, rule, who, language)


EVERY_MEASURE = {str(measure): measure for measure, _kind in drawing.AGGREGATES}
HEAVY = {"property": "weight", "op": ">=", "value": 1}


@pytest.mark.parametrize("measure", EVERY_MEASURE.values(), ids=EVERY_MEASURE)
@settings(FEW, max_examples=8)
@given(drawing.worlds(deeds=20))
def test_what_is_told_of_a_measure_is_its_value(measure: dict[str, Any], drawn: tuple[World, datetime]) -> None:
    world, as_of = drawn
    what = read_measure(Reading(), {"event": "*", "where": HEAVY, **measure}, ())
    assert what is not None
    for who in world.people:
        found = Customer(CustomerLake(MemoryLake(world), who.id), Moment(as_of, world.zone)).measure(what)
        kind, value = oracle.Judge(world, as_of, who).measured(what)
        assert found.kind == kind
        if value is None or kind == "date":
            assert found.value == value
        else:
            assert float(found.value) == pytest.approx(float(value))


# What it advises


def leaf_of(node: Node) -> tuple[Node, bool]:
    """The leaf under a `not` or none, and what is wanted of it."""
    return (node.item, False) if isinstance(node, Not) else (node, True)


SIMPLE = [
    ({"agg": "count"}, "number"),
    ({"agg": "days"}, "number"),
    ({"agg": "days_since_last"}, "number"),
    ({"agg": "sum", "property": "amount"}, "money"),
    ({"agg": "sum", "property": "weight"}, "number"),
]


def simple_rules() -> st.SearchStrategy[dict[str, Any]]:
    """Tests of attributes, and of the measures whose advice can be followed."""
    slugs = st.sampled_from(("level", "points", "balance", "member"))
    attributes = slugs.flatmap(
        lambda slug: drawing.tests(drawing.KINDS[slug]).map(lambda test: {"attribute": slug, **test})
    )
    events = st.tuples(st.sampled_from(SIMPLE), st.sampled_from(("buy", "*")), drawing.windows()).flatmap(
        lambda drawn: drawing.tests(drawn[0][1]).map(
            lambda test: {"event": drawn[1], "measure": drawn[0][0], "window": drawn[2], **test}
        )
    )
    return st.one_of(attributes, events, events)


def advice_works(drawn: tuple[World, datetime], rule: dict[str, Any], negated: bool, choice: st.DataObject) -> None:
    world, as_of = drawn
    node = read_rule({"not": rule} if negated else rule, catalog_of(world))
    wrong = sorted(world.ids() - oracle.members(node, world, as_of))
    assume(wrong)
    who = choice.draw(st.sampled_from(wrong))
    (found,) = explained(node, who, world, as_of).leaves()
    changed = follow(found, leaf_of(node)[0], who, world, as_of)
    if changed is not None:
        assert who in oracle.members(node, *changed), found.change


@FEW
@given(drawing.worlds(), simple_rules(), st.booleans(), st.data())
def test_following_the_advice_makes_a_false_condition_true(
    drawn: tuple[World, datetime], rule: dict[str, Any], negated: bool, data: st.DataObject
) -> None:
    advice_works(drawn, rule, negated, data)


@pytest.mark.deep
@DEEP
@given(drawing.worlds(), simple_rules(), st.booleans(), st.data())
def test_following_the_advice_makes_a_false_condition_true_at_length(
    drawn: tuple[World, datetime], rule: dict[str, Any], negated: bool, data: st.DataObject
) -> None:
    advice_works(drawn, rule, negated, data)


def follow(found: Explained, leaf: Node, who: int, world: World, as_of: datetime) -> tuple[World, datetime] | None:
    """The world where the advice was followed, and the moment it is looked at; None where nobody can say."""
    change = found.change
    assert change is not None
    if isinstance(leaf, Attribute):
        if change.kind is not ChangeKind.SET or change.to is None or hasattr(leaf.test.value, "measure"):
            return None
        return known(world, who, leaf.slug, change.to), as_of
    if not isinstance(leaf, Event) or isinstance(leaf.test.value, MeasureOf):
        return None
    measure = leaf.measure
    if change.kind is ChangeKind.WAIT:
        later = as_of + timedelta(days=int(change.amount or 0))
        kept = tuple(deed for deed in world.deeds if instant(deed, world) < as_of)
        return replace(world, deeds=kept), later
    if measure.where is not None or change.amount is None:
        return None
    bounds = resolve(measure.window, as_of, world.zone)
    if bounds.start is not None and bounds.start >= bounds.end:
        return None
    event = "buy" if measure.events == ("*",) else measure.events[0]
    if change.kind is ChangeKind.DAYS:
        times = free_days(world, who, measure.events, bounds, int(change.amount))
        return with_deeds(world, [Deed(who, event, time) for time in times]), as_of
    time = bounds.end - timedelta(microseconds=1)
    if change.kind is ChangeKind.EVENTS and measure.agg in ("count",):
        return with_deeds(world, [Deed(who, event, time)] * int(change.amount)), as_of
    if change.kind is ChangeKind.SUM:
        assert measure.property is not None
        whole = world.properties[measure.property] == "money"
        amount = change.amount if whole else float(change.amount)
        return with_deeds(world, [Deed(who, event, time, properties={measure.property: amount})]), as_of
    return None


def known(world: World, who: int, slug: str, value: Any) -> World:
    value = float(value) if world.attributes[slug] == "number" else value
    people = tuple(
        replace(one, attributes={**one.attributes, slug: value}) if one.id == who else one for one in world.people
    )
    return replace(world, people=people)


def with_deeds(world: World, deeds: list[Deed]) -> World:
    return replace(world, deeds=(*world.deeds, *deeds))


def instant(deed: Deed, world: World) -> datetime:
    return deed.time.replace(tzinfo=ZoneInfo(world.zone))


def free_days(world: World, who: int, events: tuple[str, ...], bounds: Bounds, n: int) -> list[datetime]:
    """Moments on `n` days without such an event within the bounds, the latest first."""
    taken = {
        deed.time.date()
        for deed in world.deeds
        if deed.customer_id == who and ("*" in events or deed.event in events) and deed.time < bounds.end
    }
    found: list[datetime] = []
    time = bounds.end - timedelta(microseconds=1)
    while len(found) < n and (bounds.start is None or time >= bounds.start):
        if time.date() not in taken:
            found.append(time)
        time = time.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(microseconds=1)
    return found

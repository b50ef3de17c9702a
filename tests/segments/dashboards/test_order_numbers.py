"""Where purchases carry an order's number, an order of several lines is one, in every figure and in its rule."""

from collections import defaultdict
from dataclasses import replace

import pytest
from django.utils import translation

from cdp.access.viewer import SYSTEM
from cdp.store.lake import snapshot
from segments.dashboards.content import rule_of
from segments.dashboards.opening import group_open
from segments.dashboards.queries import shopping
from segments.dashboards.registry import CHARTS
from segments.personas.customer import doings_of, doings_read
from tags.selectors import rule_count
from tests.segments.settled import deeds_store, segment_of, settle
from tests.world import AS_OF, CAST, DEEDS, HAN_MEIMEI, LI_LEI, LUCY, Deed, at

ORDERS = next(chart for chart in CHARTS if chart.slug == "orders")
# The cast's shelves stand for the numbers of orders: who buys from one shelf twice has ordered once.
LOOSE = Deed(LI_LEI, "purchase", at("2026-11-02 10:00"), "app", "shop", {"amount": 10})


def numbers_of(deeds):
    found, loose = defaultdict(set), defaultdict(int)
    for deed in deeds:
        if deed.event == "purchase":
            number = deed.properties.get("category")
            found[deed.customer_id] |= {number} - {None}
            loose[deed.customer_id] += number is None
    return {who: len(found[who]) + loose[who] for who in found}


@pytest.fixture
def alone(own_lake, settings, db):
    """The cast in a lake of its own, to which purchases are added, and nobody too few to be shown."""
    settings.CDP_MIN_GROUP = 1
    settle()


@pytest.fixture
def group(alone):
    segment = segment_of("friends", {LI_LEI, HAN_MEIMEI, LUCY})

    def opened():
        with snapshot() as lake:
            found = group_open(segment, lake, "en")
            found = replace(found, meaning=replace(found.meaning, order="category"))
            return replace(found, buyers=shopping.buyers_of(found))

    with translation.override("en"):
        yield opened


@pytest.mark.parametrize("more", [(), (LOOSE, LOOSE)], ids=["all with a number", "some without"])
def test_lines_with_one_number_are_one_order_and_those_without_one_each(group, more):
    deeds_store(replace(CAST, deeds=more)) if more else None
    found = group().buyers
    assert sorted(found.orders.tolist()) == sorted(numbers_of([*DEEDS, *more]).values())
    assert found.spend.sum() == pytest.approx(
        sum(float(one.properties["amount"]) for one in [*DEEDS, *more] if one.event == "purchase")
    )


def test_a_bar_of_orders_is_a_rule_for_those_who_were_counted(group):
    found = group()
    (answer,) = shopping.orders(found)
    for share in answer.data.shares:
        rule = rule_of(found, ORDERS, answer, share)
        assert rule_count(SYSTEM, rule, as_of=AS_OF.replace(year=2036)).count == share.everyone


def test_no_rule_counts_lines_without_a_number_beside_numbers(group):
    deeds_store(replace(CAST, deeds=(replace(LOOSE, time=at("2026-11-04 10:00")),)))
    found = group()
    (answer,) = shopping.orders(found)
    assert not any(rule_of(found, ORDERS, answer, share) for share in answer.data.shares)


def test_where_no_purchase_has_a_number_lines_are_counted_and_their_rule_as_before(group):
    found = group()
    found = replace(found, meaning=replace(found.meaning, order="duration"))
    (answer,) = shopping.orders(replace(found, buyers=shopping.buyers_of(found)))
    for share in answer.data.shares:
        rule = rule_of(found, ORDERS, answer, share)
        assert rule_count(SYSTEM, rule, as_of=AS_OF.replace(year=2036)).count == share.everyone


def test_a_customers_page_counts_the_same(alone):
    tea = replace(LOOSE, time=at("2026-11-03 10:00"), properties={"amount": 10, "category": "tea"})
    cake = replace(tea, properties={"amount": 10, "category": "cake"})
    elsewhere = replace(tea, channel="tmall")
    lines = (tea, elsewhere, cake, replace(tea, properties={"amount": 10}))
    deeds_store(replace(CAST, deeds=lines))
    with snapshot() as lake:
        rows = lake.frame(doings_of(lake.tables.events, LI_LEI, "amount", "category")).to_pylist()
    done = doings_read(rows, "purchase")
    own = [deed for deed in (*DEEDS, *lines) if deed.event == "purchase" and deed.customer_id == LI_LEI]
    assert done.orders == numbers_of(own)[LI_LEI] < len(own)
    assert done.spend == sum(float(deed.properties["amount"]) for deed in own)

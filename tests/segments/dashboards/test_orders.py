"""Lines of orders as they lie, and what a persona tells of them."""

from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from django.utils import translation
from pyroaring import BitMap

from cdp.store.lake import snapshot
from segments.dashboards.models import Render
from segments.dashboards.opening import group_open
from segments.dashboards.orders import Asked, bought_by
from segments.dashboards.queries import baskets
from segments.dashboards.services import render_request
from tests.segments.settled import deeds_store, segment_of
from tests.world import CAST, DEEDS, HAN_MEIMEI, LI_LEI, LUCY, Deed, at

GROUP = {LI_LEI, HAN_MEIMEI, LUCY}
LATELY = ("2026-09", "2026-10", "2026-11")
BOUGHT = [deed for deed in DEEDS if deed.event == "purchase" and f"{deed.time:%Y-%m}" in LATELY]


@pytest.mark.parametrize("items", [None, "quantity"])
def test_each_line_tells_its_customer_its_goods_and_how_many(settled, items):
    with snapshot() as lake:
        found = bought_by(lake, Asked("purchase", "category", None, items), BitMap(GROUP), LATELY)
    lines = zip(found.customers.tolist(), found.items.tolist(), found.goods.tolist(), strict=True)
    assert Counter((who, many, found.names[what]) for who, many, what in lines) == Counter(
        (deed.customer_id, max(1, deed.properties.get("quantity", 1)) if items else 1, deed.properties["category"])
        for deed in BOUGHT
        if deed.customer_id in GROUP
    )
    assert len(set(zip(found.customers.tolist(), found.orders.tolist(), strict=True))) == len(found.customers)


def test_lines_with_the_same_number_are_one_order(settled):
    with snapshot() as lake:
        found = bought_by(lake, Asked("purchase", "category", "category"), BitMap(GROUP), LATELY)
    by_number = defaultdict(set)
    for place, deed in zip(found.orders.tolist(), found.goods.tolist(), strict=True):
        by_number[place].add(deed)
    assert all(len(goods) == 1 for goods in by_number.values())
    assert not len(bought_by(lake, Asked("purchase", "category"), BitMap(GROUP), ()).customers)


TOGETHER = tuple(
    Deed(who, "purchase", at("2026-11-05 10:00"), "app", "shop", {"category": shelf})
    for who in (LI_LEI, LUCY)
    for shelf in ("零食", "图书")
)


@pytest.fixture
def together(settled):
    """Two of the group buy snacks and books in one order."""
    deeds_store(replace(CAST, deeds=TOGETHER))


def test_what_is_bought_together_is_told_with_its_lift(together):
    with translation.override("en"), snapshot() as lake:
        group = group_open(segment_of("friends", GROUP), lake, "en")
        found = baskets.read(group)
    orders = defaultdict(set)
    for deed in [*BOUGHT, *TOGETHER]:
        if deed.customer_id in GROUP:
            orders[deed.customer_id, deed.time].add(deed.properties["category"])
    assert len(found.ours.items) == len(orders)
    (answer,) = baskets.pairs(replace(group, orders=found))
    (share,) = answer.data.distribution.shares
    ((pair, _everyones),) = answer.data.pairs
    snacks, books = (sum(shelf in goods for goods in orders.values()) for shelf in ("零食", "图书"))
    assert set(share.label.split(" + ")) == {"零食", "图书"}
    assert (share.group, pair.orders) == (2, 2)
    assert pair.lift == pytest.approx(2 * len(orders) / snacks / books)


def test_pairs_of_a_few_and_orders_of_a_small_group_are_not_told(
    together, settings, django_capture_on_commit_callbacks
):
    def charts(least):
        settings.CDP_MIN_GROUP = least
        with django_capture_on_commit_callbacks(execute=True):
            asked = render_request(segment=segment_of(f"few-{least}", GROUP), language="zh-hans")
        content = Render.objects.get(pk=asked.pk).content
        return {chart["slug"]: chart for section in content["sections"] for chart in section["charts"]}

    assert {"baskets-items", "together-pairs"} <= set(charts(2))
    few = charts(3)
    assert "together-pairs" not in few and "baskets-items" in few
    assert all(row[2] in (None, 0, 3) for row in few["baskets-items"]["data"]["rows"])

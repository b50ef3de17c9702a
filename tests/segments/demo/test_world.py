"""The demo world as made, before it is loaded."""

from datetime import date
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from segments.demo.brand import BRAND, CATEGORIES, sales
from segments.demo.people import HABIT_NAMES
from segments.demo.places import PROVINCES, REGIONS
from segments.demo.truths import TOGETHER
from segments.demo.world import World, world_make

END = date(2026, 11, 21)


@pytest.fixture(scope="module")
def world() -> World:
    return world_make(customers=2_000, seed=7, end=END, zone="Asia/Shanghai")


@pytest.fixture(scope="module")
def events(world: World) -> pa.Table:
    named = [table.append_column("channel", pa.array([name] * len(table))) for name, table in world.events.items()]
    return pa.concat_tables(named)


def test_the_same_seed_and_end_give_the_same_world(world):
    again = world_make(customers=2_000, seed=7, end=END, zone="Asia/Shanghai")
    assert [a.identifiers for a in again.accounts] == [a.identifiers for a in world.accounts]
    assert [a.attributes for a in again.accounts] == [a.attributes for a in world.accounts]
    assert again.events == world.events


def test_another_seed_gives_other_people(world):
    other = world_make(customers=2_000, seed=8, end=END, zone="Asia/Shanghai")
    assert (other.people.name != world.people.name).mean() > 0.9


def test_it_says_that_it_is_invented():
    assert all(
        word in BRAND[language] for language, word in (("zh_hans", "虚构"), ("zh_hant", "虛構"), ("en", "invented"))
    )


def test_nothing_happens_after_the_end_or_earlier_than_a_year_and_a_half_before(events):
    first, last = (str(time) for time in pc.min_max(events["time"]).as_py().values())
    assert "2025-05-21 16" <= first < last < "2026-11-20 16"


def test_every_event_has_an_id_of_its_own(events):
    assert pc.count_distinct(events["event_id"]).as_py() == len(events)


def test_every_channel_has_purchases_with_amount_and_product(events):
    bought = events.filter(pc.field("event") == "purchase")
    assert set(bought["channel"].to_pylist()) == {"app", "web", "tmall", "jd", "wechat", "douyin", "store"}
    assert bought["amount"].null_count == bought["product"].null_count == bought["order_no"].null_count == 0
    assert pc.min(bought["amount"]).as_py() > 0


def orders_of(events):
    """Each order's lines: their number, and the shelves they are from."""
    bought = events.filter(pc.field("event") == "purchase")
    lines = bought.group_by("order_no").aggregate([("event_id", "count"), ("category", "distinct")])
    return (
        bought,
        np.array(lines["event_id_count"]),
        [set(shelves) for shelves in lines["category_distinct"].to_pylist()],
    )


def test_about_three_orders_in_ten_have_two_to_four_lines_of_one_customer_at_one_time(events):
    bought, lines, _shelves = orders_of(events)
    assert set(lines) == {1, 2, 3, 4} and 0.25 < (lines > 1).mean() < 0.35
    same = bought.group_by("order_no").aggregate([(name, "count_distinct") for name in ("row", "time", "channel")])
    assert all(pc.max(same[f"{name}_count_distinct"]).as_py() == 1 for name in ("row", "time", "channel"))


def test_one_pair_of_shelves_alone_is_in_an_order_more_often_than_by_chance(events):
    _bought, _lines, orders = orders_of(events)
    share = {shelf: np.mean([shelf in order for order in orders]) for shelf in CATEGORIES}
    lift = {
        pair: np.mean([set(pair) <= order for order in orders]) / (share[pair[0]] * share[pair[1]])
        for pair in combinations(CATEGORIES, 2)
    }
    assert {pair for pair, times in lift.items() if times > 1} == {tuple(sorted(TOGETHER, key=CATEGORIES.index))}


def test_sales_are_busy(events):
    bought = events.filter(pc.field("event") == "purchase")
    days = pc.strftime(pc.add(bought["time"], pa.scalar(8 * 3600, pa.duration("s"))), "%Y-%m-%d").to_pylist()
    ordinary = len(days) / 548
    assert days.count("2026-11-11") > 4 * ordinary
    assert days.count("2026-06-18") > 4 * ordinary


def test_night_owls_buy_at_night_and_churned_people_stopped(world, events):
    bought = events.filter(pc.field("event") == "purchase")
    hour = (pc.hour(bought["time"]).to_numpy() + 8) % 24
    person = bought["row"].to_numpy()
    late = np.isin(hour, [22, 23, 0, 1])
    assert late[world.people.night_owl[person]].mean() > 0.6 > 0.2 > late[~world.people.night_owl[person]].mean()
    churned = world.people.habit[person] == HABIT_NAMES.index("churned")
    assert str(pc.max(bought["time"].filter(pa.array(churned))).as_py()) < "2026-08-19"


def test_everybody_is_found_under_one_phone_in_the_end(world):
    bindings = world.accounts[-1].identifiers
    assert pc.count_distinct(bindings["phone"]).as_py() == len(bindings) == 2_000


def test_accounts_and_events_of_a_channel_are_of_the_same_people(world):
    for accounts in world.accounts:
        if accounts.channel in world.events:
            known = set(accounts.identifiers["row"].to_pylist())
            assert set(world.events[accounts.channel]["row"].to_pylist()) <= known


def test_every_province_belongs_to_one_region():
    assert sorted(province for provinces in REGIONS.values() for province in provinces) == sorted(PROVINCES)
    assert len(PROVINCES) == 31
    assert len(CATEGORIES) == 7


def test_the_calendar_has_the_three_seasons_of_every_year():
    found = sales(date(2026, 1, 1), date(2026, 12, 31))
    assert {sale.slug: sale.peak for sale in found} == {
        "618": date(2026, 6, 18),
        "1111": date(2026, 11, 11),
        "spring": date(2026, 2, 5),
    }

"""Every question of a dashboard beside the same question in plain Python over the cast."""

from collections import defaultdict
from dataclasses import replace

import pyarrow as pa
import pytest
from django.utils import translation
from pyroaring import BitMap

from cdp.store.lake import snapshot
from segments.dashboards.group import Group, TagValues
from segments.dashboards.opening import group_open
from segments.dashboards.queries import behaviour, people, returning, shopping, spread
from segments.dashboards.queries.numbers import key_numbers
from tests.segments.settled import segment_of
from tests.world import AS_OF, CAST, DEEDS, HAN_MEIMEI, JIM, LI_LEI, LIN_TAO, LUCY, PEOPLE

GROUP = {LI_LEI, HAN_MEIMEI, LUCY, JIM}


@pytest.fixture
def group(settled):
    segment = segment_of("friends", GROUP)
    with translation.override("en"), snapshot() as lake:
        yield group_open(segment, lake, "en")


def counted(distribution):
    return {share.value: (share.group, share.everyone) for share in distribution.shares}


def by_value(customers_of):
    """{value: customers} → {value: (members, everyone)}"""
    return {value: (len(who & GROUP), len(who)) for value, who in customers_of.items()}


def answers(found):
    return {answer.subject: answer for answer in found}


def with_attribute(slug):
    customers = defaultdict(set)
    for person in PEOPLE:
        value = person.attributes.get(slug)
        for one in value if isinstance(value, list) else [] if value is None else [value]:
            customers[str(one).lower() if isinstance(one, bool) else one].add(person.id)
    return by_value(customers)


def doing(value_of, deeds=DEEDS):
    customers = defaultdict(set)
    for deed in deeds:
        if (value := value_of(deed)) is not None:
            customers[value].add(deed.customer_id)
    return by_value(customers)


@pytest.mark.parametrize("slug", ["gender", "member_level", "subscribed", "interests", "city"])
def test_attributes_are_counted_by_value(group: Group, slug):
    answer = answers(people.attributes(group))[slug]
    assert counted(answer.data) == with_attribute(slug)


def test_shares_of_a_list_are_of_those_who_have_any_entry(group: Group):
    interests = answers(people.attributes(group))["interests"]
    assert (interests.data.base.group, interests.data.base.everyone) == (2, 3)
    assert interests.data.shares[0].group_share(interests.data.base) == 1.0


def test_provinces_are_counted_for_the_map(group: Group):
    (answer,) = people.provinces(group)
    assert counted(answer.data) == with_attribute("province")
    assert answer.n == 3


def test_personal_attributes_are_never_asked(group: Group):
    assert "name" not in {field.slug for field in group.attributes}


def test_events_and_channels_are_counted_by_customer(group: Group):
    (events,) = behaviour.event_types(group)
    (channels,) = behaviour.channels(group)
    assert counted(events.data) == doing(lambda deed: deed.event)
    assert counted(channels.data) == doing(lambda deed: deed.channel)


def test_the_week_counts_customers_by_business_hour(group: Group):
    (answer,) = behaviour.week(group)
    known = doing(lambda deed: (deed.time.weekday(), deed.time.hour))
    ours, theirs = (
        [[known.get((day, hour), (0, 0))[of] for hour in range(24)] for day in range(7)] for of in (0, 1)
    )
    assert (answer.data.group, answer.data.everyone) == (ours, theirs)


def test_months_have_no_gaps_and_end_with_the_segments_day(group: Group):
    (answer,) = behaviour.months(group)
    trend = answer.data
    known = doing(lambda deed: f"{deed.time:%Y-%m}")
    assert trend.months[-1] == "2026-11"
    assert len(trend.months) == behaviour.MONTHS
    assert dict(zip(trend.months, zip(trend.group, trend.everyone, strict=True), strict=True)) == {
        month: known.get(month, (0, 0)) for month in trend.months
    }


def test_goods_are_counted_by_buyer(group: Group):
    (category,) = shopping.goods(group)
    bought = [deed for deed in DEEDS if deed.event == "purchase"]
    assert counted(category.data) == doing(lambda deed: deed.properties.get("category"), bought)
    buyers = {deed.customer_id for deed in bought}
    assert (category.data.base.group, category.data.base.everyone) == (len(buyers & GROUP), len(buyers))


def test_buyers_have_their_orders_and_spend(group: Group):
    buyers = shopping.buyers_of(group)
    expected = defaultdict(lambda: [0, 0.0])
    for deed in DEEDS:
        if deed.event == "purchase":
            expected[deed.customer_id][0] += 1
            expected[deed.customer_id][1] += float(deed.properties["amount"])
    found = sorted(zip(buyers.orders.tolist(), buyers.spend.round(2).tolist(), buyers.inside.tolist(), strict=True))
    assert found == sorted((n, round(amount, 2), who in GROUP) for who, (n, amount) in expected.items())


def test_spend_is_told_of_all_buyers_and_of_those_in_the_group(group: Group):
    (answer,) = spread.spend_concentration(replace(group, buyers=shopping.buyers_of(group)))
    assert (answer.data.group.buyers, answer.data.everyone.buyers) == (3, 5)
    assert answer.data.group.curve[-1] == pytest.approx(1)
    assert not list(spread.spend_concentration(replace(group, buyers=shopping.buyers_of(group), least=3)))


def test_who_bought_again_is_told_by_the_month_of_a_first_purchase(group: Group):
    (answer,) = returning.cohorts(group)
    february = next(one for one in answer.data.cohorts if one.month == "2026-02")
    assert (february.size.group, february.size.everyone) == (0, 1)
    november = next(one for one in answer.data.cohorts if one.month == "2025-11")
    assert november.size.group == len({HAN_MEIMEI})
    assert {one.value for one in november.later if one.group} == {"2026-10"}
    assert answer.data.cohorts[-1].later[-1].value == "2026-10"


def test_tags_are_counted_by_bitmap(group: Group):
    worth = {"high": BitMap({LI_LEI, LIN_TAO}), "low": BitMap({LUCY})}
    found = people.tag_distribution(group, TagValues("worth", "Worth", worth, {"high": "High"}))
    assert counted(found) == {"high": (1, 2), "low": (1, 1)}
    assert [share.label for share in found.shares] == ["High", "low"]
    assert found.shares[0].tgi(found.base) == pytest.approx(100 * (1 / 4) / (2 / 8))


def test_measure_tags_are_counted_in_steps_of_their_numbers(group: Group):
    spent = CAST.numbers["spend"]
    table = pa.table({"customer_id": pa.array(spent, pa.uint32()), "value": list(spent.values())})
    (answer,) = people.tag_steps(replace(group, tags=(TagValues("spend", "Spend", {}, numbers=table),)))
    assert sum(share.group for share in answer.data.shares) == len(set(spent) & GROUP)
    assert sum(share.everyone for share in answer.data.shares) == len(spent)
    assert not list(people.tags(replace(group, tags=(TagValues("spend", "Spend", {}, numbers=table),))))


def test_the_key_numbers_say_what_the_cast_did(group: Group):
    numbers = {n.slug: n for n in key_numbers(replace(group, buyers=shopping.buyers_of(group)))}
    recent = {d.customer_id for d in DEEDS if 0 <= (AS_OF.date() - d.time.date()).days < 30}
    assert numbers["size"].text == "4"
    assert numbers["active"].text == f"{100 * len(recent & GROUP) / 4:.0f}%"
    assert numbers["buyers"].exact == "3"
    assert numbers["orders"].text == f"{(4 + 3 + 3) / 3:.2f}"
    assert numbers["spend"].exact == "¥2,150.00"
    assert numbers["spend_each"].text == "¥717"


def test_the_universe_is_the_cast(group: Group):
    assert group.base.everyone == len(CAST.people)


BUYERS = {deed.customer_id for deed in DEEDS if deed.event == "purchase"}


@pytest.fixture
def beside_buyers(settled):
    segment, base = segment_of("friends", GROUP), segment_of("buyers", BUYERS, name="Buyers")
    with translation.override("en"), snapshot() as lake:
        yield group_open(segment, lake, "en", base)
        assert len(lake.universe()) == len(PEOPLE)


def test_a_group_is_compared_with_another_one_which_it_counts_as_a_part_of(beside_buyers: Group):
    compared = BUYERS | GROUP
    assert (beside_buyers.base.group, beside_buyers.base.everyone) == (len(GROUP), len(compared))
    gender = answers(people.attributes(beside_buyers))["gender"]
    of = defaultdict(set)
    for person in PEOPLE:
        if person.id in compared and (value := person.attributes.get("gender")):
            of[value].add(person.id)
    assert {k: v for k, v in counted(gender.data).items() if v[1]} == by_value(of)
    (events,) = behaviour.event_types(beside_buyers)
    assert counted(events.data)["purchase"] == (len(BUYERS & GROUP), len(BUYERS))
    buyers = shopping.buyers_of(beside_buyers)
    assert (buyers.base.group, buyers.base.everyone) == (len(BUYERS & GROUP), len(BUYERS))
    (category,) = shopping.goods(beside_buyers)
    assert category.data.base.everyone == len(BUYERS)
    assert {n.slug: n for n in key_numbers(replace(beside_buyers, buyers=buyers))}["spend"].beside.endswith(
        "“Buyers”"
    )

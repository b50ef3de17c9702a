"""From a province to its cities, beside the same told person by person."""

import re
from collections import Counter
from dataclasses import replace
from itertools import count, islice
from types import SimpleNamespace

import numpy as np
import pytest
from django.urls import reverse
from django.utils import translation
from pyroaring import BitMap

from cdp.store.lake import snapshot
from segments.dashboards.answers import Values
from segments.dashboards.cities import cities_told, city_charts, city_figure
from segments.dashboards.models import Render
from segments.dashboards.opening import group_open
from segments.dashboards.queries.people import attributes, provinces
from segments.dashboards.queries.places import cities, cities_of
from segments.dashboards.services import render_request
from tests.segments.settled import segment_of
from tests.world import HAN_MEIMEI, LI_LEI, LIN_TAO, PEOPLE

GROUP = {LI_LEI, HAN_MEIMEI, LIN_TAO}


def test_the_cities_of_a_province_are_counted_of_those_whose_city_is_known(settled):
    with translation.override("en"), snapshot() as lake:
        found = dict(cities(group_open(segment_of("friends", GROUP), lake, "en")))
    known = [one for one in PEOPLE if one.attributes.get("province") and one.attributes.get("city")]
    everyone = Counter((one.attributes["province"], one.attributes["city"]) for one in known)
    ours = Counter((one.attributes["province"], one.attributes["city"]) for one in known if one.id in GROUP)
    # Of one city alone there is nothing to compare.
    assert list(found) == ["浙江省"]
    assert {share.value: (share.group, share.everyone) for share in found["浙江省"].shares} == {
        city: (ours["浙江省", city], everyone["浙江省", city]) for city in ("杭州市", "宁波市")
    }


def group_living(settled, least, **living):
    """A group of the first half of those in each place, `provinces` and `cities` as sizes by name."""
    with translation.override("en"), snapshot() as lake:
        group = group_open(segment_of("friends", GROUP), lake, "en")
    inside, outside, found = count(1), count(100_001), {"province": {}, "city": {}}
    for place, (ours, theirs) in living.items():
        who = BitMap([*islice(inside, ours), *islice(outside, theirs)])
        province, city = place.split("_")
        found["city"][city] = who
        found["province"][province] = found["province"].get(province, BitMap()) | who
    every = BitMap.union(*found["city"].values())
    values = {slug: Values(holders, every, BitMap()) for slug, holders in found.items()}
    everyone = SimpleNamespace(attribute=lambda slug, _kind: values[slug])
    members = BitMap(one for one in every if one < 100_001)
    fields = tuple(field for field in group.attributes if field.slug in values)
    return replace(group, everyone=everyone, attributes=fields, members=members, universe=every, least=least)


def told(distribution):
    return {share.value: share.group for share in distribution.shares if not share.hidden(distribution.base)}


def test_a_few_of_a_city_do_not_follow_from_the_chart_of_all_cities(settled):
    living = {"east_hill": (60, 200), "east_lake": (5, 100), "west_sand": (90, 200), "west_rock": (40, 200)}
    group = group_living(settled, 20, **living)
    chart = next(answer for answer in attributes(group) if answer.subject == "city").data
    # Of the east 65 are known, and all but the 5 are in the other chart.
    assert told(chart) == {"hill": 60, "sand": 90}
    assert set(dict(cities(group))) == set()
    assert set(dict(cities(replace(group, least=5)))) == {"east", "west"}


def test_a_few_of_a_province_do_not_follow_from_the_map_nor_from_the_cities_of_another(settled):
    living = {"east_hill": (5, 200), "west_sand": (30, 200), "west_rock": (40, 200)}
    living |= {"south_palm": (90, 200), "south_bay": (80, 200)}
    group = group_living(settled, 20, **living)
    (answer,) = provinces(group)
    assert told(answer.data) == {"south": 170}
    assert "west" not in dict(cities(group))


@pytest.mark.parametrize("seed", range(3))
def test_a_city_is_in_the_province_of_most_of_its_people(seed):
    random = np.random.default_rng(seed)
    city = random.integers(0, 20, 4000)
    # One in ten says another province.
    province = np.where(random.random(4000) < 0.9, city // 4, random.integers(0, 5, 4000))

    def sets(places):
        return {str(one): BitMap(np.flatnonzero(places == one).tolist()) for one in np.unique(places)}

    parts = cities_of(sets(province), sets(city))
    assert {one: set(parts[one]) for one in parts} == {
        str(one): {str(place) for place in range(4 * one, 4 * one + 4)} for one in range(5)
    }
    assert cities_of({}, sets(city)) == {}


def test_shares_are_of_those_whose_city_is_known(settled):
    with translation.override("en"), snapshot() as lake:
        group = group_open(segment_of("friends", GROUP), lake, "en")
    people = BitMap(range(1, 11))
    known = {"x": BitMap([1, 2, 3, 4]), "y": BitMap([5, 6, 7])}
    told = {
        "province": Values({"p": people}, people, BitMap()),
        "city": Values(known, BitMap(range(1, 8)), BitMap()),
    }
    stub = SimpleNamespace(attribute=lambda slug, kind: told[slug])
    ((_province, found),) = cities(replace(group, everyone=stub, members=BitMap([1, 5, 8, 9]), universe=people))
    assert (found.base.group, found.base.everyone) == (2, 7)


@pytest.fixture
def shown(settled, client, analyst, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        asked = render_request(segment=segment_of("friends", GROUP), language="zh-hans")
    client.force_login(analyst)
    client.cookies["django_language"] = "zh-hans"
    return Render.objects.get(pk=asked.pk)


def test_a_province_opens_its_cities_and_a_city_its_customers(client, shown):
    page = client.get(reverse("personas:segment", args=["friends"])).content.decode()
    assert re.search(r'<option value="cities-0" data-value="浙江省">浙江省</option>', page)
    opened = client.get(reverse("personas:cities", args=[shown.pk]), {"of": "cities-0"}).content.decode()
    assert "杭州市" in opened and "浙江省：城市" in opened and "application/json" in opened
    link = reverse("personas:customers", args=[shown.pk, "cities-0", 0])
    assert link in opened
    rows = client.get(link, headers={"hx-request": "true"}).content.decode()
    city = shown.content["cities"][0]["data"]["rows"][0][0]
    (who,) = (one for one in PEOPLE if one.id in GROUP and one.attributes.get("city") == city)
    assert reverse("personas:customer", args=[who.id]) in rows
    assert "%22attribute%22" in opened and "segments/new" in opened
    for wrong in ("", "cities-9", "cities-x"):
        assert client.get(reverse("personas:cities", args=[shown.pk]), {"of": wrong}).status_code == 404


def test_a_city_of_a_few_is_not_told_nor_what_would_tell_it(settled):
    living = {"east_hill": (60, 300), "east_bay": (50, 300), "east_lake": (5, 300)}
    living |= {"west_sand": (90, 300), "west_rock": (95, 300)}
    (east, _west) = cities_told(group_living(settled, 20, **living))
    assert {row[0]: row[2] for row in east["data"]["rows"]} == {"hill": 60, "bay": "–", "lake": None}
    with translation.override("en"):
        (chart, _other) = city_charts({"cities": [east, _west]})
    assert chart["note"].endswith("– is not told, so that fewer than 20 do not follow from it")
    drawn = city_figure(chart, {})
    assert sorted(text for text in drawn.data[2].text if "b>" not in text) == ["\u2002<20", "\u2002–"]


def test_a_city_of_a_few_who_are_not_in_the_group_tells_nothing_of_everyone(settled):
    living = {"east_hill": (60, 300), "east_bay": (50, 5), "east_lake": (70, 300), "east_pond": (80, 300)}
    living |= {"west_sand": (90, 400), "west_rock": (95, 400)}
    (east, _west) = cities_told(group_living(settled, 20, **living))
    told = {row[0]: (row[2], row[3]) for row in east["data"]["rows"]}
    # Of the 55 in the bay 50 are members; and without the hill all but them would be what is left of the east.
    assert told["bay"] == (50, "–") and told["lake"] == (70, 370)
    assert sum(theirs == "–" for _ours, theirs in told.values()) == 2


def test_the_cities_of_a_province_of_few_others_are_not_opened(settled):
    living = {"east_hill": (60, 4), "east_bay": (50, 5), "west_sand": (90, 400), "west_rock": (95, 400)}
    living |= {"south_palm": (90, 400), "south_gulf": (95, 450)}
    group = group_living(settled, 20, **living)
    (answer,) = provinces(group)
    assert told(answer.data) == {"east": 110, "west": 185, "south": 185}
    assert {share.value for share in answer.data.shares if share.hidden_beside(answer.data.base)} == {
        "east",
        "west",
    }
    assert set(dict(cities(group))) == {"south"}

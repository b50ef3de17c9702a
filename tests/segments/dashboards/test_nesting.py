"""Two charts whose values nest, told as by someone who subtracts the one from the other."""

import numpy as np
import pytest
from django.utils import translation
from pyroaring import BitMap

from cdp.store.lake import snapshot
from segments.dashboards import content as drawing
from segments.dashboards.nesting import veiled_together
from segments.dashboards.opening import group_open
from segments.dashboards.queries.answer import Answer
from segments.dashboards.registry import CHARTS
from segments.personas.statistics import Base, Distribution, Share, veil
from tests.segments.settled import segment_of
from tests.world import HAN_MEIMEI, LI_LEI, LUCY

LEAST = 20
# So many members and others in each place; a place is in one region.
PLACES = {"hill": (60, 200), "bay": (90, 200), "lake": (5, 100), "sand": (90, 200), "rock": (140, 200)}
REGIONS = {"east": ("hill", "bay"), "north": ("lake", "sand"), "west": ("rock",)}


def people(places):
    """Who lives in each, members first in each, and who is a member."""
    found, members, begin = {}, BitMap(), 0
    for place, (ours, others) in places.items():
        found[place] = BitMap(range(begin, begin + ours + others))
        members |= BitMap(range(begin, begin + ours))
        begin += ours + others
    return found, members


def chart(subject, holders, members):
    everyone = BitMap.union(*holders.values())
    base = Base(len(members & everyone), len(everyone), LEAST)
    shares = tuple(
        Share(value, who.intersection_cardinality(members), len(who), value) for value, who in holders.items()
    )
    return None, Answer(subject, subject, veil(Distribution(shares, base)), base.group, holders=holders)


def both(places, regions):
    holders, members = people(places)
    of_region = {region: BitMap.union(*map(holders.__getitem__, some)) for region, some in regions.items()}
    return chart("place", holders, members), chart("region", of_region, members)


def told(drawn):
    data = drawn[1].data
    return {share.value: share.group for share in data.shares if not share.hidden(data.base)}


def told_beside(drawn):
    data = drawn[1].data
    return {share.value: share.everyone for share in data.shares if not share.hidden_beside(data.base)}


def test_a_few_are_not_what_a_region_has_besides_the_places_in_it_that_are_told():
    place, region = both(PLACES, REGIONS)
    # By itself the chart of places hides the smallest beside the few, the hill in the east.
    assert told(place) == {"bay": 90, "sand": 90, "rock": 140}
    place, region = veiled_together([place, region])
    assert told(region) == {"east": 150, "north": 95, "west": 140}
    # 95 of the north less the 90 of the sand would be the few.
    assert told(place) == {"bay": 90, "rock": 140}


def test_a_few_others_are_not_either():
    places = PLACES | {"lake": (80, 5)}
    place, region = both(places, REGIONS)
    assert "sand" in told_beside(place)
    place, region = veiled_together([place, region])
    assert {"lake", "sand"}.isdisjoint(told_beside(place)) and "north" in told_beside(region)
    assert told(place) == {"hill": 60, "bay": 90, "lake": 80, "sand": 90, "rock": 140}


def test_a_region_that_is_not_told_is_no_sum_of_places_that_are():
    places = {"isle": (5, 100), "hill": (60, 200), "bay": (90, 200), "sand": (50, 200), "rock": (700, 200)}
    regions = {"sea": ("isle",), "east": ("hill", "bay"), "west": ("sand", "rock")}
    place, region = both(places, regions)
    assert told(place) == {"hill": 60, "bay": 90, "rock": 700}
    place, region = veiled_together([place, region])
    # The sea is of 5, so that the east is not told: its two places would be what it has.
    assert told(region) == {"west": 750}
    assert not {"hill", "bay"} <= set(told(place))


def test_nor_is_it_with_what_a_third_chart_tells():
    places = {"isle": (2, 100), "reef": (3, 100), "hill": (60, 200), "bay": (90, 200)}
    places |= {"sand": (50, 200), "rock": (700, 200)}
    regions = {"sea": ("isle", "reef"), "east": ("hill", "bay"), "west": ("sand", "rock")}
    sides = {"left": ("isle", "reef", "bay", "sand"), "right": ("hill", "rock")}
    place, region = both(places, regions)
    _place, side = both(places, sides)
    place, region, side = veiled_together([place, region, side])
    # The right less the rock is the hill; with the bay it would be the east, and all else the 5 of the sea.
    assert told(region) == {"west": 750} and told(side) == {"left": 145, "right": 760}
    assert told(place) == {"rock": 700}


def test_charts_that_do_not_nest_stay_as_they_are():
    holders, members = people(PLACES)
    place = chart("place", holders, members)
    everybody = BitMap.union(*holders.values())
    halves = {"odd": BitMap(who for who in everybody if who % 2), "even": BitMap(w for w in everybody if not w % 2)}
    sides = chart("side", halves, members)
    assert veiled_together([place, sides]) == [place, sides]


def test_in_which_order_charts_stand_and_slips_of_the_pen_make_no_difference():
    place, region = both(PLACES, REGIONS)
    first, second = veiled_together([region, place])
    assert (told(second), told(first)) == tuple(map(told, veiled_together([place, region])))
    holders, members = people(PLACES)
    moved = {"east": BitMap.union(holders["hill"], holders["bay"]), "west": holders["rock"]}
    moved["north"] = (holders["lake"] | holders["sand"]) - BitMap([min(holders["sand"])])
    moved["west"] = moved["west"] | BitMap([min(holders["sand"])])
    place, _region = veiled_together([place, chart("region", moved, members)])
    # One of the sand is said to be of the west, who is the only one there besides those of the rock.
    assert told(place) == {"bay": 90}


def test_who_has_one_of_the_others_lies_in_what_the_others_of_the_coarser_chart_are():
    holders, members = people(PLACES)
    found = {"east": holders["hill"] | holders["bay"], "": holders["lake"] | holders["sand"] | holders["rock"]}
    place, _region = veiled_together([chart("place", holders, members), chart("region", found, members)])
    assert "lake" not in told(place)


@pytest.mark.parametrize("seed", range(30))
def test_whatever_is_told_of_both_no_region_less_its_places_is_of_a_few(seed):
    random = np.random.default_rng(seed)
    places = {f"p{n}": (int(random.poisson(random.choice([8, 40, 90]))), 200) for n in range(9)}
    regions = {f"r{n}": [f"p{3 * n + m}" for m in range(3)] for n in range(3)}
    place, region = veiled_together(list(both(places, regions)))
    mine, whole = told(place), told(region)
    for name, some in regions.items():
        if name in whole:
            left = whole[name] - sum(mine.get(one, 0) for one in some)
            assert left == 0 or left >= LEAST
    left = sum(ours for ours, _others in places.values()) - sum(mine.values())
    assert left == 0 or left >= LEAST


@pytest.fixture
def content(settled, monkeypatch):
    """The picture of a group of which nothing is known but some charts."""
    segment = segment_of("friends", {LI_LEI, HAN_MEIMEI, LUCY})

    def drawn(*charts):
        kind = next(one for one in CHARTS if one.slug == "attribute")
        monkeypatch.setattr(drawing, "_answered", lambda group, progress: [(kind, of) for _none, of in charts])
        with translation.override("en"), snapshot() as lake:
            group = group_open(segment, lake, "en")
            return drawing.content_of(group, lambda *done: None)

    return drawn


def test_a_picture_holds_both_charts_veiled(content):
    (section,) = content(*both(PLACES, REGIONS))["sections"]
    place, region = section["charts"]
    assert {row[0]: row[2] for row in place["data"]["rows"]} == {
        "hill": "–",
        "bay": 90,
        "lake": None,
        "sand": "–",
        "rock": 140,
    }
    assert [row[2] for row in region["data"]["rows"]] == [150, 95, 140]


def test_what_a_chart_does_not_tell_is_no_finding_and_neither_are_all_but_a_few_of_its_others(content):
    shares = [
        Share("a", 400, 4000),
        Share("b", 60, 300),
        Share("c", 5, 1000),
        Share("d", 80, 200),
        Share("e", 6, 300),
    ]
    base = Base(551, 5800, LEAST)
    others = Share("", 86, 500, "others")
    data = veil(Distribution((*shares[:3], others), base))
    every = Distribution(tuple(shares), base)
    found = content((None, Answer("place", "place", data, 551, every)))
    # The few are what b would leave of all; and of the others, d would leave 6.
    assert {one["value"] for one in found["over"]} == set()
    told = content((None, Answer("place", "place", Distribution(tuple(shares), base), 551)))
    assert {"b", "d"} <= {one["value"] for one in told["over"]}

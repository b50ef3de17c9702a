"""What is called a change between two editions, told by numbers one can check by hand."""

import pytest

from segments.dashboards.behind import BARS, WEEK
from segments.editions.differences import differences
from segments.personas.evidence import difference_chance


def chart(slug, rows, *, members=1000, everyone=10_000, least=20, shape=BARS):
    base = [members, everyone, least]
    data = {"shape": shape, "base": base, "rows": [[value, value.title(), *counts] for value, *counts in rows]}
    return {"slug": slug, "title": slug.title(), "note": "", "figure": {}, "data": data}


def content(*charts, members=1000, numbers=(), over=(), under=(), **more):
    sections = [{"slug": "who", "title": "Who", "charts": list(charts)}]
    return {
        "members": members,
        "numbers": list(numbers),
        "sections": sections,
        "over": over,
        "under": under,
        **more,
    }


def number(slug, value, *, unit="whole"):
    return {"slug": slug, "label": slug.title(), "text": str(value), "unit": unit, "value": value}


def finding(value, *, tgi="150", rule=None):
    return {"subject": "City", "value": value, "tgi": tgi, "share": "30%", "rule": rule}


def test_a_bar_that_moved_further_than_chance_is_a_change():
    before = chart("city", [("east", 300, 2000), ("west", 700, 8000)])
    after = chart("city", [("east", 420, 2100), ("west", 580, 7900)])
    (found,) = differences(content(before), content(after)).changed
    assert [(row.value, round(row.points, 3)) for row in found.sure] == [("east", 0.12), ("west", -0.12)]


def test_what_chance_explains_is_none():
    before, after = chart("city", [("east", 300, 2000)]), chart("city", [("east", 310, 2000)])
    found = differences(content(before), content(after))
    assert not found.changed
    assert [one.slug for one in found.steady] == ["city"]
    assert found.charts[0].rows[0].points == pytest.approx(0.01)


def test_many_comparisons_need_more_than_one():
    """One p of 0.005 is a change by itself, and none among a hundred that did not move."""
    assert 0.001 < difference_chance(300, 1000, 358, 1000) < 0.01
    moved = chart("city", [("east", 300, 2000)]), chart("city", [("east", 358, 2000)])
    still = chart("still", [(f"v{place}", 100, 1000) for place in range(100)])
    assert differences(content(moved[0]), content(moved[1])).changed
    assert not differences(content(moved[0], still), content(moved[1], still)).changed


def test_too_few_members_to_show_are_compared_with_nothing():
    before = chart("city", [("east", None, 2000), ("west", 700, 8000)])
    after = chart("city", [("east", 600, 2000), ("west", None, 8000)])
    rows = differences(content(before), content(after)).charts[0].rows
    assert [(row.points, row.q) for row in rows] == [(None, None), (None, None)]


def test_values_and_charts_that_came_or_went():
    before = content(chart("city", [("east", 300, 2000)]), chart("old", [("a", 300, 2000)]))
    after = content(chart("city", [("east", 300, 2000), ("north", 100, 900)]), chart("new", [("b", 300, 2000)]))
    found = differences(before, after)
    assert [(one.slug, one.before is None, one.after is None) for one in found.one_sided] == [
        ("new", True, False),
        ("old", False, True),
    ]
    assert [(row.value, row.before is None) for row in found.charts[0].rows] == [("east", False), ("north", True)]


def test_hours_of_a_week_are_told_apart_by_their_day():
    hours = [(f"{hour:02}", 100, 1000) for _day in range(7) for hour in range(24)]
    late = [*hours[:-1], ("23", 300, 1000)]
    found = differences(content(chart("week", hours, shape=WEEK)), content(chart("week", late, shape=WEEK)))
    assert [(row.day, row.value) for row in found.changed[0].sure] == [(6, "23")]


def test_numbers_say_by_how_much_and_shares_whether_it_is_chance():
    before = content(numbers=[number("size", 1000), number("buyers", 0.3, unit="share"), number("gone", 1)])
    after = content(numbers=[number("size", 1200), number("buyers", 0.45, unit="share"), number("came", 2)])
    found = {one.slug: one for one in differences(before, after).numbers}
    assert (found["size"].difference, found["size"].q) == (200, None)
    assert found["buyers"].is_sure
    assert (found["came"].before, found["gone"].after) == (None, None)


def test_findings_that_appeared_vanished_or_turned_round():
    east, west = ({"attribute": "city", "op": "is", "value": value} for value in ("east", "west"))
    before = content(over=[finding("East", rule=east), finding("Old")])
    after = content(over=[finding("New")], under=[finding("The east", rule=east), finding("W", rule=west)])
    found = differences(before, after)
    assert [one.value for one in found.appeared] == ["New", "W"]
    assert [one.value for one in found.vanished] == ["Old"]
    assert [(one.value, one.over) for one in found.turned] == [("The east", False)]


def test_the_chance_of_no_difference_is_one():
    assert difference_chance(0, 50, 0, 80) == 1.0
    assert difference_chance(30, 60, 40, 80) == pytest.approx(1.0)

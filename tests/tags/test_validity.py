"""How long a value counts, and that what no longer counts is shown and read as missing everywhere."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cdp.access.viewer import SYSTEM
from segments.refresh import refresh_due
from segments.services import segment_save
from tags.membership import CurrentMembers
from tags.models import Schedule, Tag
from tags.selectors import tag_counts, tag_numbers, tag_values, tags_of
from tags.upstream import troubles
from tests.shop import AS_OF, SPENT, bought, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def ago(days):
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def page(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    return client


def region(analyst, days):
    return tag_make("region", labels(("east", lives_in("浙江省"))), analyst, valid_days=days)


@pytest.mark.parametrize(("days", "counts"), [(None, True), (11, True), (9, False)])
def test_a_result_counts_for_its_days_and_then_reads_as_missing(shop, analyst, compute, days, counts):
    ids = shop.people(2, "浙江省")
    compute(region(analyst, days), as_of=ago(10))
    expected = set(ids) if counts else set()
    assert set(tag_values(SYSTEM, "region")["east"]) == expected
    assert tag_counts(SYSTEM) == {"region": len(expected)}
    assert len(tags_of(SYSTEM, ids[0])) == counts


def test_rules_go_by_their_own_moment(shop, analyst, compute):
    ids = shop.people(2, "浙江省")
    compute(region(analyst, 30))
    top = tag_make("top", labels(("known", {"tag": "region", "op": "exists"}), rest="unknown"), analyst)
    compute(top, as_of=AS_OF + 30 * DAY - timedelta(seconds=1))
    assert set(tag_values(SYSTEM, "top")["known"]) == set(ids)
    compute(top, as_of=AS_OF + 30 * DAY)
    assert set(tag_values(SYSTEM, "top")["unknown"]) == set(ids)


def test_expired_numbers_are_missing_numbers(shop, analyst, compute):
    (anna,) = shop.people(1)
    shop.buy((anna, "2026-06-01 10:00:00", 10))
    compute(tag_make("spent", {"v": 1, "measure": SPENT}, analyst, valid_days=5), as_of=ago(6))
    assert tag_numbers(SYSTEM, "spent").num_rows == 0
    assert CurrentMembers().tag_numbers("spent").num_rows == 0
    assert CurrentMembers(ago(3)).tag_numbers("spent").num_rows == 1


def test_an_expired_tag_says_so_and_so_does_what_is_built_on_it(page, shop, analyst, compute):
    shop.people(2, "浙江省")
    tag = region(analyst, 5)
    compute(tag, as_of=ago(6))
    segment_save(slug="east", rule={"tag": "region", "op": "exists"}, actor=analyst)
    shown = page.get(reverse("tags:detail", args=["region"])).content.decode()
    assert "The values expired: they are valid for 5 days after a refresh" in shown
    assert [found.state for below in troubles(SYSTEM).values() for found in below] == ["expired"]
    listed = page.get(reverse("tags:list"), {"state": "expired"}).content.decode()
    assert "is-expired" in listed and "region" in listed
    for state in ("fresh", "behind", "stale"):
        assert "No tag fits" in page.get(reverse("tags:list"), {"state": state}).content.decode()
    compute(tag, as_of=timezone.now())
    assert "The values expired" not in page.get(reverse("tags:detail", args=["region"])).content.decode()
    assert tag_counts(SYSTEM) == {"region": 2}


def sets(slug):
    return {value: set(members) for value, members in tag_values(SYSTEM, slug).items()}


def test_a_kept_value_goes_once_no_refresh_has_given_it_for_so_long(shop, analyst, compute):
    ids = shop.people(2, "浙江省")
    definition = labels(("east", lives_in("浙江省")), ("west", lives_in("四川省")))
    tag = tag_make("region", definition, analyst, empty_policy="keep", valid_days=10_000)
    Tag.objects.update(valid_days=10)
    start = ago(9)
    compute(tag, as_of=start)
    shop.move(ids[:1], "海南省")
    compute(tag, as_of=start + 5 * DAY)
    assert sets("region")["east"] == set(ids)
    compute(tag, as_of=start + 9 * DAY)
    assert sets("region")["east"] == set(ids)
    (run,) = compute(tag, as_of=start + 10 * DAY)
    assert (sets("region")["east"], run.left) == ({ids[1]}, 1)
    shop.move(ids[:1], "四川省")
    compute(tag, as_of=start + 11 * DAY)
    assert sets("region") == {"east": {ids[1]}, "west": {ids[0]}}


def test_without_days_a_kept_value_stays(shop, analyst, compute):
    ids = shop.people(1, "浙江省")
    tag = tag_make("region", labels(("east", lives_in("浙江省"))), analyst, empty_policy="keep")
    compute(tag, as_of=AS_OF)
    shop.move(ids, "海南省")
    compute(tag, as_of=AS_OF + 400 * DAY)
    assert sets("region") == {"east": set(ids)}


def test_a_kept_number_goes_the_same_way(shop, analyst, compute):
    (anna,) = shop.people(1)
    shop.buy((anna, "2026-06-29 10:00:00", 150))
    recent = {"event": "purchase", "agg": "max", "property": "amount", "window": {"last": 3, "unit": "day"}}
    given = {"empty_policy": "keep", "valid_days": 1000}
    tag = tag_make("recent", {"v": 1, "measure": recent}, analyst, **given)
    compute(tag)
    (run,) = compute(tag, as_of=AS_OF + 50 * DAY)
    assert run.matched == 1
    Tag.objects.update(valid_days=40)
    (run,) = compute(tag, as_of=AS_OF + 51 * DAY)
    assert run.matched == 0


@pytest.mark.parametrize("schedule", [Schedule.HOURLY, Schedule.DAILY, Schedule.WEEKLY])
def test_a_schedule_refreshes_its_own_tags_and_segments_and_nothing_else(shop, analyst, schedule):
    for other in Schedule.values:
        tag_make(f"tag-{other}", labels(("x", bought())), analyst, schedule=other)
        segment_save(slug=f"segment-{other}", rule=bought(), actor=analyst, schedule=other)
    found = refresh_due(schedule=schedule)
    assert sorted(slug for _kind, slug in found.targets) == [f"segment-{schedule}", f"tag-{schedule}"]

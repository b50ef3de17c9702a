"""The past worked out afterwards: as of the end of each day, beside what is in use."""

from datetime import date, datetime

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from pyroaring import BitMap

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.ledger.models import JobState
from cdp.store.models import Attribute
from segments.backfill import backfill_create, days_of
from segments.models import Backfill, Segment, SegmentRun
from segments.past import segment_members_as_of
from segments.services import segment_save
from tags.models import Tag, TagRun
from tags.moments import end_of_day
from tags.past import tag_values_as_of
from tags.selectors import tag_values
from tests.shop import AS_OF, bought, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("since", "until", "every", "days"),
    [
        ("2026-06-01", "2026-06-03", "day", ["2026-06-01", "2026-06-02", "2026-06-03"]),
        ("2026-06-01", "2026-06-01", "day", ["2026-06-01"]),
        ("2026-06-01", "2026-06-16", "week", ["2026-06-01", "2026-06-08", "2026-06-15"]),
        ("2026-01-31", "2026-04-01", "month", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("2027-11-30", "2028-03-01", "month", ["2027-11-30", "2027-12-30", "2028-01-30", "2028-02-29"]),
    ],
)
def test_the_days_of_a_backfill(since, until, every, days):
    found = days_of(date.fromisoformat(since), date.fromisoformat(until), every)
    assert [day.isoformat() for day in found] == days


def test_as_of_a_day_is_its_last_microsecond_by_the_business_clock():
    assert end_of_day(date(2026, 6, 30)) == datetime.fromisoformat("2026-06-30T23:59:59.999999+08:00")


@pytest.fixture
def world(shop, analyst):
    """Anna buys on 2 June, Bo on 3 June shortly before midnight, Chen on 4 June at midnight (times of Shanghai).
    Tag buyer → segment buyers → tag fan. All is computed as of 30 June."""
    anna, bo, chen = shop.people(3, "浙江省")
    shop.buy((anna, "2026-06-02 04:00:00", 10), (bo, "2026-06-03 15:59:59", 10), (chen, "2026-06-03 16:00:00", 10))
    tag_make("buyer", labels(("yes", bought()), rest="no"), analyst, names={"en": "Buyer"})
    segment_save(slug="buyers", rule={"tag": "buyer", "op": "is", "value": "yes"}, actor=analyst)
    tag_make("fan", labels(("fan", {"segment": "buyers"})), analyst)
    call_command("refresh", "--as-of", "2026-06-30T12:00")
    return anna, bo, chen


def past(*slugs, to="2026-06-05", since="2026-06-01", every="day"):
    call_command("refresh", *slugs, "--from", since, "--to", to, "--every", every)


def on(day, slug="buyer", value="yes"):
    return set(tag_values_as_of(SYSTEM, slug, end_of_day(date.fromisoformat(day))).values[value])


def test_each_day_sees_what_had_happened_by_its_end(world, capsys):
    anna, bo, chen = world
    past("buyer")
    assert [on(f"2026-06-0{day}") for day in range(1, 6)] == [
        set(),
        {anna},
        {anna, bo},
        {anna, bo, chen},
        {anna, bo, chen},
    ]
    rows = TagRun.objects.filter(version__tag__slug="buyer", past=True).order_by("as_of")
    assert [(run.trigger, run.counts["yes"]) for run in rows] == [("backfill", n) for n in (0, 1, 2, 3, 3)]
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [(line[0], line[2][:10], line[-1]) for line in lines[-5:]] == [
        ("buyer", f"2026-06-0{day}", "done") for day in range(1, 6)
    ]


def test_what_is_in_use_stays_and_what_lies_below_is_of_the_same_day(world):
    anna, bo, _chen = world
    in_use = Tag.objects.get(slug="fan").run
    past("fan", to="2026-06-03", since="2026-06-02")
    assert [on(f"2026-06-0{day}", "fan", "fan") for day in (2, 3)] == [{anna}, {anna, bo}]
    assert Tag.objects.get(slug="fan").run == in_use
    assert set(tag_values(SYSTEM, "fan")["fan"]) == set(world)
    assert not TagRun.objects.filter(version__tag__slug="buyer", past=True).exists()


def test_a_segment_has_a_past_too_and_between_two_days_the_earlier_counts(world):
    past("buyers", every="week", to="2026-06-20")
    runs = SegmentRun.objects.filter(past=True).order_by("as_of")
    assert [(run.matched, run.entered) for run in runs] == [(0, 0), (3, 3), (3, 0)]
    assert set(segment_members_as_of(SYSTEM, "buyers", end_of_day(date(2026, 6, 10))).members) == set(world)
    assert segment_members_as_of(SYSTEM, "buyers", end_of_day(date(2026, 6, 7))).members == BitMap()
    assert segment_members_as_of(SYSTEM, "buyers", end_of_day(date(2026, 5, 1))) is None
    assert Segment.objects.get(slug="buyers").count == 3


def test_a_day_that_is_there_is_not_worked_out_again_until_the_data_change(world, shop):
    past("buyer", "buyers")
    before = list(TagRun.objects.order_by("pk").values_list("pk", flat=True))
    past("buyer", "buyers")
    assert list(TagRun.objects.order_by("pk").values_list("pk", flat=True)) == before
    shop.buy((world[1], "2026-06-01 04:00:00", 10))
    past("buyer")
    assert on("2026-06-01") == {world[1]}
    assert TagRun.objects.filter(past=True).count() == 5


def test_the_newest_moment_is_put_in_use(shop, analyst):
    (anna,) = shop.people(1)
    shop.buy((anna, "2026-06-02 04:00:00", 10))
    tag = tag_make("buyer", labels(("yes", bought())), analyst)
    past("buyer", to="2026-06-02")
    tag.refresh_from_db()
    assert tag.run.as_of == end_of_day(date(2026, 6, 2))
    assert (tag.run.trigger, tag.run.past) == ("backfill", False)
    assert set(tag_values(SYSTEM, "buyer")["yes"]) == {anna} == on("2026-06-02")
    assert on("2026-06-01") == set()


def test_a_tag_that_keeps_its_last_value_keeps_it_from_day_to_day(shop, analyst):
    (anna,) = shop.people(1)
    shop.buy((anna, "2026-06-02 04:00:00", 10))
    today = {**bought(), "window": {"this": "day"}}
    tag_make("buyer", labels(("yes", today)), analyst, empty_policy="keep")
    call_command("refresh", "--as-of", "2026-07-30T12:00")
    past("buyer", to="2026-06-03")
    assert [on(f"2026-06-0{day}") for day in (1, 2, 3)] == [set(), {anna}, {anna}]


def test_the_history_of_runs_in_use_is_told_from_their_changes(world, shop):
    moved = shop.people(1, "四川省")
    shop.buy((moved[0], "2026-06-29 04:00:00", 10))
    call_command("refresh", "--as-of", "2026-07-02T12:00")
    assert on("2026-06-30") == set(world)
    assert on("2026-07-01") == set(world)
    assert on("2026-07-02") == {*world, *moved}
    assert set(segment_members_as_of(SYSTEM, "buyers", AS_OF).members) == set(world)


def test_a_past_run_between_does_not_disturb_the_history_of_what_was_in_use(world, shop):
    call_command("refresh", "--as-of", "2026-07-02T12:00")
    past("buyer", "buyers")
    shop.buy((shop.people(1)[0], "2026-06-29 04:00:00", 10))
    call_command("refresh", "--as-of", "2026-07-03T12:00")
    assert on("2026-07-02") == set(world) and len(on("2026-07-03")) == 4
    assert len(segment_members_as_of(SYSTEM, "buyers", end_of_day(date(2026, 7, 3))).members) == 4


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["buyer", "--from", "2026-06-05", "--to", "2026-06-01"], "before the first"),
        (["buyer", "--to", "2026-06-05"], "--to needs --from"),
        (["buyer", "--from", "soon"], '"soon" is not a day'),
        (["buyers-of-old", "--from", "2026-06-05"], "buyers-of-old"),
        (["buyer", "--from", "2026-06-05", "--to", "2999-01-01"], "not over yet"),
    ],
)
def test_what_cannot_be_worked_out_is_refused_in_words(world, capsys, arguments, words):
    with pytest.raises(SystemExit) as stop, translation.override("en"):
        call_command("refresh", *arguments)
    assert stop.value.code == 2 and words in capsys.readouterr().err
    assert not Backfill.objects.exists()


def test_a_day_is_over_only_at_its_end(world):
    with pytest.raises(UserError, match="not over yet"):
        today = timezone.localtime().date()
        backfill_create(slugs=["buyer"], since=today, until=today)


def test_a_day_that_fails_is_told_and_leaves_no_values_of_today(world, analyst, capsys):
    tag_make("region", labels(("east", lives_in("浙江省"))), analyst)
    tag_make("top", labels(("x", {"not": {"tag": "region", "op": "exists"}})), analyst)
    call_command("refresh")
    Attribute.objects.filter(slug="province").delete()
    with pytest.raises(SystemExit):
        past("top", to="2026-06-01")
    out, err = capsys.readouterr()
    assert out.splitlines()[-1].split()[-1] == "failed" and "region" in err
    assert TagRun.objects.get(version__tag__slug="top", past=True).state == JobState.FAILED
    assert Backfill.objects.get().state == JobState.FAILED
    assert Tag.objects.get(slug="top").stale_since is None


def test_the_page_answers_for_a_day(world, analyst):
    past("buyer", "buyers")
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    address = reverse("tags:detail", args=["buyer"])
    shown = client.get(address, {"on": "2026-06-03"}).content.decode()
    answer = shown.split('id="past"')[1].split("</section>")[0]
    assert "as of 2026-06-03 23:59" in answer and "worked out afterwards" in answer
    assert '<span>yes</span><span class="qb-count">2 ' in answer
    answer = client.get(address, {"on": "2026-06-20"}).content.decode().split('id="past"')[1]
    assert "There is no refresh of that day; this is from the one before" in answer
    assert "Nothing is known of that day" in client.get(address, {"on": "2026-05-20"}).content.decode()
    assert "is not a day" in client.get(address, {"on": "yesterday"}).content.decode()
    segment = client.get(reverse("segments:detail", args=["buyers"]), {"on": "2026-06-03"}).content.decode()
    assert '<span>Members</span><span class="qb-count">2 ' in segment
    assert "Where the numbers lie" not in shown and "How the values are spread" in shown

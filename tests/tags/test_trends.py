"""The history of a tag: what each run leaves behind, the charts of it, and when a jump is out of the ordinary."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from segments.models import SegmentRun
from segments.services import segment_refresh_request, segment_save
from tags.charts import bands, flow, level
from tags.drift import drift
from tags.models import TagRun
from tags.trends import history, trends
from tests.shop import AS_OF, SPENT, labels, lives_in, tag_make


@pytest.mark.parametrize(
    ("shares", "jumped"),
    [
        ([0.50, 0.51, 0.50, 0.51, 0.50, 0.90], True),
        ([0.50, 0.51, 0.50, 0.51, 0.50, 0.10], True),
        ([0.50, 0.51, 0.50, 0.51, 0.90], False),  # only four before
        ([0.50, 0.50, 0.50, 0.50, 0.50, 0.51], False),  # a point is nothing
        ([0.50, 0.50, 0.50, 0.50, 0.50, 0.511], True),
        ([0.10, 0.15, 0.20, 0.25, 0.30, 0.35], False),  # growing as ever
        ([0.10, 0.15, 0.20, 0.25, 0.30, 0.30], True),  # and no more
        ([0.20, 0.40, 0.15, 0.45, 0.20, 0.50], False),  # it always swings
        ([0.0, 0.0, 0.0, 0.0, 0.0, 0.0], False),
    ],
)
def test_a_jump_is_what_its_own_history_does_not_know(shares, jumped):
    assert (drift(shares) is not None) == jumped


def test_a_jump_is_measured_by_the_median_and_its_deviation():
    found = drift([0.50, 0.52, 0.50, 0.53, 0.50, 0.80])
    # Changes 2, −2, 3, −3 points: median 0, MAD 2.5 points, limit 3 × 1.4826 × 2.5.
    assert (found.before, found.now, found.usual) == (0.50, 0.80, pytest.approx(0.0))
    assert found.limit == pytest.approx(3 * 1.4826 * 0.025)


def test_a_level_fills_its_box_and_marks_its_jumps():
    moments = [AS_OF + timedelta(days=day) for day in range(3)]
    shape = level(moments, [0.1, 0.3, 0.2], [False, True, False])
    assert shape.line == "4,116.0 300,4.0 596,60.0"
    assert (shape.marks, shape.low, shape.high) == ((300.0,), 0.1, 0.3)


def test_what_came_stands_up_and_what_went_hangs_down():
    shape = flow([AS_OF, AS_OF + timedelta(days=1)], [10, 0], [5, 0])
    came, went, *_none = shape.bars
    assert (came.y, came.height, went.y, went.height) == (4.0, 56.0, 60.0, 28.0)
    assert flow([AS_OF], [0], [0]) is None


def test_values_are_stacked_to_the_whole():
    shape = bands([AS_OF, AS_OF + timedelta(days=1)], {"a": [1, 3], "b": [3, 1]})
    assert [band.points for band in shape.bands] == [
        "4,90.0 596,30.0 596,120.0 4,120.0",
        "4,0.0 596,0.0 596,30.0 4,90.0",
    ]
    assert shape.spots[1].figures == (("a", 0.75), ("b", 0.25))


@pytest.fixture
def page(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    return client


@pytest.fixture
def jumpy(db, shop, analyst, compute):
    """Ten customers; region says east of five of them for six days, then of all ten."""
    east, rest = shop.people(5, "浙江省"), shop.people(5, "四川省")
    tag = tag_make("region", labels(("east", lives_in("浙江省")), ("far", lives_in("海南省"))), analyst)
    for day in range(6):
        compute(tag, as_of=AS_OF + timedelta(days=day))
    shop.move(rest, "浙江省")
    compute(tag, as_of=AS_OF + timedelta(days=6))
    return tag, east


def test_each_run_keeps_how_many_had_each_value(jumpy):
    counts = TagRun.objects.order_by("as_of").values_list("counts", flat=True)
    assert [count["east"] for count in counts] == [5] * 6 + [10]


def test_a_jump_is_told_on_the_page_in_the_catalogue_and_in_the_ledger(page, jumpy):
    assert [bool(run.drift) for run in TagRun.objects.order_by("as_of")] == [False] * 6 + [True]
    shown = page.get(reverse("tags:detail", args=["region"])).content.decode()
    assert "Coverage jumped from 50% to 100% of the customers" in shown
    assert shown.count(">jumped</span>") == 1 and 'class="is-jump"' in shown
    for title in ("Share of all customers", "Entered and left, refresh by refresh", "How the values are spread"):
        assert title in shown
    assert ">jumped</span>" in page.get(reverse("tags:list")).content.decode()


def test_a_new_version_starts_a_history_of_its_own(jumpy, analyst, compute, shop):
    tag = tag_make("region", labels(("east", lives_in("西藏"))), analyst)
    (run,) = compute(tag, as_of=AS_OF + timedelta(days=7))
    assert (run.matched, run.drift) == (0, None)


@pytest.mark.django_db
def test_numbers_keep_their_quartiles(page, shop, analyst, compute):
    ids = shop.people(3)
    shop.buy(*[(one, "2026-06-01 10:00:00", amount) for one, amount in zip(ids, (10, 20, 40), strict=True)])
    tag = tag_make("spent", {"v": 1, "measure": SPENT}, analyst)
    compute(tag)
    (run,) = compute(tag, as_of=AS_OF + timedelta(days=1))
    assert (run.quartiles, run.counts) == ([15.0, 20.0, 30.0], {"": 3})
    assert "Where the numbers lie" in page.get(reverse("tags:detail", args=["spent"])).content.decode()


@pytest.mark.django_db
def test_a_segment_jumps_too(page, shop, analyst, django_capture_on_commit_callbacks):
    shop.people(5, "浙江省")
    rest = shop.people(5, "四川省")
    segment = segment_save(slug="east", rule=lives_in("浙江省"), actor=analyst)
    for day in range(7):
        if day == 6:
            shop.move(rest, "浙江省")
        with django_capture_on_commit_callbacks(execute=True):
            segment_refresh_request(segments=[segment], as_of=AS_OF + timedelta(days=day))
    assert [bool(run.drift) for run in SegmentRun.objects.order_by("as_of")] == [False] * 6 + [True]
    assert "Coverage jumped" in page.get(reverse("segments:detail", args=["east"])).content.decode()
    assert ">jumped</span>" in page.get(reverse("segments:list")).content.decode()


def test_of_two_runs_as_of_one_moment_the_later_counts(jumpy, compute):
    tag, _east = jumpy
    compute(tag, as_of=AS_OF)
    kept = history(TagRun.objects.all())
    assert [run.as_of for run in kept] == [AS_OF + timedelta(days=day) for day in range(7)]
    assert kept[0].matched == 10
    assert trends(kept[:1], {}) is None

"""What the form of each kind of tag shows beside its counts, as a marketer meets it."""

import re
from datetime import timedelta

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tags.builder.definitions import write_definition
from tags.builder.posted import fields_of
from tags.pictures.histogram import equal_cuts, round_cuts, spread
from tags.rules.definition import parse_definition
from tags.services import tag_save

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    return client


@pytest.fixture
def live(page):
    """What stands beside a form that was sent, without marks."""

    def ask(sent):
        answer = page.post(reverse("tags:live-count"), sent)
        assert answer.status_code == 200
        text = re.sub(r"<[^>]+>", " ", answer.content.decode())
        return " ".join(text.split())

    return ask


def bought(place, label, at_least, **more):
    field = f"layers.{place}.when.items.0"
    return {
        f"layers.{place}.label": label,
        f"layers.{place}.when.join": "all",
        f"{field}.type": "event",
        f"{field}.event[]": ["purchase"],
        f"{field}.agg": "count",
        f"{field}.op": ">=",
        f"{field}.value.text": at_least,
        f"{field}.window.shape": "ever",
    }


@pytest.fixture
def regulars(shop):
    """One bought three times, two bought twice, one once, one never."""
    often, twice, again, once, never = shop.people(5)
    days = ("2026-05-01", "2026-05-11", "2026-06-20")
    orders = [(often, 3), (twice, 2), (again, 2), (once, 1)]
    shop.buy(*[(who, f"{day}T04:00:00", 10) for who, many in orders for day in days[:many]])
    return often, twice, again, once, never


# Layers


def test_each_value_says_how_many_an_earlier_one_has_already(live, regulars):
    text = live({"kind": "labels", **bought(0, "regular", 2), **bought(1, "buyer", 1)})
    assert "Given to all 3 who fit." in text
    assert "Given to 1 of the 4 who fit. Have an earlier value: 3 regular 3" in text
    assert "Fit none of the values: 1" in text


def test_a_value_that_nobody_is_left_for_is_pointed_out(live, regulars):
    text = live({"kind": "labels", **bought(0, "buyer", 1), **bought(1, "", 2)})
    assert "Given to nobody: all 3 who fit have an earlier value. buyer 3" in text


def test_where_every_value_counts_nobody_is_taken_and_both_are_counted(live, regulars):
    text = live({"kind": "labels", "multiple": "1", **bought(0, "regular", 2), **bought(1, "buyer", 1)})
    assert "Given to all 3 who fit; with another value as well: 3" in text
    assert "Given to all 4 who fit; with another value as well: 3" in text


# Bins


COUNTED = {
    "kind": "measure",
    "measure.event[]": ["purchase"],
    "measure.agg": "count",
    "measure.window.shape": "ever",
}


def test_the_spread_is_shown_while_limits_are_missing(live, regulars):
    text = live({**COUNTED, "bins.0.label": "few", "bins.0.below": "", "bins.1.label": "many"})
    assert "How the numbers of 5 customers are spread" in text
    assert "Fill in 1 more place" in text


def test_the_picture_tells_each_bin_and_suggests_where_to_cut(page, regulars):
    sent = {**COUNTED, "bins.0.label": "few", "bins.0.below": "2", "bins.1.label": "many", "bins.1.below": ""}
    answer = page.post(reverse("tags:live-count"), sent).content.decode()
    assert ">few<br><b>2</b> <small>40%" in answer
    assert ">many<br><b>3</b> <small>60%" in answer
    assert 'data-low="0.0"' in answer
    assert 'data-cuts="2"' in answer


@pytest.mark.parametrize(
    ("numbers", "parts", "equal", "round_"),
    [
        ([1, 2, 3, 4, 5, 6], 3, [3, 5], [3, 5]),
        ([0, 0, 0, 0, 7, 9], 3, [7, 9], [7, 9]),
        ([4, 4, 4], 3, [], []),
        ([0, 103, 212, 389, 871, 5000], 2, [389], [400]),
    ],
)
def test_suggested_limits_rise_and_leave_equal_numbers_together(numbers, parts, equal, round_):
    ordered = np.array(numbers, dtype=float)
    assert equal_cuts(ordered, parts) == equal
    assert round_cuts(ordered, parts) == round_


def test_a_long_tail_has_a_bar_of_its_own_and_nobody_is_lost():
    numbers = np.sort(np.append(np.arange(300.0), [90_000.0, 95_000.0]))
    found = spread(numbers, [100.0])
    assert found.high <= 305
    assert found.above == 2
    assert sum(found.counts) + found.above == 302
    assert found.bins == (100, 202)


# RFM


RFM = {
    "kind": "rfm",
    "rfm.events.event[]": ["purchase"],
    "rfm.events.window.shape": "ever",
    "rfm.amount": "amount",
    "rfm.scores": "limits",
    "rfm.recency[]": ["10", "20", "30", "40"],
    "rfm.frequency[]": ["2", "3", "4", "5"],
    "rfm.monetary[]": ["15", "25", "35", "45"],
}


def test_groups_follow_the_limits(live, regulars):
    """F: 2 for those who bought twice, 3 for three times, 1 for once; the mean is 2."""
    text = live(RFM)
    assert "The eight groups of 4 customers" in text
    assert "No score, because they have no such event: 1" in text
    assert "F 2" in text.split("Mean scores:")[1]
    more = live({**RFM, "rfm.frequency[]": ["1", "2", "3", "4"]})
    assert "F 3" in more.split("Mean scores:")[1]


def test_limits_that_do_not_rise_are_pointed_at_where_they_are(page, shop):
    sent = {**RFM, "rfm.frequency[]": ["3", "2", "4", "5"], "names.en": "RFM", "save": "draft"}
    answer = page.post(reverse("tags:new"), sent)
    assert answer.status_code == 422
    beside = answer.content.decode().split('id="f-rfm-frequency-problem"')[1].split("</div>")[0]
    assert "Four rising numbers are needed." in beside
    assert 'value="35"' in answer.content.decode()


def test_an_empty_limit_asks_to_be_filled_in_and_today_s_fifths_are_offered(live, regulars):
    text = live({**RFM, "rfm.monetary[]": ["", "", "", ""]})
    assert "Fill in 1 more place" in text
    assert "Near today's fifths" in text


# Life cycle and preference


LIFE = {"kind": "lifecycle", "lifecycle.events.event[]": ["purchase"]}


def test_a_life_cycle_counts_who_moved(live, shop):
    new, sleeper = shop.people(2)
    today = timezone.now().replace(tzinfo=None)
    shop.buy((new, f"{today - timedelta(days=3):%Y-%m-%dT%H:%M:%S}", 10))
    shop.buy((sleeper, f"{today - timedelta(days=100):%Y-%m-%dT%H:%M:%S}", 10))
    text = live({**LIFE, "lifecycle.dormant": "90", "lifecycle.churned": "180"})
    assert "prospect new 1 100%" in text
    assert "active dormant 1 100%" in text
    assert "2 customers are in another state than 30 days ago." in text


def test_days_in_the_wrong_order_are_pointed_at(page, shop):
    sent = {**LIFE, "lifecycle.churned": "60", "names.en": "Life", "save": "draft"}
    answer = page.post(reverse("tags:new"), sent).content.decode()
    beside = answer.split('id="f-lifecycle-churned-problem"')[1].split("</div>")[0]
    assert "A customer is dormant first" in beside


def test_a_preference_is_a_table_and_says_who_has_none(live, regulars):
    sent = {
        "kind": "preference",
        "preference.events.event[]": ["purchase"],
        "preference.events.window.shape": "ever",
        "preference.property": "channel",
        "preference.min_events": "2",
    }
    text = live(sent)
    assert "web 3 60%" in text
    assert "Prefer something 3" in text
    assert "nothing weighs enough 1" in text
    assert "Have no such event 1" in text


# Every kind


DEFINITIONS = {
    "rfm": {
        "event": "purchase",
        "window": {"last": 365, "unit": "day"},
        "amount": "amount",
        "scores": {"recency": [30, 60, 90, 180], "frequency": [2, 3, 5, 9], "monetary": [100, 200, 300, 400]},
    },
    "lifecycle": {"event": "purchase", "new": 20, "dormant": 60, "churned": 100, "won_back": 10},
    "preference": {
        "event": "purchase",
        "where": {"all": [{"property": "amount", "op": ">=", "value": 5}]},
        "window": {"last": 90, "unit": "day"},
        "property": "channel",
        "weight": {"half_life": 30},
        "top": 2,
        "min_events": 1,
        "min_share": 0.25,
    },
}


@pytest.mark.parametrize("kind", DEFINITIONS)
def test_a_saved_definition_opens_in_its_form_and_is_saved_as_it_was(page, shop, analyst, kind):
    definition = {"v": 1, **DEFINITIONS[kind]}
    tag = tag_save(slug="mine", kind=kind, definition=definition, actor=analyst, names={"en": "Mine"})
    shown = page.get(reverse("tags:edit", args=["mine"])).content.decode()
    assert "textarea" not in shown
    tree = write_definition(kind, definition, "en")
    page.post(reverse("tags:edit", args=["mine"]), {**dict(fields_of(tree)), "names.en": "Mine", "save": "draft"})
    kept = tag.versions.get(state="draft").definition
    assert parse_definition(kind, kept) == parse_definition(kind, definition)

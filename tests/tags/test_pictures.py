"""What the form of each kind of tag shows beside its counts, as a marketer meets it."""

import re

import pytest
from django.test import Client
from django.urls import reverse

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

"""What is kept of a customer's tags between two questions is right after anything that changes them."""

import pytest
from django.utils import translation

from cdp.access.viewer import SYSTEM
from tags.models import Category, Tag
from tags.selectors import tags_of
from tags.services import tag_delete, tag_publish, tag_save
from tests.shop import SPENT, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db
EAST = {"value": "east", "names": {"en": "East"}, "when": lives_in("浙江省")}


def said(customer: int) -> list[tuple]:
    with translation.override("en"):
        found = tags_of(SYSTEM, customer)
        return [
            (one.tag.category.name if one.tag.category else "", one.tag.name, one.labels, one.number)
            for one in found
        ]


@pytest.fixture
def anna(shop, analyst, compute):
    """Anna, whose one tag has been asked for."""
    (anna,) = shop.people(1, "浙江省")
    tag_make("region", {"v": 1, "layers": [EAST]}, analyst, names={"en": "Region"})
    compute(*Tag.objects.all())
    assert said(anna) == [("", "Region", ("East",), None)]
    return anna


def test_a_new_result_is_told(anna, shop, compute):
    shop.move([anna], "四川省")
    compute(*Tag.objects.all())
    assert said(anna) == []


def test_new_names_are_told(anna):
    where = Category.objects.create(slug="where", name_en="Where")
    Tag.objects.update(name_en="Area", category=where)
    assert said(anna) == [("Where", "Area", ("East",), None)]
    Category.objects.update(name_en="Place")
    assert said(anna) == [("Place", "Area", ("East",), None)]


def test_the_names_of_values_are_those_of_the_version_in_force(anna, analyst):
    renamed = {**EAST, "names": {"en": "The East"}}
    tag = tag_save(slug="region", kind="labels", definition={"v": 1, "layers": [renamed]}, actor=analyst)
    assert said(anna)[0][2] == ("East",)
    tag_publish(tag=tag, actor=analyst)
    assert said(anna)[0][2] == ("The East",)


def test_tags_that_come_and_go_are_told(anna, analyst, shop, compute):
    shop.buy((anna, "2026-06-01 10:00:00", 12.5))
    compute(tag_make("spent", {"v": 1, "measure": SPENT}, analyst, names={"en": "Spent"}))
    assert said(anna) == [("", "Region", ("East",), None), ("", "Spent", ("",), 12.5)]
    tag_delete(tag=Tag.objects.get(slug="region"), actor=analyst)
    assert said(anna) == [("", "Spent", ("",), 12.5)]


def test_values_without_names_of_a_tag_without_a_version_in_force(anna):
    Tag.objects.get(slug="region").versions.update(state="retired")
    assert said(anna) == [("", "Region", ("east",), None)]


def test_asking_again_takes_one_query(anna, shop, compute, analyst, django_assert_num_queries):
    compute(tag_make("west", labels(("west", lives_in("四川省"))), analyst))
    said(anna)
    with django_assert_num_queries(1):
        tags_of(SYSTEM, anna)

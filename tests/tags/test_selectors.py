"""What rules may name, what a customer is tagged with, live counts, and how many queries that takes."""

import pytest
from django.contrib.auth.models import AnonymousUser

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.store.services import attribute_register
from tags.models import Category, Tag
from tags.selectors import (
    all_tag_values,
    catalog,
    rule_count,
    rule_sentence,
    sentences,
    tag_counts,
    tag_values,
    tags,
    tags_of,
    value_labels,
)
from tags.services import tag_save
from tests.shop import AS_OF, SPENT, bought, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db
EAST = {"value": "east", "names": {"zh-hans": "华东", "en": "East"}, "when": lives_in("浙江省")}


def test_the_catalog_has_what_is_registered_and_published(shop, analyst):
    attribute_register(slug="secret_name", kind="text", personal=True)
    tag_make("region", {"v": 1, "layers": [EAST], "rest": "other"}, analyst)
    tag_make("spent", {"v": 1, "measure": SPENT}, analyst)
    tag_save(slug="idea", kind="labels", definition=labels(("x", bought())), actor=analyst)
    known = catalog(SYSTEM)
    assert known.attributes["province"].kind == "text"
    assert "secret_name" not in known.attributes
    assert known.events["purchase"]["zh-hans"] == "购买"
    assert known.properties["amount"].kind == "money"
    assert {slug: (tag.kind, list(tag.values)) for slug, tag in known.tags.items()} == {
        "region": ("labels", ["east", "other"]),
        "spent": ("measure", []),
    }


def test_a_customers_tags_have_values_labels_and_numbers(shop, analyst, compute, settings):
    (anna,) = shop.people(1, "浙江省")
    shop.buy((anna, "2026-06-01 10:00:00", 12.5))
    region = tag_make("region", {"v": 1, "layers": [EAST]}, analyst)
    spent = tag_make("spent", {"v": 1, "measure": SPENT}, analyst)
    compute(region, spent, tag_make("west", labels(("west", lives_in("四川省"))), analyst))
    found = {one.tag.slug: (one.values, one.labels, one.number) for one in tags_of(SYSTEM, anna)}
    assert found == {"region": (("east",), ("华东",), None), "spent": (("",), ("",), 12.5)}
    assert tags_of(SYSTEM, anna + 1) == []
    assert tags_of(AnonymousUser(), anna) == []


def test_values_handed_out_may_be_changed_without_harm(shop, analyst, compute):
    people = shop.people(2, "浙江省")
    compute(tag_make("region", {"v": 1, "layers": [EAST]}, analyst))
    tag_values(SYSTEM, "region")["east"].clear()
    assert set(tag_values(SYSTEM, "region")["east"]) == set(people)


def test_who_may_see_no_customer_counts_none(shop, analyst, compute, django_user_model):
    shop.people(2, "浙江省")
    compute(tag_make("region", {"v": 1, "layers": [EAST]}, analyst))
    outsider = django_user_model.objects.create_user("outsider")
    assert {value: len(found) for value, found in tag_values(outsider, "region").items()} == {"east": 0}
    assert (tag_counts(outsider), tag_counts(analyst)) == ({"region": 0}, {"region": 2})
    count = rule_count(outsider, lives_in("浙江省"))
    assert (count.count, count.universe) == (0, 0)


def test_a_rule_is_counted_as_of_a_moment(shop):
    anna, bo = shop.people(2, "浙江省")
    shop.buy((anna, "2026-06-01 10:00:00", 1), (bo, "2026-06-20 10:00:00", 1))
    assert rule_count(SYSTEM, bought(), AS_OF).count == 2
    early = rule_count(SYSTEM, bought(), AS_OF.replace(day=10))
    assert (early.count, early.universe, early.as_of) == (1, 2, AS_OF.replace(day=10))


def test_a_rule_that_names_what_is_not_there_is_refused(shop):
    with pytest.raises(UserError) as error:
        rule_count(SYSTEM, {"any": [{"tag": "none", "op": "exists"}, {"list": "none"}, {"attribute": "citty"}]})
    assert len(error.value.problems) >= 1


def test_definitions_are_read_out_in_the_language_in_force(shop, analyst, settings):
    (zh,) = sentences(SYSTEM, "labels", {"v": 1, "layers": [EAST]}, AS_OF)
    assert (zh.value, "省份" in zh.text, "浙江省" in zh.text) == ("华东", True, True)
    assert "购买" in rule_sentence(SYSTEM, bought(3), AS_OF)
    assert "购买" in sentences(SYSTEM, "measure", {"v": 1, "measure": SPENT}, AS_OF)[0].text


def test_labels_come_from_the_version_in_force(shop, analyst):
    tag = tag_make("region", {"v": 1, "layers": [EAST], "rest": "other"}, analyst)
    assert value_labels(tag) == {"east": "华东", "other": "other"}


def test_a_profile_takes_as_many_queries_for_many_tags_as_for_one(
    shop, analyst, compute, django_assert_max_num_queries
):
    shop.people(3, "浙江省")
    (anna, *_rest) = shop.people(1000, "四川省")
    category = Category.objects.create(slug="where")
    for number in range(12):
        definition = labels(("yes", lives_in("四川省"))) if number % 2 else {"v": 1, "measure": SPENT}
        tag_make(f"tag{number}", definition, analyst, category=category)
    compute(*Tag.objects.all())
    with django_assert_max_num_queries(8):
        assert len(tags_of(SYSTEM, anna)) == 12
    with django_assert_max_num_queries(3):
        assert len(all_tag_values(SYSTEM)["tag1"]["yes"]) == 1000
    with django_assert_max_num_queries(3):
        assert {tag.category.slug for tag in tags(SYSTEM) if tag.run and tag.published} == {"where"}

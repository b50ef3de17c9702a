"""The gallery of ready rules: what each needs, what it finds here, and the form it fills in."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from segments.models import Segment
from tags.gallery.files import ready_rules, rule_bare, words
from tags.gallery.needs import RULE, asked_by
from tags.models import Tag
from tags.rules.definition import read_definition
from tags.rules.validate import read_rule

LANGUAGES = {"zh-hans", "zh-hant", "en"}


@pytest.mark.parametrize("ready", ready_rules().values(), ids=lambda ready: ready.slug)
def test_a_ready_rule_reads_where_everything_it_names_is_there_in_three_languages(ready):
    assert set(ready.names) == set(ready.finds) == LANGUAGES
    assert all([*ready.names.values(), *ready.finds.values()])
    read_rule(ready.rule, words())
    read_definition("labels", ready.as_tag, words())
    assert "v" not in rule_bare(ready.rule)


def test_everything_ready_rules_are_built_on_has_words_in_three_languages():
    known = words()
    names = [
        *known.events.values(),
        *(field.names for field in (*known.properties.values(), *known.attributes.values())),
    ]
    assert all(set(one) == LANGUAGES and all(one.values()) for one in names)


def test_what_a_rule_needs_is_read_from_the_rule_itself():
    asked = asked_by(RULE, ready_rules()["coupon_hunters"].rule)
    assert (set(asked.events), set(asked.properties), set(asked.attributes)) == ({"purchase"}, {"coupon"}, set())


@pytest.fixture
def page(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    return client


@pytest.fixture
def buyers(shop):
    """Five customers, three of whom bought once and one twice."""
    people = shop.people(5, "浙江省")
    shop.buy(*[(one, "2026-06-01T04:00:00", 50) for one in (*people[:4], people[3])])
    return people


def card(text, slug):
    return text.split(f'id="{slug}"')[1].split("</article>")[0]


@pytest.mark.django_db
def test_a_card_says_what_is_missing_or_offers_the_forms(page, buyers):
    text = page.get(reverse("tags:templates")).content.decode()
    once, coupons = card(text, "one_time_buyers"), card(text, "coupon_hunters")
    assert "Make a segment" in once and "Not in your data" not in once
    assert (
        "Not in your data: property <b>Coupon</b>" in " ".join(coupons.split()) and "Make a segment" not in coupons
    )
    # An attribute everybody starts with, of which nobody has a value.
    assert "attribute <b>Birthday</b>" in card(text, "birthday_next_week").split("Not in your data")[1]
    # An event that has a name and never happened.
    assert "event <b>Complaint</b>" in card(text, "unhappy_lately").split("Not in your data")[1]


@pytest.mark.django_db
def test_the_count_of_a_card_is_that_of_her_own_data(page, buyers):
    text = page.get(reverse("tags:template-count", args=["one_time_buyers"])).content.decode()
    assert "<b>3</b> customers now" in text


@pytest.mark.django_db
def test_a_count_that_cannot_be_made_says_why(page, db):
    text = page.get(reverse("tags:template-count", args=["coupon_hunters"])).content.decode()
    assert "There is no property" in text


@pytest.mark.django_db
@pytest.mark.parametrize("where, model", [("segments:new", Segment), ("tags:new", Tag)])
def test_a_template_fills_in_the_usual_form_and_saves_nothing(page, buyers, where, model):
    text = page.get(reverse(where), {"template": "one_time_buyers"}).content.decode()
    assert 'value="One-time buyers"' in text and 'value="只买过一次"' in text and "one_time_buyers" in text
    assert "Customers who have bought just once" in text
    assert 'value="purchase"' in text or "purchase" in text
    assert not model.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("where", ["segments:new", "tags:new"])
def test_a_template_that_is_none_is_not_found(page, where):
    assert page.get(reverse(where), {"template": "nonsense"}).status_code == 404


@pytest.mark.django_db
def test_who_only_reads_sees_neither_the_gallery_nor_its_counts(django_user_model):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    client = Client()
    client.force_login(reader)
    for url in (reverse("tags:templates"), reverse("tags:template-count", args=["high_value"])):
        assert client.get(url).status_code == 403
    reader.user_permissions.add(Permission.objects.get(codename="edit_segments"))
    assert client.get(reverse("tags:templates")).status_code == 200

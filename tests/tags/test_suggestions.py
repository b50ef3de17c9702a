"""A suggestion that was taken up: the tag's form opens with it, and by that form alone the tag changes."""

import json

import pytest
from django.urls import reverse

from tags.models import Tag
from tags.services import tag_delete, tag_publish, tag_save
from tags.teamwork.models import Suggested
from tags.teamwork.suggestions import suggestion_take
from tests.shop import labels, lives_in, tag_make

pytestmark = pytest.mark.django_db
EAST = labels(("east", lives_in("浙江省")))
KOC = {"v": 1, "values": ["KOC"], "multiple": True}


@pytest.fixture
def browser(client, analyst):
    client.force_login(analyst)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def take(analyst):
    def taken(tag, what, text):
        wish = {"language": "en", "about": f"remark:{what}", "url": "/reviews/4/#remark-31"}
        return suggestion_take(slug=tag.slug, what=what, text=text, by=analyst, **wish)

    return taken


def form_url(suggested):
    return f"{reverse('tags:edit', args=[suggested.slug])}?suggestion={suggested.pk}"


def text(answer):
    return answer.content.decode()


@pytest.fixture
def listed(shop, analyst):
    tag = tag_save(slug="koc", kind="list", definition=KOC, actor=analyst, names={"en": "Voices"})
    tag_publish(tag=tag, actor=analyst)
    return tag


def sent(suggested, name="Voices", definition=KOC):
    told = {"names.en": name, "definition": json.dumps(definition), "save": "draft", "suggestion": suggested.pk}
    return told | dict.fromkeys(("description", "department", "category", "valid_days"), "")


def test_the_form_opens_with_the_name_filled_in_and_nothing_is_changed_yet(shop, analyst, browser, take):
    tag = tag_make("region", EAST, analyst, names={"en": "Region"})
    page = text(browser.get(form_url(take(tag, "rename", "Where they live"))))
    assert 'value="Where they live"' in page and "/reviews/4/#remark-31" in page
    assert Tag.objects.get().name_en == "Region"
    page = text(browser.get(form_url(take(tag, "redefine", "Without the islands"))))
    assert 'value="Region"' in page and "Without the islands" in page
    detail = text(browser.get(reverse("tags:detail", args=["region"])))
    assert "Without the islands" in detail and "Open the draft with it" in detail


def test_saving_with_another_name_ends_a_rename(browser, take, listed):
    wish = take(listed, "rename", "Opinion leaders")
    browser.post(form_url(wish), sent(wish))
    assert Suggested.objects.get().state == "open", "the name is still the old one"
    browser.post(form_url(wish), sent(wish, "Opinion leaders"))
    assert (Suggested.objects.get().state, Tag.objects.get().name_en) == ("done", "Opinion leaders")


def test_saving_another_definition_makes_a_draft_and_what_is_in_force_stays(browser, take, listed, analyst):
    wish = take(listed, "redefine", "VIP too")
    browser.post(form_url(wish), sent(wish, definition=KOC | {"values": ["KOC", "VIP"]}))
    done = Suggested.objects.get()
    assert (done.state, done.number, done.closed_by) == ("done", 2, analyst)
    states = dict(Tag.objects.get().versions.values_list("number", "state"))
    assert states == {1: "published", 2: "draft"}


def test_one_that_is_dropped_is_offered_no_more(browser, take, listed):
    wish = take(listed, "rename", "Opinion leaders")
    browser.post(reverse("tags:suggestion-drop", args=["koc", wish.pk]))
    assert Suggested.objects.get().state == "dropped"
    assert "Opinion leaders" not in text(browser.get(form_url(wish)))
    assert browser.post(reverse("tags:suggestion-drop", args=["koc", wish.pk])).status_code == 404


def test_whoever_may_not_edit_tags_only_reads_it(browser, client, take, listed, django_user_model):
    wish = take(listed, "rename", "Opinion leaders")
    client.force_login(django_user_model.objects.create_user("reader", is_staff=True))
    detail = text(client.get(reverse("tags:detail", args=["koc"])))
    assert "Opinion leaders" in detail and "?suggestion=" not in detail
    assert client.post(reverse("tags:suggestion-drop", args=["koc", wish.pk])).status_code == 403
    assert client.get("/api/tags/koc/suggestions/").json()[0]["text"] == "Opinion leaders"
    assert client.delete(f"/api/tags/koc/suggestions/{wish.pk}/").status_code == 403


def test_it_goes_with_its_tag_and_one_of_a_tag_that_is_gone_is_none(take, listed, analyst):
    take(listed, "rename", "Opinion leaders")
    tag_delete(tag=listed, actor=analyst)
    assert not Suggested.objects.exists() and take(listed, "rename", "x") is None

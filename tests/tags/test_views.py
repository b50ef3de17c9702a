"""The pages of tags, as a marketer meets them."""

import pytest
from django.test import Client
from django.urls import reverse

from tags.models import Tag, TagVersion, VersionState
from tests.shop import bought, labels, lives_in, tag_make

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    return client


@pytest.fixture
def east_and_buyers(shop):
    """Three in Zhejiang, two of whom bought; two in Shanghai, one of whom bought twice."""
    zhejiang, shanghai = shop.people(3, "浙江省"), shop.people(2, "上海市")
    shop.buy(*[(one, "2026-06-01T04:00:00", 50) for one in (*zhejiang[:2], shanghai[0], shanghai[0])])
    return zhejiang, shanghai


def form(**changes):
    """What the browser sends for: east when they live in Zhejiang, buyer when they bought at least once."""
    return {
        "kind": "labels",
        "names.en": "Where from",
        "layers.0.label": "east",
        "layers.0.when.join": "all",
        "layers.0.when.items.0.type": "attribute",
        "layers.0.when.items.0.attribute": "province",
        "layers.0.when.items.0.op": "in",
        "layers.0.when.items.0.value.many[]": ["浙江省"],
        "layers.1.label": "buyer",
        "layers.1.when.join": "all",
        "layers.1.when.items.0.type": "event",
        "layers.1.when.items.0.event[]": ["purchase"],
        "layers.1.when.items.0.agg": "count",
        "layers.1.when.items.0.op": ">=",
        "layers.1.when.items.0.value.text": "1",
        "layers.1.when.items.0.window.shape": "ever",
        **changes,
    }


def test_nobody_without_the_permission_opens_the_form(db, django_user_model):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    client = Client()
    assert client.get(reverse("tags:new")).status_code == 302
    client.force_login(reader)
    assert client.get(reverse("tags:list")).status_code == 200
    for name in ("new", "build", "live-count"):
        assert client.post(reverse(f"tags:{name}"), form()).status_code == 403
    assert not Tag.objects.exists()


def test_the_live_count_is_exact_layer_by_layer(page, east_and_buyers):
    answer = page.post(reverse("tags:live-count"), form()).content.decode()

    assert '<p class="qb-total" id="live-total" role="status">4</p>' in answer
    assert "80% of 5 customers" in answer
    # The two in Zhejiang who bought are counted by the first value, so only one is left for the second.
    assert ">3 <small>60%</small>" in answer
    assert ">1 <small>20%</small>" in answer


def test_an_unfinished_form_says_how_much_is_missing_and_marks_nothing_yet(page, east_and_buyers):
    answer = page.post(reverse("tags:live-count"), form(**{"layers.0.when.items.0.value.many[]": []}))
    assert "Fill in 1 more place" in answer.content.decode()
    assert "Fill this in." not in answer.content.decode()


@pytest.mark.parametrize("kind", ["labels", "measure"])
def test_saving_tells_every_problem_beside_its_field_and_keeps_what_was_typed(page, shop, kind):
    sent = form(kind=kind, **{"names.en": "", "valid_days": "soon", "layers.0.label": "", "description": "mine"})
    answer = page.post(reverse("tags:new"), {**sent, "save": "publish"})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Give it a name." in text
    assert "A whole number of days is needed." in text
    assert 'value="mine"' in text
    assert 'value="buyer"' in text
    assert ("Name this value." in text) == (kind == "labels")
    assert not Tag.objects.exists()


def test_a_wrong_value_is_pointed_at_in_its_condition(page, shop):
    sent = form(**{"layers.1.when.items.0.value.text": "many", "save": "draft"})
    answer = page.post(reverse("tags:new"), sent).content.decode()

    beside = answer.split('id="f-layers-1-when-items-0-problem"')[1].split("</div>")[0]
    assert "A number is needed." in beside
    assert 'value="many"' in answer


def test_publishing_makes_the_tag_and_works_out_its_values(
    page, east_and_buyers, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = page.post(reverse("tags:new"), {**form(), "save": "publish"})
    tag = Tag.objects.get()
    assert answer["location"] == reverse("tags:detail", args=[tag.slug])
    assert tag.slug == "where_from"
    assert tag.versions.get().state == VersionState.PUBLISHED

    shown = page.get(answer["location"]).content.decode()
    assert '<b>east</b></td><td class="q-num">3</td>' in shown
    assert '<b>buyer</b></td><td class="q-num">1</td>' in shown


def test_changing_a_tag_starts_from_what_is_in_force_and_makes_a_draft(page, shop, analyst):
    tag = tag_make("region", labels(("east", lives_in("浙江省"))), analyst, names={"en": "Region"})
    shown = page.get(reverse("tags:edit", args=["region"])).content.decode()
    assert "浙江省" in shown

    page.post(reverse("tags:edit", args=["region"]), {**form(), "save": "draft"})
    assert [v.state for v in tag.versions.order_by("number")] == ["published", "draft"]
    assert TagVersion.objects.get(state="draft").definition["layers"][1]["when"] == bought()


@pytest.mark.parametrize(
    ("command", "items"),
    [
        ("add event layers.0.when.items", ["attribute", "event"]),
        ("copy layers.0.when.items.0", ["attribute", "attribute"]),
        ("wrap layers.0.when.items.0", ["group", "attribute"]),
        ("remove layers.0.when.items.0", []),
        ("remove layers.0.when.items.9", ["attribute"]),
        ("nonsense", ["attribute"]),
    ],
)
def test_a_button_changes_the_form_and_loses_nothing(page, shop, command, items):
    answer = page.post(reverse("tags:build"), form(do=command)).content.decode()
    first, second = answer.split('id="f-layers-1"')
    assert first.count('.type" value="attribute"') == items.count("attribute")
    assert first.count('.type" value="event"') == items.count("event")
    assert 'value="buyer"' in second


def test_a_choice_of_another_operator_keeps_the_value(page, shop):
    answer = page.post(reverse("tags:build"), form(**{"layers.0.when.items.0.op": "is"})).content.decode()
    assert 'name="layers.0.when.items.0.value.text" value="浙江省"' in answer


def test_the_values_to_choose_from_come_with_their_counts(page, east_and_buyers):
    answer = page.get(reverse("tags:values"), {"of": "attribute", "slug": "province", "q": "浙"}).content.decode()
    assert "浙江省<span>3</span>" in answer
    assert "上海市" not in answer


def test_the_catalogue_asks_as_often_for_many_tags_as_for_one(
    page, shop, analyst, compute, django_assert_num_queries, django_assert_max_num_queries
):
    shop.people(2, "浙江省")
    compute(tag_make("first", labels(("east", lives_in("浙江省"))), analyst))
    address = reverse("tags:list")
    with django_assert_max_num_queries(24) as once:
        page.get(address)
    for number in range(12):
        tag_make(f"tag{number}", labels(("east", lives_in("浙江省"))), analyst)
    with django_assert_num_queries(len(once)):
        answer = page.get(address).content.decode()
    assert "13 tags" in answer


def test_the_catalogue_finds_by_name_and_state(page, shop, analyst):
    tag_make("region", labels(("east", lives_in("浙江省"))), analyst, names={"zh-hans": "地区"})
    tag_make("buyer", labels(("yes", bought())), analyst, names={"zh-hans": "买家"})
    found = page.get(reverse("tags:list"), {"q": "地区"}).content.decode()
    assert "region" in found
    assert "buyer" not in found
    assert "No tag fits this search." in page.get(reverse("tags:list"), {"state": "stale"}).content.decode()

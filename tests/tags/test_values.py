"""What the data has, for the fields of a rule form: values by sound, pasted ones, regions, ranges."""

import json
import re

import pyarrow as pa
import pytest
from django.test import Client
from django.urls import reverse

from cdp.store.models import Customer
from cdp.store.services import attribute_register, batch_commit, batch_open, records_add
from tests.shop import bought, labels, tag_make


@pytest.fixture
def page(analyst):
    client = Client(headers={"accept-language": "en"})
    client.force_login(analyst)
    return client


@pytest.fixture
def towns(shop):
    """Two in Hangzhou, one in Ningbo, one in Shanghai of whom no province is known; ages 20, 30, 70."""
    attribute_register(slug="city", kind="text", name_zh_hans="城市", name_en="city")
    attribute_register(slug="age", kind="number", name_zh_hans="年龄", name_en="age")
    batch = batch_open(source="crm")
    made = Customer.objects.bulk_create(Customer(batch=batch) for _ in range(4))
    records = {
        "origin_id": pa.array([one.pk for one in made], pa.int32()),
        "province": ["浙江省", "浙江省", "浙江省", None],
        "city": ["杭州市", "杭州市", "宁波市", "上海市"],
        "age": [20.0, 30.0, 70.0, None],
    }
    records_add(batch=batch, records=pa.table(records))
    batch_commit(batch=batch)
    return shop


def asked(page, name, **query):
    return page.get(reverse(f"tags:{name}"), query).content.decode()


def pasted(page, of, slug, *cells):
    answer = page.post(f"{reverse('tags:values-known')}?of={of}&slug={slug}", {"pasted": cells}).content.decode()
    return json.loads(re.search(r"<script[^>]*>(.*?)</script>", answer)[1]), answer


@pytest.mark.parametrize(("typed", "found"), [("hz", "杭州市"), ("ningb", "宁波市"), ("海", "上海市")])
def test_values_are_found_by_how_they_sound(page, towns, typed, found):
    answer = asked(page, "values", of="attribute", slug="city", q=typed)

    assert re.findall(r'data-value="(.*?)"', answer) == [found]


def test_a_pasted_column_is_looked_up_and_what_nobody_has_is_told(page, towns):
    known, answer = pasted(page, "attribute", "city", "杭州市", "火星市", " 宁波市 ")

    assert [one["value"] for one in known] == ["杭州市", "宁波市"]
    assert "3 values pasted." in answer and "1 is not in the data:" in answer and "<q>火星市</q>" in answer
    assert 'data-unknown="火星市"' in answer


def test_a_pasted_number_is_known_however_it_is_kept(page, towns):
    known, answer = pasted(page, "attribute", "age", "20", "21")

    assert [one["value"] for one in known] == ["20"]
    assert "<q>21</q>" in answer


def test_a_pasted_label_of_a_tag_is_the_value_it_stands_for(page, towns, analyst):
    definition = labels(("high", bought(2)))
    definition["layers"][0]["names"] = {"zh-hans": "高"}
    tag_make("loyalty", definition, analyst)

    known, _answer = pasted(page, "tag", "loyalty", "高", "低")

    assert known == [{"text": "高", "value": "high", "label": "高"}]


def test_regions_are_a_tree_with_how_many_live_there(page, towns):
    answer = asked(page, "regions", of="attribute", slug="city")

    assert re.findall(r'data-region="(.*?)"', answer) == ["杭州市", "宁波市", "上海市"]
    assert "All of 浙江省" in answer and "not known" in answer
    assert "No customer" in asked(page, "regions", of="attribute", slug="age")


def test_what_numbers_are_like_is_told_beside_them(page, towns):
    towns.buy((Customer.objects.first().pk, "2026-06-01T04:00:00", 120))

    assert "20 to 70, half are below 30" in asked(page, "ranges", of="attribute", slug="age")
    assert "120 to 120" in asked(page, "ranges", of="property", slug="amount")
    assert asked(page, "ranges", of="attribute", slug="city").strip() == ""


def test_a_drop_down_is_found_in_by_name_sound_and_short_name_under_its_headings(page, towns):
    form = page.get("/segments/new/").content.decode()

    city = re.search(r'<option value="city".*?</option>', form)[0]
    assert city == '<option value="city" data-others="城市|city" data-sounds="cs|chengshi">City</option>'
    assert '<optgroup label="Where they are">' in form


def test_properties_that_the_chosen_event_has_stand_apart(page, towns):
    towns.buy((Customer.objects.first().pk, "2026-06-01T04:00:00", 120))
    field = "rule.items.0"
    posted = {
        "rule.type": "group",
        f"{field}.type": "event",
        f"{field}.event[]": "purchase",
        f"{field}.where.items.0.type": "property",
    }

    form = page.post(reverse("segments:build"), posted, headers={"HX-Request": "true"}).content.decode()

    own = re.search(r'<optgroup label="Of these events">(.*?)</optgroup>', form, re.DOTALL)[1]
    other = re.search(r'<optgroup label="Of other events only">(.*?)</optgroup>', form, re.DOTALL)
    assert 'value="amount"' in own and 'value="channel"' in own
    assert other is None or 'value="amount"' not in other[1]

"""Whose word each value is, on the customer's page; and choosing which one counts."""

import pyarrow as pa
import pytest
from django.contrib.auth.models import Permission

from cdp.sources.models import Source
from cdp.store.models import Attribute, Customer, SourceTrust
from cdp.store.services import attribute_register, batch_commit, batch_open, records_add

pytestmark = pytest.mark.django_db


@pytest.fixture
def chen(db):
    """The member file says one thing of Chen, the shop another."""
    attribute_register(slug="city", kind="text", name_zh_hans="城市")
    attribute_register(slug="name", kind="text", personal=True, name_zh_hans="姓名")
    attribute_register(slug="birthday", kind="date", name_zh_hans="生日")
    batch = batch_open(source="crm")
    customer = Customer.objects.create(batch=batch)
    batch_commit(batch=batch)
    for source, city in (("crm", "上海市"), ("shop", "杭州市")):
        batch = batch_open(source=source)
        told = {"origin_id": pa.array([customer.pk], pa.int32()), "city": [city], "name": ["陈一"]}
        records_add(batch=batch, records=pa.table(told))
        batch_commit(batch=batch)
    return customer


@pytest.fixture
def asking(client):
    client.cookies["django_language"] = "zh-hans"
    return client


def shown(client, chen):
    return client.get(f"/customers/{chen.pk}/values/").content.decode()


def test_the_page_says_whose_word_a_value_is_and_what_else_was_heard(asking, chen, analyst):
    asking.force_login(analyst)
    text = shown(asking, chen)
    assert "杭州市" in text and "shop" in text and "最近的" in text
    assert "上海市" in text and "crm" in text and "陈一" in text
    assert f"/customers/{chen.pk}/values/" in asking.get(f"/customers/{chen.pk}/").content.decode()


def test_sources_are_called_by_their_names_wherever_they_are_told(asking, chen, analyst):
    Source.objects.create(slug="crm", name_zh_hans="会员系统")
    asking.force_login(analyst)
    text = shown(asking, chen)
    assert "会员系统" in text and "crm" not in text and "shop" in text
    rules = asking.get("/customers/rules/").content.decode()
    assert 'name="rank-crm"' in rules and ">会员系统<" in rules
    assert "<title>会员系统, " in asking.get(f"/customers/{chen.pk}/").content.decode()


def test_a_value_is_set_by_hand_and_lifted(asking, chen, analyst):
    asking.force_login(analyst)
    where = f"/customers/{chen.pk}/values/set/"
    asking.post(where, {"attribute": "birthday", "value": "1990年5月1日", "note": "电话里亲口说的"})
    chen.refresh_from_db()
    assert chen.attributes["birthday"] == "1990-05-01T00:00:00"
    assert "电话里亲口说的" in shown(asking, chen)
    told = asking.post(where, {"attribute": "birthday", "value": "五月"}, follow=True).content.decode()
    assert "q-note is-bad" in told
    asking.post(where, {"attribute": "birthday", "lift": "1"})
    chen.refresh_from_db()
    assert "birthday" not in chen.attributes


def test_rules_and_trust_are_chosen_on_one_page(asking, chen, analyst, django_capture_on_commit_callbacks):
    asking.force_login(analyst)
    assert "以哪个值为准" in asking.get("/customers/rules/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        asking.post("/customers/rules/set/", {"rule-city": "trusted", "rank-crm": "1", "rank-shop": ""})
    chen.refresh_from_db()
    assert (chen.attributes["city"], SourceTrust.objects.get().source) == ("上海市", "crm")
    told = asking.post("/customers/rules/set/", {"rule-city": "recent", "rank-crm": "first"}, follow=True)
    assert "1 到 999" in told.content.decode()
    assert Attribute.objects.get(slug="city").survivorship == "trusted"


def test_who_may_not_see_names_neither_sees_nor_sets_them(asking, chen, django_user_model):
    mei = django_user_model.objects.create_user("mei", is_staff=True)
    asking.force_login(mei)
    assert "陈一" not in shown(asking, chen)
    assert asking.post(f"/customers/{chen.pk}/values/set/", {"attribute": "city", "value": "x"}).status_code == 403
    mei.user_permissions.add(Permission.objects.get(codename="merge_customers"))
    asking.post(f"/customers/{chen.pk}/values/set/", {"attribute": "name", "value": "别人"})
    chen.refresh_from_db()
    assert chen.attributes["name"] == "陈一"


def test_the_page_asks_as_often_for_many_words_as_for_few(asking, chen, analyst, django_assert_max_num_queries):
    asking.force_login(analyst)
    shown(asking, chen)
    with django_assert_max_num_queries(30):
        shown(asking, chen)

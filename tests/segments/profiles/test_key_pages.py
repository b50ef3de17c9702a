"""Administrators make keys in the settings; the secret is seen once."""

import re

import pytest
from django.utils import timezone

from cdp.access.keys import KeyScope, key_create, key_found
from cdp.access.models import ApiKey
from segments.models import Segment
from tags.models import Tag

pytestmark = pytest.mark.django_db
CHOSEN = {
    "name": "呼叫中心",
    "lookups": ["phone", "email"],
    "which_attributes": "none",
    "which_tags": "some",
    "some_tags": ["vip"],
    "which_segments": "all",
    "shows_identifiers": "1",
}


@pytest.fixture
def boss(client, analyst):
    Tag.objects.create(slug="vip", name_zh_hans="贵宾")
    Tag.objects.create(slug="rfm", name_zh_hans="价值")
    Segment.objects.create(slug="east", name_zh_hans="华东客户")
    client.force_login(analyst)
    return client


@pytest.fixture
def key(analyst):
    return key_create(name="till", scope=KeyScope(tags=["vip", "gone"]), actor=analyst)[0]


def test_the_settings_lead_to_the_keys_and_say_what_they_are_for(boss):
    assert 'href="/settings/keys/"' in boss.get("/admin/").content.decode()
    assert "还没有密钥" in boss.get("/settings/keys/").content.decode()


def test_a_new_keys_secret_is_shown_once_with_an_example(boss):
    answer = boss.post("/settings/keys/new/", CHOSEN)
    text = answer.content.decode()
    (secret,) = set(re.findall(r"qx_[\w-]{43}", text))
    assert "curl -H" in text and "/api/profiles/by/phone/13800138000" in text
    assert "no-store" in answer["Cache-Control"]
    key = key_found(secret)
    assert (key.name, key.lookups, key.tags, key.all_tags) == ("呼叫中心", ["email", "phone"], ["vip"], False)
    assert (key.attributes, key.all_attributes, key.all_segments) == ([], False, True)
    assert (key.shows_identifiers, key.sees_personal, key.expires_at) == (True, False, None)
    assert key.created_by.username == "lin"
    listed = boss.get("/settings/keys/").content.decode()
    assert secret not in listed
    for shown in (key.prefix, "呼叫中心", "手机号", "贵宾", "还没有用过", "使用中"):
        assert shown in listed


def test_what_was_ticked_for_another_choice_is_not_in_the_key(boss):
    boss.post("/settings/keys/new/", CHOSEN | {"which_tags": "none"})
    assert ApiKey.objects.get().tags == []


def test_a_key_is_valid_until_its_last_day_is_over(boss):
    today = timezone.localdate()
    boss.post("/settings/keys/new/", CHOSEN | {"until": today.isoformat()})
    key = ApiKey.objects.get()
    assert not key.is_expired
    assert timezone.localtime(key.expires_at).strftime("%H:%M") == "00:00"
    assert (timezone.localtime(key.expires_at).date() - today).days == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": ""}, "请写明哪个系统使用它"),
        ({"lookups": []}, "请至少选一种"),
        ({"which_tags": ""}, "请说明提供哪些"),
        ({"some_tags": []}, "请选择哪些"),
        ({"some_tags": ["invented"]}, "invented"),
        ({"until": "2020-01-01"}, "这一天已经过去了"),
    ],
    ids=["no name", "no type", "not said", "none chosen", "no such tag", "over"],
)
def test_what_is_missing_is_said_and_the_rest_is_kept(boss, change, said):
    answer = boss.post("/settings/keys/new/", CHOSEN | change)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert 'value="email" checked' in text or "lookups" in change
    assert not ApiKey.objects.exists()


def test_a_key_is_switched_off_and_on_and_deleted_by_its_name(boss, key):
    boss.post(f"/settings/keys/{key.pk}/switch/", {"is_on": "0"})
    assert not ApiKey.objects.get().is_on
    assert "已停用" in boss.get("/settings/keys/").content.decode()
    boss.post(f"/settings/keys/{key.pk}/switch/", {"is_on": "1"})
    assert ApiKey.objects.get().is_on
    text = boss.post(f"/settings/keys/{key.pk}/delete/", {"name": "tilt"}, follow=True).content.decode()
    assert "没有删除" in text and ApiKey.objects.exists()
    boss.post(f"/settings/keys/{key.pk}/delete/", {"name": "till"})
    assert not ApiKey.objects.exists()


def test_the_list_takes_as_many_queries_for_many_keys(boss, key, analyst, django_assert_max_num_queries):
    for number in range(5):
        key_create(name=f"till {number}", scope=KeyScope(tags=["vip"]), actor=analyst)
    with django_assert_max_num_queries(14):
        boss.get("/settings/keys/")


def test_nobody_but_administrators_sees_or_makes_keys(boss, key, django_user_model):
    boss.force_login(django_user_model.objects.create_user("colleague", is_staff=True))
    assert boss.get("/settings/keys/").status_code == 403
    assert boss.post("/settings/keys/new/", CHOSEN).status_code == 403
    for path in ("switch", "delete"):
        assert boss.post(f"/settings/keys/{key.pk}/{path}/", {"name": "till", "is_on": "0"}).status_code == 403
    assert ApiKey.objects.get().is_on
    boss.logout()
    assert boss.get("/settings/keys/").status_code == 302

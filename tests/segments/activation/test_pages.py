"""Webhooks are made, changed, tried and watched on pages of their own."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from segments.activation.models import Delivery, Webhook
from segments.activation.webhooks.sending import deliveries_send
from segments.models import Segment
from tags.models import Tag

pytestmark = pytest.mark.django_db
WISH = {
    "name": "邮件系统",
    "url": "https://mail.example.com/hook",
    "tells_entered": "1",
    "some_segments": ["east"],
    "some_tags": ["vip"],
    "value_vip": "gold",
}


@pytest.fixture
def lin(client, analyst):
    Tag.objects.create(slug="vip", name_zh_hans="贵宾")
    Segment.objects.create(slug="east", name_zh_hans="华东客户")
    client.force_login(analyst)
    return client


def made(client, **more):
    answer = client.post("/settings/webhooks/new/", WISH | more)
    return answer, Webhook.objects.latest("pk")


def test_segments_and_settings_lead_to_the_webhooks_and_say_what_they_are_for(lin):
    for where in ("/segments/", "/admin/"):
        assert 'href="/settings/webhooks/"' in lin.get(where).content.decode()
    assert "还没有 Webhook" in lin.get("/settings/webhooks/").content.decode()


def test_a_new_webhooks_secret_is_shown_once(lin):
    answer, hook = made(lin)
    (secret,) = set(re.findall(r"whsec_[\w-]{43}", answer.content.decode()))
    assert "no-store" in answer["Cache-Control"]
    assert hook.about == [
        {"kind": "segment", "slug": "east", "value": ""},
        {"kind": "tag", "slug": "vip", "value": "gold"},
    ]
    assert (hook.tells_entered, hook.tells_left, hook.identifiers) == (True, False, [])
    page = lin.get(f"/settings/webhooks/{hook.pk}/").content.decode()
    assert secret not in page and "贵宾 = gold" in page and "华东客户" in page
    assert "邮件系统" in lin.get("/settings/webhooks/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "mail.example.com"}, "请写完整的地址"),
        ({"url": "ftp://mail.example.com/"}, "请写完整的地址"),
        ({"url": "https://a:b@mail.example.com/"}, "请写完整的地址"),
        ({"url": "http://169.254.169.254/latest"}, "内部网络"),
        ({"url": "http://localhost:8000/"}, "内部网络"),
        ({"some_segments": [], "some_tags": []}, "至少选一个分群或标签"),
        ({"tells_entered": ""}, "两项中至少选一项"),
        ({"identifiers": ["nothing"]}, "nothing"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(lin, wrong, said):
    answer = lin.post("/settings/webhooks/new/", WISH | wrong)
    assert answer.status_code == 422 and not Webhook.objects.exists()
    text = answer.content.decode()
    assert said in text and 'value="邮件系统"' in text


def test_a_webhook_is_changed_without_its_secret(lin):
    hook = made(lin)[1]
    form = lin.get(f"/settings/webhooks/{hook.pk}/edit/").content.decode()
    assert '<option value="gold" selected>' in form
    lin.post(f"/settings/webhooks/{hook.pk}/edit/", WISH | {"some_tags": [], "tells_left": "1"})
    changed = Webhook.objects.get()
    assert len(changed.about) == 1 and changed.tells_left and changed.secret == hook.secret


def test_the_log_says_what_came_of_a_test_and_sends_again(lin, receiver):
    hook = made(lin, url=receiver.url)[1]
    receiver.answers.append((422, {}))
    lin.post(f"/settings/webhooks/{hook.pk}/test/")
    deliveries_send()
    page = lin.get(f"/settings/webhooks/{hook.pk}/?state=failed").content.decode()
    assert "HTTP 422" in page and "<td>测试</td>" in page and "再次发送" in page
    row = Delivery.objects.get()
    assert "not now" in lin.get(f"/settings/webhooks/{hook.pk}/deliveries/{row.pk}/").content.decode()
    lin.post(f"/settings/webhooks/{hook.pk}/deliveries/{row.pk}/again/")
    deliveries_send()
    log = lin.get(f"/settings/webhooks/{hook.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "HTTP 200" in log and "已送达" in log and "<html" not in log
    assert "HTTP" not in lin.get(f"/settings/webhooks/{hook.pk}/?state=failed").content.decode()


def test_the_log_looks_again_only_while_something_waits(lin):
    hook = made(lin)[1]
    assert "every 2s" not in lin.get(f"/settings/webhooks/{hook.pk}/").content.decode()
    lin.post(f"/settings/webhooks/{hook.pk}/test/")
    assert "every 2s" in lin.get(f"/settings/webhooks/{hook.pk}/").content.decode()


def test_a_long_log_is_leafed_through_in_as_many_queries_as_a_short_one(lin, django_assert_max_num_queries):
    hook = made(lin)[1]
    body = {"id": "x", "type": "entered", "customers": []}
    rows = [Delivery(webhook=hook, body=body, queued_at=timezone.now(), attempts=n) for n in range(60)]
    Delivery.objects.bulk_create(rows)
    with django_assert_max_num_queries(14):
        first = lin.get(f"/settings/webhooks/{hook.pk}/").content.decode()
    older = re.search(r"before=(\d+)", first)[1]
    assert len(re.findall('/deliveries/\\d+/"', first)) == 50
    last = lin.get(f"/settings/webhooks/{hook.pk}/?before={older}").content.decode()
    assert len(re.findall('/deliveries/\\d+/"', last)) == 10


def test_a_webhook_is_switched_off_and_deleted_by_its_name(lin):
    hook = made(lin)[1]
    lin.post(f"/settings/webhooks/{hook.pk}/switch/", {"is_on": "0"})
    assert not Webhook.objects.get().is_on
    lin.post(f"/settings/webhooks/{hook.pk}/delete/", {"name": "another"})
    assert Webhook.objects.exists()
    lin.post(f"/settings/webhooks/{hook.pk}/delete/", {"name": "邮件系统"})
    assert not Webhook.objects.exists()


def test_who_may_not_change_segments_sees_no_webhooks(lin, client, django_user_model):
    hook = made(lin)[1]
    client.force_login(django_user_model.objects.create_user("shu", is_staff=True))
    for path in ("", "new/", f"{hook.pk}/", f"{hook.pk}/edit/"):
        assert client.get(f"/settings/webhooks/{path}").status_code == 403
    assert client.post(f"/settings/webhooks/{hook.pk}/secret/").status_code == 403


def test_who_may_not_download_customers_is_offered_no_identifiers(lin, client, django_user_model):
    marketer = django_user_model.objects.create_user("mei", is_staff=True)
    marketer.user_permissions.add(Permission.objects.get(codename="edit_segments"))
    assert 'name="identifiers"' in lin.get("/settings/webhooks/new/").content.decode()
    client.force_login(marketer)
    assert 'name="identifiers"' not in client.get("/settings/webhooks/new/").content.decode()
    assert client.post("/settings/webhooks/new/", WISH | {"identifiers": ["phone"]}).status_code == 422

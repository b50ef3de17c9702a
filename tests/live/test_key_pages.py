"""What a steward sees of write keys, and who may."""

import json
import shlex
import subprocess
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission

from cdp.live.models import Arrival, Flush, HotEvent, WriteKey
from cdp.live.snippets import SNIPPETS, snippets
from cdp.live.taking import take_in
from cdp.sources.models import Source
from cdp.store.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(django_user_model, client):
    """A colleague who may load data and nothing else."""
    colleague = django_user_model.objects.create_user("mei", is_staff=True)
    colleague.user_permissions.add(Permission.objects.get(codename="load_data"))
    client.force_login(colleague)
    return client


def text(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_key_is_made_with_a_new_source_and_works_at_once(steward):
    given = {"source": "+", "name": "小程序", "channel": "wechat", "purpose": "小程序首页"}
    shown = text(steward.post("/data/live/keys/new/", given, follow=True))
    key = WriteKey.objects.get()
    assert (key.source.name, key.source.channel, key.name) == ("小程序", "wechat", "小程序首页")
    assert key.created_by.username == "mei"
    assert key.key in shown
    assert "http://testserver/v1/track" in shown
    assert steward.post("/v1/t", {"writeKey": key.key}, content_type="application/json").status_code == 200


def test_a_key_of_a_source_that_is_there(steward, web_shop):
    steward.post("/data/live/keys/new/", {"source": "web-shop", "purpose": "服务器"})
    assert [key.source for key in WriteKey.objects.all()] == [web_shop.source] * 2
    assert len({key.key for key in WriteKey.objects.all()}) == 2
    listed = text(steward.get("/data/live/keys/"))
    assert all(part in listed for part in ("服务器", "site", web_shop.key, "使用中"))


@pytest.mark.parametrize(
    ("given", "told"),
    [({"source": "+"}, "给新数据源起一个"), ({"source": ""}, "请选择"), ({"source": "nowhere"}, "nowhere")],
)
def test_what_is_missing_is_said_and_nothing_is_made(steward, given, told):
    answer = steward.post("/data/live/keys/new/", {"purpose": "网站", **given})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert 'value="网站"' in answer.content.decode()
    assert not WriteKey.objects.exists() and not Source.objects.exists()


def test_a_key_is_named_switched_off_and_on(steward, web_shop):
    place = f"/data/live/keys/{web_shop.pk}/"
    assert "新名字" in text(steward.post(f"{place}rename/", {"purpose": "新名字"}, follow=True))
    sent = {"writeKey": web_shop.key}
    assert "密钥已停用" in text(steward.post(f"{place}switch/", {"is_on": "0"}, follow=True))
    assert steward.post("/v1/t", sent, content_type="application/json").status_code == 401
    assert "密钥已启用" in text(steward.post(f"{place}switch/", {"is_on": "1"}, follow=True))
    assert steward.post("/v1/t", sent, content_type="application/json").status_code == 200


def test_only_those_who_may_load_see_and_make_keys(django_user_model, client, web_shop):
    client.force_login(django_user_model.objects.create_user("bo", is_staff=True))
    for page in ("", "new/", f"{web_shop.pk}/"):
        assert client.get(f"/data/live/keys/{page}").status_code == 403
    for action in ("rename/", "switch/"):
        assert client.post(f"/data/live/keys/{web_shop.pk}/{action}").status_code == 403
    assert "/data/live/keys/" not in text(client.get("/data/"))


def test_the_data_page_leads_there(steward):
    assert 'href="/data/live/keys/"' in text(steward.get("/data/"))


def test_a_list_of_keys_is_read_at_once(steward, web_shop, django_assert_max_num_queries):
    for number in range(20):
        WriteKey.objects.create(source=web_shop.source, key=f"k{number}", created_by=None)
    with django_assert_max_num_queries(10):
        steward.get("/data/live/keys/")


@pytest.mark.parametrize("slug", ["curl", "batch"])
def test_what_is_pasted_into_a_terminal_is_accepted(client, web_shop, slug):
    code = next(each.code for each in snippets(host="http://testserver", key=web_shop.key) if each.slug == slug)
    words = shlex.split(code)
    said = dict(zip(words[2::2], words[3::2], strict=True))
    assert said["-u"] == f"{web_shop.key}:"
    answer = client.post(words[1], {**json.loads(said["-d"]), "writeKey": web_shop.key}, "application/json")
    assert answer.status_code == 200
    assert Arrival.objects.get().messages == (2 if slug == "batch" else 1)


# The mini-program as the code sees it: a visitor nobody knows, and a server that is away once and busy once.
WX = """
const store = {}, sent = [], answers = [(one) => one.fail(), (one) => one.success({ statusCode: 503 })]
globalThis.setTimeout = (run) => run()
globalThis.getApp = () => ({ globalData: {} })
globalThis.wx = {
  getStorageSync: (name) => store[name] || '',
  setStorageSync: (name, value) => { store[name] = value },
  request: (one) => {
    sent.push([one.url, one.data])
    const answer = answers.shift() || (() => one.success({ statusCode: 200 }))
    answer(one)
  }
}
"""


def test_what_is_pasted_into_a_mini_program_knows_visitors_and_sends_again(client, web_shop):
    code = next(each.code for each in snippets(host="", key=web_shop.key) if each.slug == "miniprogram")
    node = Path(__file__).parents[2] / ".sdks" / "bin" / "node"
    assert node.exists(), "first: sh scripts/sdks"
    told = subprocess.run(
        [node, "-e", f"{WX}{code}\nconsole.log(JSON.stringify(sent))"], capture_output=True, text=True, check=True
    )
    sent = json.loads(told.stdout)
    assert [url for url, _data in sent] == ["/v1/track"] * 3 + ["/v1/identify"]
    for url, data in sent:
        assert client.post(url, data, "application/json").status_code == 200
    take_in()
    assert Customer.objects.filter(merged_into=None).count() == 1
    assert HotEvent.objects.count() == 1
    flush = Flush.objects.get()
    assert (flush.messages, flush.repeated, flush.refused) == (4, 2, 0)


def test_every_way_of_sending_names_the_key_and_this_server():
    assert all("KEY" in each.code and "HOST" in each.code for each in SNIPPETS)

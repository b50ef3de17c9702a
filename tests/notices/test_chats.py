"""Groups in WeCom, DingTalk and Feishu are told by their robots: signed, cut to size, once, nothing personal."""

import base64
import hashlib
import hmac
import json
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import PermissionDenied

from cdp.notices import sending
from cdp.notices.channels.message import Line, Message
from cdp.notices.channels.registry import CHATS
from cdp.notices.chats import Wish, chat_create, chat_switch, chat_test
from cdp.notices.models import NoticeKind, Outlet, Sending
from cdp.notices.sending import notices_deliver
from tags.dependencies import TAG, Ref
from tags.models import Tag
from tags.telling import run_failed_tell

pytestmark = pytest.mark.django_db
HEARD = "%(who)s asks for approval of %(name)s."
APPROVAL = {"group": HEARD, "about": "approval:1"}
LONG = Message(
    "1", "标题", [Line("很长的一句话" * 100, "https://quanxi.example.com/tags/") for _each in range(200)]
)


def states(**wanted):
    return list(Sending.objects.filter(**wanted).order_by("pk").values_list("state", "trouble"))


def said_to(robot):
    """The text of each message, whatever the platform."""
    return [json.dumps(one, ensure_ascii=False) for one in robot.told]


@pytest.mark.parametrize("channel", CHATS)
def test_a_group_hears_of_an_approval_with_a_link_and_not_what_was_written(channel, chat_in, tell, robot):
    chat_in(channel)
    tell(**APPROVAL)
    (said,) = said_to(robot)
    assert "Yue asks for approval of Region." in said and "https://quanxi.example.com/tags/region/" in said
    assert "Why?" not in said and states() == [("sent", "")]


def test_a_group_hears_nothing_that_is_for_one_person(chat_in, tell, robot, cast):
    chat_in("wecom")
    for kind in (NoticeKind.COMMENT, NoticeKind.MENTION, NoticeKind.EXPORT, NoticeKind.LOAD):
        tell([cast["mei"]], kind, group=HEARD)
    tell([cast["mei"]], NoticeKind.APPROVAL)
    assert robot.requests == [] and states() == []


def test_a_group_hears_only_what_was_chosen_for_it_in_its_language(chat_in, tell, robot):
    chat_in("wecom", kinds=["run"])
    chat_in("wecom", name="审批群", kinds=["approval"], language="zh-hans")
    tell(**APPROVAL)
    (said,) = said_to(robot)
    assert "地区" in said


def test_a_refresh_that_fails_is_told_the_group_once_a_day(chat_in, robot, django_capture_on_commit_callbacks):
    chat_in("wecom")
    region = Tag(slug="region", name_en="Region")
    for _each in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            run_failed_tell(Ref(TAG, "region"), region, None)
    (said,) = said_to(robot)
    assert "Region could not be refreshed." in said


def test_dingtalk_is_signed_as_its_documents_say(chat_in, tell, robot):
    chat_in("dingtalk", secret="SEC123")
    tell(**APPROVAL)
    query = parse_qs(urlsplit(robot.requests[0].path).query)
    (at,), (sign,) = query["timestamp"], query["sign"]
    made = hmac.new(b"SEC123", f"{at}\nSEC123".encode(), hashlib.sha256).digest()
    assert base64.b64decode(sign) == made and query["from"] == ["quanxi"]
    assert abs(int(at) / 1000 - time.time()) < 60


def test_feishu_is_signed_as_its_documents_say(chat_in, tell, robot):
    chat_in("feishu", secret="SEC123")
    tell(**APPROVAL)
    (told,) = robot.told
    made = hmac.new(f"{told['timestamp']}\nSEC123".encode(), b"", hashlib.sha256).digest()
    assert base64.b64decode(told["sign"]) == made and abs(int(told["timestamp"]) - time.time()) < 60


@pytest.mark.parametrize(("channel", "most"), [("wecom", 4096), ("dingtalk", 20_000), ("feishu", 20_000)])
def test_texts_are_cut_to_what_the_platform_takes(channel, most):
    body = CHATS[channel].robot.body(LONG)
    text = body.get("markdown", {}).get("content") or json.dumps(body, ensure_ascii=False)
    assert len(text.encode()) <= most and "�" not in text and "很长的一句话" in text


def test_what_somebody_typed_calls_nobody_and_hides_phone_numbers(chat_in, tell, robot):
    chat_in("wecom")
    name = {"en": "<@all> [x](http://evil.example) 13800138000 li@example.com"}
    tell(params={"who": "Yue", "name": name}, **APPROVAL)
    (said,) = said_to(robot)
    assert "13800138000" not in said and "li＠example" not in said
    assert "<@all>" not in said and "](http://evil" not in said


REFUSED = [
    ("wecom", b'{"errcode":93000,"errmsg":"invalid webhook url"}', "failed", "robot gone"),
    ("wecom", b'{"errcode":45009,"errmsg":"api freq out of limit"}', "waiting", "fast"),
    ("dingtalk", b'{"errcode":310000,"errmsg":"sign not match"}', "failed", "sign"),
    ("dingtalk", b'{"errcode":410100,"errmsg":"send too fast"}', "waiting", "fast"),
    ("feishu", b'{"code":19021,"msg":"sign match fail"}', "failed", "sign"),
    ("feishu", b'{"code":19024,"msg":"Key Words Not Found"}', "failed", "keyword"),
    ("feishu", b'{"code":77777,"msg":"something new"}', "failed", "other"),
    ("wecom", b"<html>a proxy's page</html>", "waiting", "other"),
]


@pytest.mark.parametrize(("channel", "answer", "state", "trouble"), REFUSED)
def test_a_no_inside_a_200_is_a_no(channel, answer, state, trouble, chat_in, tell, robot):
    robot.says = [answer]
    chat = chat_in(channel)
    tell(**APPROVAL)
    assert states() == [(state, trouble)]
    chat.refresh_from_db()
    assert chat.failures == 1 and chat.trouble == trouble


def test_what_does_not_arrive_is_tried_again_later_and_later_and_given_up_after_a_day(chat_in, tell, robot, clock):
    chat_in("wecom")
    robot.answers = [(503, {})] * 99
    tell(**APPROVAL)
    tries = []
    while states() == [("waiting", "HTTP 503")]:
        clock.pass_by(minutes=40)
        before = len(robot.requests)
        notices_deliver(clock)
        tries.append(len(robot.requests) - before)
    assert states() == [("given up", "HTTP 503")]
    assert tries[:2] == [1, 1] and 0 in tries, "first often, then seldom"
    assert sum(tries) < 30


def test_a_broken_chat_holds_up_no_other_and_not_the_act(chat_in, tell, robot, cast):
    broken = chat_in("wecom", name="Broken")
    Outlet.objects.filter(pk=broken.pk).update(address="not what was sealed")
    chat_in("wecom")
    tell([cast["mei"]], **APPROVAL)
    assert len(robot.requests) == 1
    assert states(outlet=broken) == [("failed", "secret")]


def test_what_comes_at_once_goes_as_one_message_and_the_rest_is_counted(chat_in, tell, robot, clock):
    chat_in("wecom")
    robot.answers = [(503, {})]
    for number in range(23):
        tell(group=HEARD, about=f"approval:{number}")
    assert len(robot.requests) == 1, "the robot is left in peace until its next try"
    clock.pass_by(minutes=1)
    notices_deliver(clock)
    assert len(robot.requests) == 2 and "23 notices" in said_to(robot)[1] and "and 3 more" in said_to(robot)[1]
    notices_deliver(clock)
    assert len(robot.requests) == 2 and {state for state, _trouble in states()} == {"sent"}


def test_two_messages_to_a_robot_keep_their_distance(chat_in, tell, robot, clock):
    chat_in("wecom")
    tell(**APPROVAL)
    tell(group=HEARD, about="approval:2")
    assert len(robot.requests) == 1
    clock.pass_by(seconds=4)
    notices_deliver(clock)
    assert len(robot.requests) == 2


def test_whoever_is_killed_while_sending_sends_nothing_twice(chat_in, tell, robot, clock, monkeypatch):
    chat = chat_in("wecom")

    def killed(*args):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(sending, "_close", killed)
        with pytest.raises(SystemExit):
            tell(**APPROVAL)
    assert len(robot.requests) == 1
    Outlet.objects.filter(pk=chat.pk).update(busy_until=clock.now)
    clock.pass_by(minutes=2)
    tell(group=HEARD, about="approval:2")
    notices_deliver(clock)
    assert len(robot.requests) == 2, "the next one alone"
    assert states() == [("given up", "stopped"), ("sent", "")]


def test_two_workers_at_the_same_time_send_once(chat_in, robot, analyst, clock):
    chat = chat_in("wecom")
    chat_test(chat=chat, actor=analyst)
    clock.pass_by(seconds=1)
    first, second = sending._claim(chat.pk, clock()), sending._claim(chat.pk, clock())
    assert first and not second
    sending._serve(chat.pk, second or "other", clock)
    assert robot.requests == []
    sending._serve(chat.pk, first, clock)
    assert len(robot.requests) == 1


def test_a_chat_that_is_switched_off_says_nothing_later_either(chat_in, tell, robot, analyst, clock):
    chat = chat_in("wecom")
    robot.answers = [(503, {})]
    tell(**APPROVAL)
    chat_switch(chat=chat, is_on=False, actor=analyst)
    chat_switch(chat=chat, is_on=True, actor=analyst)
    clock.pass_by(hours=1)
    notices_deliver(clock)
    assert len(robot.requests) == 1 and states()[0][0] == "dropped"


def test_robots_of_a_private_network_are_not_asked(chat_in, tell, robot, settings):
    chat_in("wecom")
    settings.CDP_WEBHOOK_PRIVATE = False
    tell(**APPROVAL)
    assert robot.requests == [] and states() == [("failed", "private")]


def test_address_and_secret_lie_encrypted_and_administrators_alone_set_them(chat_in, robot, cast):
    chat = chat_in("dingtalk", secret="SEC123")
    row = Outlet.objects.values().get(pk=chat.pk)
    assert "SEC123" not in str(row) and "/hook" not in str(row)
    with pytest.raises(PermissionDenied):
        chat_create(wish=Wish("x", "wecom", [], "en", "https://x.example"), actor=cast["mei"])
    assert Outlet.objects.count() == 1


def test_the_api_looks_after_chats_and_never_gives_their_address_back(client, cast, analyst, robot):
    client.force_login(analyst)
    kind = {"content_type": "application/json"}
    sent = {
        "name": "Data team",
        "channel": "feishu",
        "address": robot.url,
        "secret": "very secret",
        "kinds": ["run"],
    }
    assert client.post("/api/chats/", {**sent, "address": "nowhere"}, **kind).status_code == 422
    made = client.post("/api/chats/", sent, **kind).json()
    assert made["has_secret"] and robot.url not in str(made) and "very secret" not in str(made)
    at = f"/api/chats/{made['id']}/"
    changed = client.patch(at, {"kinds": ["run", "approval"], "is_on": False}, **kind).json()
    assert (changed["name"], set(changed["kinds"]), changed["is_on"]) == ("Data team", {"run", "approval"}, False)
    assert client.post(f"{at}test/").status_code == 202
    assert client.get(at).json()["log"][0]["state"] == "waiting"
    client.force_login(cast["mei"])
    assert {client.get(at).status_code, client.post("/api/chats/", sent, **kind).status_code} == {403}
    client.force_login(analyst)
    assert client.delete(at).json() == {"deleted": True} and client.get("/api/chats/").json() == []

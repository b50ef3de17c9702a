"""The playbook: which entry answers which finding, who may write it, and where it is suggested."""

import json
import re
from contextlib import contextmanager
from importlib import import_module

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from segments.dashboards.models import Render
from segments.dashboards.services import render_request
from segments.dashboards.suggesting import suggested
from segments.playbook import services
from segments.playbook.files import starter
from segments.playbook.matching import Finding, answers, suggestions
from segments.playbook.models import Channel, Direction, Play
from segments.playbook.services import Wish, play_create, starter_install
from tests.segments.settled import segment_of
from tests.world import HAN_MEIMEI, LI_LEI, LUCY

LATE = {"field": "tag:hours", "value": "late", "direction": "over", "tgi": 150}
FINDING = Finding("tag:hours", "late", "Night owl", Direction.OVER, 180.0, {})

MATCHES = [
    ({}, True),
    ({"value": ""}, True),
    ({"value": "night OWL "}, True),
    ({"value": "early"}, False),
    ({"field": "tag:stage"}, False),
    ({"tgi": 181}, False),
    ({"tgi": 180}, True),
    ({"direction": "under", "tgi": 200}, False),
]


@pytest.mark.parametrize(("change", "fits"), MATCHES)
def test_an_entry_answers_a_finding_of_its_value_its_way_and_as_far(change, fits):
    assert answers(Play(**{**LATE, **change}), FINDING) is fits


def test_less_often_is_down_to_an_index():
    rare = Finding("channel", "web", "Web shop", Direction.UNDER, 60.0, {})
    few = {"field": "channel", "value": "web", "direction": "under"}
    assert answers(Play(**few, tgi=70), rare)
    assert not answers(Play(**few, tgi=50), rare)


def test_an_entry_is_suggested_once_for_the_first_finding_it_answers():
    other = Finding("tag:hours", "weekend", "Weekend", Direction.OVER, 170.0, {})
    plays = [Play(pk=1, **{**LATE, "value": ""}), Play(pk=2, **{**LATE, "value": "weekend"})]
    found = [(one.play.pk, one.finding.value) for one in suggestions(plays, [FINDING, other])]
    assert found == [(1, "late"), (2, "weekend")]


@pytest.mark.parametrize("slug", starter())
def test_what_is_shipped_is_whole_and_in_three_languages(slug):
    one = starter()[slug]
    for text in ("names", "action", "effect", "measure"):
        assert all(one[text][language].strip() for language in ("zh-hans", "zh-hant", "en")), text
    assert set(one["channels"]) <= set(Channel.values)
    assert one["when"]["direction"] in Direction.values
    assert re.fullmatch(r"(tag|attribute|property):\w+|channel|orders|spend|event", one["when"]["field"])


def do(text):
    return {"action": {"en": text}}


def member(name, *may):
    user = User.objects.create_user(name, password="x", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=may))
    return user


@pytest.mark.django_db
def test_who_may_edit_segments_writes_it_and_nobody_else():
    wish = Wish(names={"en": "Second order"}, field="orders", value="1", texts=do("Send a coupon"))
    with pytest.raises(PermissionDenied):
        play_create(wish=wish, actor=member("reader"))
    made = [play_create(wish=wish, actor=member(name, "edit_segments")) for name in ("anna", "ben")]
    assert [play.slug for play in made] == ["second_order", "second_order-2"]
    assert made[0].owner.username == "anna"


@pytest.mark.django_db
def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(UserError) as told:
        play_create(
            wish=Wish(names={"en": " "}, field="tag:nothing", texts={}, channels=["pigeon"], tgi=-1), actor=SYSTEM
        )
    assert {problem.path[0] for problem in told.value.problems} == {"names", "action", "field", "tgi", "channels"}


@pytest.mark.django_db
def test_the_shipped_entries_come_once_in_all_languages():
    first = starter_install(actor=SYSTEM)
    assert len(first) == len(starter()) == Play.objects.count()
    assert starter_install(actor=SYSTEM) == []
    play = Play.objects.get(slug="retail_cart_left")
    assert (play.name_en, play.name_zh_hans) == ("Remind of the cart", "加购未买提醒")
    with override("zh-hant"):
        assert play.action.startswith("加購 4 小時後")
    with override("en"):
        assert play.action == starter()["retail_cart_left"]["action"]["en"]


@pytest.mark.django_db
def test_who_waits_for_another_to_add_them_finds_them_there(monkeypatch):
    @contextmanager
    def another_first(name):
        services._install()
        yield

    monkeypatch.setattr(services, "exclusive", another_first)
    assert starter_install(actor=SYSTEM) == [] and Play.objects.count() == len(starter())


TEXTS_READ = [
    ({"zh-hans": "发券", "en": "Coupon"}, "en", "Coupon"),
    ({"zh-hans": "发券", "en": "Coupon"}, "zh-hant", "发券"),
    ({"zh-hant": "發券"}, "en", "發券"),
    ({"en": "Coupon"}, "zh-hans", "Coupon"),
    ({}, "en", ""),
]


@pytest.mark.parametrize(("texts", "language", "read"), TEXTS_READ)
def test_a_text_is_read_in_ones_language_or_the_best_there_is(texts, language, read):
    with override(language):
        assert Play(texts={"effect": texts}).effect == read


@pytest.mark.parametrize(
    ("slug", "text", "languages"),
    [
        ("own", "发券", {"zh-hans"}),
        ("own", "Send a coupon", {"en"}),
        ("retail_cart_left", "shipped", {"zh-hans", "zh-hant", "en"}),
        ("retail_cart_left", "发券", {"zh-hans"}),
        ("own", "", set()),
    ],
)
def test_texts_of_before_are_in_the_language_they_look_like(slug, text, languages):
    moved = import_module("segments.playbook.migrations.0002_texts")
    shipped = starter().get(slug, {}).get("action", {})
    assert set(moved._in_languages(shipped["zh-hant"] if text == "shipped" else text, shipped)) == languages


@pytest.fixture
def drawn(settled, django_capture_on_commit_callbacks):
    segment = segment_of("friends", {LI_LEI, HAN_MEIMEI, LUCY}, name="老朋友")
    with django_capture_on_commit_callbacks(execute=True):
        asked = render_request(segment=segment, language="zh-hans")
    render = Render.objects.get(pk=asked.pk)
    found = {
        "subject": "品类", "field": "property:category", "stored": "零食", "value": "零食", "share": "67%",
        "everyone": "25%", "tgi": "267", "between": "", "n": "2", "counts": [2, 3, 2, 8], "rule": None,
    }  # fmt: skip
    render.content["over"] = [found]
    render.save()
    return render


@pytest.mark.parametrize(
    ("play", "there"),
    [
        ({}, True),
        ({"is_on": False}, False),
        ({"tgi": 300}, False),
        ({"segment": "other"}, False),
        ({"segment": "friends"}, True),
    ],
)
def test_it_is_suggested_on_the_page_and_in_the_files(client, drawn, play, there):
    texts = {"action": {"zh-hans": "配一件坚果", "en": "Add nuts"}}
    given = {"names": {"zh-hans": "零食组合"}, "field": "property:category", "texts": texts} | play
    if "segment" in play:
        given["segment"] = drawn.segment if play["segment"] == "friends" else segment_of("other", {LUCY})
    client.force_login(member("anna", "edit_segments"))
    client.cookies["django_language"] = "zh-hans"
    play_create(wish=Wish(**given), actor=SYSTEM)
    shown = client.get(reverse("personas:segment", args=["friends"])).content.decode()
    file = client.get(reverse("personas:file", args=[drawn.pk, "html"])).content.decode()
    assert ("配一件坚果" in shown) is ("配一件坚果" in file) is there
    if there:
        assert shown.index('id="standouts"') < shown.index('id="suggestions"') < shown.index('id="who"')
        with override("en"):
            assert [one.action for one in suggested(SYSTEM, drawn.segment, drawn.content)] == ["Add nuts"]


@pytest.mark.django_db
def test_an_entry_is_written_and_changed_on_its_page(client):
    client.force_login(member("anna", "edit_segments"))
    typed = {
        "name_en": "Late",
        "field": "channel",
        "value": "wechat",
        "direction": "over",
        "tgi": "130",
        "is_on": "1",
    }
    answer = client.post(reverse("playbook:new"), typed)
    assert answer.status_code == 422 and 'value="Late"' in answer.content.decode()
    written = {"action_en": "Write at ten", "action_zh-hans": "十点发", "channels": ["sms"]}
    assert client.post(reverse("playbook:new"), typed | written).status_code == 302
    (play,) = Play.objects.all()
    assert (play.tgi, play.channels, play.is_on) == (130, ["sms"], True)
    edit = reverse("playbook:edit", args=[play.pk])
    assert "Write at ten" in client.get(edit).content.decode()
    client.post(edit, typed | {"action_en": "Write at nine", "is_on": ""})
    play.refresh_from_db()
    assert (play.texts, play.is_on) == ({"action": {"en": "Write at nine"}}, False)
    client.post(reverse("playbook:starter"))
    assert Play.objects.count() == 1 + len(starter())
    client.post(reverse("playbook:delete", args=[play.pk]))
    assert not Play.objects.filter(pk=play.pk).exists()


@pytest.mark.django_db
def test_who_may_only_look_sees_it_and_changes_nothing(client):
    play = play_create(wish=Wish(names={"en": "Late"}, field="channel", texts=do("Write")), actor=SYSTEM)
    client.force_login(member("reader"))
    assert "Write" in client.get(reverse("playbook:list")).content.decode()
    for name, args in (("new", []), ("edit", [play.pk]), ("delete", [play.pk]), ("starter", [])):
        assert client.post(reverse(f"playbook:{name}", args=args)).status_code == 403, name


@pytest.mark.django_db
def test_it_is_read_and_written_over_the_api(client):
    client.force_login(member("anna", "edit_segments"))

    def send(method, path, **sent):
        answer = getattr(client, method)(f"/api/playbook/{path}", json.dumps(sent), "application/json")
        return answer.status_code, answer.json()

    status, made = send("post", "", names={"en": "Late"}, field="channel", value="wechat", action="Write at ten")
    assert (status, made["tgi"], made["owner"]) == (201, 120, "anna")
    english = {"action": {"en": "Write at ten, please"}}
    status, changed = send("patch", f"{made['id']}/", tgi=150, channels=["sms"], texts=english)
    assert (changed["action"], changed["texts"]["action"]["en"]) == ("Write at ten", "Write at ten, please")
    assert (status, changed["tgi"], changed["value"], changed["channels"]) == (200, 150, "wechat", ["sms"])
    assert send("patch", f"{made['id']}/", field="tag:nothing")[0] == 422
    assert [one["names"] for one in client.get("/api/playbook/").json()] == [{"en": "Late"}]
    assert len(send("post", "starter/")[1]["added"]) == len(starter())
    assert send("delete", f"{made['id']}/")[0] == 200


def queries(client):
    client.get(reverse("playbook:list"))
    with CaptureQueriesContext(connection) as found:
        client.get(reverse("playbook:list"))
    return len(found)


@pytest.mark.django_db
def test_the_list_asks_as_often_for_one_entry_as_for_many(client):
    client.force_login(member("anna", "edit_segments"))
    play_create(wish=Wish(names={"en": "Late"}, field="channel", texts=do("Write")), actor=SYSTEM)
    few = queries(client)
    starter_install(actor=SYSTEM)
    assert queries(client) == few

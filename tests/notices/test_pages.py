"""The pages on which a person chooses how to be told, and an administrator looks after chats of groups."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from cdp.notices.models import Outlet, Sending
from cdp.notices.preferences import When, preferences_of, wish_of
from cdp.settings import env

pytestmark = pytest.mark.django_db
CHAT = {"name": "Data team", "channel": "dingtalk", "kinds": ["approval"], "language": "en", "secret": "SEC123"}


def signed_in(person, language="en"):
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    return client


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_a_person_chooses_what_comes_how(cast, post):
    mei = signed_in(cast["mei"])
    page = mei.get("/notifications/choices/").content.decode()
    assert "Somebody names me with @" in page and "mei@example.com" in page
    mei.post("/notifications/choices/", {"language": "zh-hant", "bell_comment": "1", "mail_comment": "now"})
    preference = preferences_of([cast["mei"].pk])[cast["mei"].pk]
    assert wish_of(preference, "comment").mail is When.NOW and wish_of(preference, "comment").bell
    assert wish_of(preference, "run").mail is When.NEVER and not wish_of(preference, "run").bell
    assert preference.language == "zh-hant"
    assert mei.post("/notifications/choices/", {"language": "de"}).status_code == 422


def test_a_test_mail_goes_to_oneself_and_says_how_it_went(cast, post, committed):
    mei = signed_in(cast["mei"])
    with committed():
        mei.post("/notifications/choices/test/")
    assert [letter["To"] for letter in post.letters] == ["mei@example.com"]
    page = mei.get("/notifications/choices/").content.decode()
    assert "This is a test." in page and "sent" in page


def test_without_a_server_or_an_address_the_page_says_so(cast, post, settings):
    cast["mei"].email = ""
    cast["mei"].save()
    mei = signed_in(cast["mei"])
    assert "There is no mail address in your account" in mei.get("/notifications/choices/").content.decode()
    settings.CDP_MAIL = {}
    assert "No mail server is set up yet" in mei.get("/notifications/choices/").content.decode()
    mei.post("/notifications/choices/test/")
    assert Sending.objects.count() == 0


def test_an_administrator_adds_a_chat_and_tries_it(analyst, robot, committed):
    lin = signed_in(analyst)
    made = lin.post("/notifications/chats/new/", {**CHAT, "address": robot.url})
    with committed():
        lin.post(f"{made.url}test/")
    assert "This is a test." in robot.told[0]["markdown"]["text"]
    page = lin.get(made.url).content.decode()
    assert "This is a test." in page and "SEC123" not in page and "/hook" not in page
    assert "Data team" in lin.get("/notifications/chats/").content.decode()


def test_what_a_platform_answered_is_read_on_the_page(analyst, robot, committed):
    robot.says = [b'{"errcode":310000,"errmsg":"sign not match"}']
    lin = signed_in(analyst)
    made = lin.post("/notifications/chats/new/", {**CHAT, "address": robot.url})
    with committed():
        lin.post(f"{made.url}test/")
    page = lin.get(made.url).content.decode()
    assert "the signature does not fit: check the secret (310000: sign not match)" in page


def test_changing_a_chat_keeps_its_address_and_secret_unless_new_ones_are_typed(analyst, robot):
    lin = signed_in(analyst)
    made = lin.post("/notifications/chats/new/", {**CHAT, "address": robot.url})
    before = Outlet.objects.values("address", "secret").get()
    lin.post(f"{made.url}edit/", {**CHAT, "name": "Team", "secret": ""})
    assert Outlet.objects.values("address", "secret").get() == before and Outlet.objects.get().name == "Team"
    page = lin.post(f"{made.url}edit/", {**CHAT, "channel": "feishu", "secret": ""})
    assert page.status_code == 422 and "Another platform has another address" in page.content.decode()
    lin.post(f"{made.url}switch/", {"is_on": "0"})
    assert not Outlet.objects.get().is_on
    lin.post(f"{made.url}delete/")
    assert not Outlet.objects.exists()


@pytest.mark.parametrize("address", ["", "hook", "http://10.0.0.8/x", "https://10.0.0.8/x", "ftp://example.com/"])
def test_an_address_that_is_none_or_not_everybodys_is_refused(address, analyst):
    page = signed_in(analyst).post("/notifications/chats/new/", {**CHAT, "address": address})
    assert page.status_code == 422 and not Outlet.objects.exists()


def test_chats_are_for_administrators_alone(cast, chat_in):
    chat = chat_in("wecom")
    mei = signed_in(cast["mei"])
    for page in ("", "new/", f"{chat.pk}/", f"{chat.pk}/edit/"):
        assert mei.get(f"/notifications/chats/{page}").status_code == 403
    for act in ("test", "switch", "delete"):
        assert mei.post(f"/notifications/chats/{chat.pk}/{act}/").status_code == 403


MAIL = [
    ("smtp://li%40shop:p%2Fw@mail.example.com", ("mail.example.com", 587, "li@shop", "p/w", True, False)),
    ("smtps://mail.example.com:4650", ("mail.example.com", 4650, "", "", False, True)),
    ("smtp+plain://localhost", ("localhost", 25, "", "", False, False)),
]


@pytest.mark.parametrize(("url", "expected"), MAIL)
def test_a_mail_server_is_named_in_one_line(url, expected, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", url)
    assert tuple(env.mail("EMAIL_URL").values()) == expected


@pytest.mark.parametrize("url", ["mail.example.com", "http://mail.example.com", "smtp://"])
def test_a_mail_server_that_is_none_stops_the_start(url, monkeypatch):
    monkeypatch.setenv("EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        env.mail("EMAIL_URL")

"""Mail of notices: at once or in the day's digest, in the reader's language, once, never in the way of the act."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from cdp.notices.models import Notice, NoticeKind, Outlet, Sending
from cdp.notices.preferences import When, Wish, due_at, preference_save
from cdp.notices.sending import notices_deliver
from cdp.notices.services import notices_clean, notices_read_all

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def text_of(letter):
    return letter.get_body(("plain",)).get_content()


def wants(person, mail, language="en", bell=True):
    wish = Wish(bell=bell, mail=mail)
    preference_save(person=person, language=language, wishes=dict.fromkeys(NoticeKind, wish))


def states():
    return list(Sending.objects.order_by("pk").values_list("state", "trouble"))


def test_an_approval_comes_by_mail_at_once_with_a_link(cast, tell, post):
    wants(cast["mei"], When.NOW)
    tell([cast["mei"]])
    (letter,) = post.letters
    assert letter["To"] == "mei@example.com" and letter["From"] == "Quanxi <quanxi@example.com>"
    assert letter["Subject"] == "Quanxi: Yue wrote about Region: Why?"
    assert "https://quanxi.example.com/tags/region/" in text_of(letter)
    assert 'href="https://quanxi.example.com/tags/region/"' in letter.get_body(("html",)).get_content()
    assert states() == [("sent", "")]


def test_each_reads_it_in_their_own_language(cast, tell, post):
    wants(cast["mei"], When.NOW, "zh-hans")
    wants(cast["heng"], When.NOW, "en")
    tell([cast["mei"], cast["heng"]])
    subjects = {letter["To"]: letter["Subject"] for letter in post.letters}
    assert "地区" in subjects["mei@example.com"] and "Region" in subjects["heng@example.com"]
    assert post.connections == 1, "one after the other over one connection"


def test_without_a_word_of_theirs_approvals_come_at_once_and_files_not_at_all(cast, tell, post):
    tell([cast["mei"]], NoticeKind.EXPORT)
    tell([cast["mei"]], NoticeKind.COMMENT)
    assert post.letters == [] and states() == [("waiting", "")], "a comment waits for the digest"
    tell([cast["mei"]], NoticeKind.APPROVAL)
    assert len(post.letters) == 1


def test_the_digest_is_one_mail_of_what_was_not_read_meanwhile(cast, tell, post, clock):
    wants(cast["mei"], When.DAILY)
    for name in ("One", "Two", "Three"):
        params = {"who": "Yue", "name": {"en": name}, "words": "Why?"}
        tell([cast["mei"]], params=params)
    Notice.objects.filter(params__name__en="Two").update(read_at=timezone.now())
    notices_deliver(clock)
    assert post.letters == []
    clock.pass_by(days=1, minutes=1)
    notices_deliver(clock)
    notices_deliver(clock)
    (letter,) = post.letters
    assert letter["Subject"] == "Quanxi: the day’s 2 notices"
    assert "One" in text_of(letter) and "Three" in text_of(letter) and "Two" not in text_of(letter)


def test_a_digest_of_nothing_is_not_sent(cast, tell, post, clock):
    wants(cast["mei"], When.DAILY)
    tell([cast["mei"]])
    notices_read_all(person=cast["mei"])
    clock.pass_by(days=1, minutes=1)
    notices_deliver(clock)
    assert post.letters == [] and states() == [("dropped", "")]


def test_digests_go_out_in_the_morning_of_the_business(settings):
    settings.CDP_DIGEST_HOUR = 8
    early, late = (datetime(2026, 6, 30, hour, tzinfo=SHANGHAI) for hour in (7, 9))
    assert due_at(When.DAILY, early) == datetime(2026, 6, 30, 8, tzinfo=SHANGHAI)
    assert due_at(When.DAILY, late) == datetime(2026, 7, 1, 8, tzinfo=SHANGHAI)
    assert due_at(When.NOW, early) == early


def test_phone_numbers_and_addresses_that_somebody_typed_are_masked(cast, tell, post):
    wants(cast["mei"], When.NOW)
    tell([cast["mei"]], params={"who": "Yue", "name": {"en": "Region"}, "words": "ask 13800138000, li@shop.cn"})
    said = text_of(post.letters[0])
    assert "13800138000" not in said and "li@shop.cn" not in said and "ask 1380****00" in said


def test_what_is_not_wanted_at_the_bell_is_in_the_list_as_read(cast, tell, post):
    wants(cast["mei"], When.NEVER, bell=False)
    tell([cast["mei"]])
    assert Notice.objects.get(person=cast["mei"]).read_at and post.letters == []


def test_what_fails_again_and_again_and_is_not_read_does_not_fill_the_mailbox(cast, tell, post):
    wants(cast["mei"], When.NOW)
    for _each in range(3):
        tell([cast["mei"]], NoticeKind.RUN, about="tag:region")
    assert len(post.letters) == 1 and Notice.objects.count() == 1
    notices_read_all(person=cast["mei"])
    tell([cast["mei"]], NoticeKind.RUN, about="tag:region")
    assert len(post.letters) == 2


def test_one_address_that_is_refused_holds_up_nobody_else(cast, tell, post, clock):
    post.refuses = {"heng@example.com": ["550 no such user"], "yue@example.com": ["451 greylisted"]}
    for name in ("mei", "yue", "heng"):
        wants(cast[name], When.NOW)
    tell([cast["heng"], cast["yue"], cast["mei"]])
    assert [letter["To"] for letter in post.letters] == ["mei@example.com"]
    clock.pass_by(minutes=5)
    notices_deliver(clock)
    assert [letter["To"] for letter in post.letters] == ["mei@example.com", "yue@example.com"]
    refused = Sending.objects.get(person=cast["heng"])
    assert (refused.state, refused.trouble, refused.answer) == ("failed", "recipient", "550: no such user")


def test_a_mail_server_that_is_down_hinders_nobody_and_gets_it_later(cast, tell, post, settings, clock):
    wants(cast["mei"], When.NOW)
    settings.EMAIL_PORT, port = 1, settings.EMAIL_PORT
    tell([cast["mei"]])
    assert Notice.objects.filter(person=cast["mei"]).exists()
    assert states() == [("waiting", "unreachable")] and Outlet.objects.get().failures == 1
    settings.EMAIL_PORT = port
    clock.pass_by(minutes=1)
    notices_deliver(clock)
    assert len(post.letters) == 1 and Outlet.objects.get().failures == 0


def test_who_has_left_gets_nothing_that_still_waits(cast, tell, post, clock):
    wants(cast["mei"], When.DAILY)
    tell([cast["mei"]])
    cast["mei"].is_active = False
    cast["mei"].save()
    clock.pass_by(days=1, minutes=1)
    notices_deliver(clock)
    assert post.letters == []


def test_without_a_mail_server_nothing_is_laid_down(cast, tell):
    tell([cast["mei"]])
    assert states() == []


def test_a_head_cannot_be_broken_by_a_name(cast, tell, post):
    wants(cast["mei"], When.NOW)
    tell([cast["mei"]], params={"who": "Yue\r\nBcc: x@evil.example", "name": {"en": "R"}, "words": ""})
    (letter,) = post.letters
    assert letter["Bcc"] is None


def test_old_ones_go_with_the_notices(cast, tell, post):
    wants(cast["mei"], When.NOW)
    tell([cast["mei"]])
    Sending.objects.update(made_at=timezone.now() - timedelta(days=31))
    notices_clean()
    assert states() == []

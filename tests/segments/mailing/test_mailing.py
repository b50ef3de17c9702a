"""Personas and boards by mail: kept when data moved, in each reader's language, not to whoever lost the right."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from cdp.errors import UserError
from cdp.ledger.services import job_run
from cdp.notices.models import Letter, Notice, NoticeKind, Outlet, Sending
from cdp.notices.preferences import When, Wish, preference_save
from cdp.notices.sending import notices_deliver
from cdp.notices.services import notices_clean
from segments.boards.services import board_create
from segments.boards.widgets import Widget
from segments.editions.models import Edition
from segments.mailing.due import mailings_due
from segments.mailing.models import Mailing, MailingRun
from segments.mailing.running import mailing_run
from segments.mailing.selectors import last_runs, mailings
from segments.mailing.services import mailing_change, mailing_delete, mailing_make, mailing_pause
from segments.mailing.when import next_after
from segments.personas.models import Persona
from tests.segments.mailing.conftest import colleague, reads
from tests.world import HAN_MEIMEI, JIM, LI_LEI, LUCY

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def letters_to(office):
    return {letter["To"].partition("@")[0]: letter for letter in office.letters}


def text_of(letter):
    return letter.get_body(("plain",)).get_content()


def day(*given):
    return datetime(*given, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("weekly", "which", "now", "due"),
    [
        (True, 0, day(2026, 11, 30, 7, 59), day(2026, 11, 30, 8)),
        (True, 0, day(2026, 11, 30, 8), day(2026, 12, 7, 8)),
        (True, 6, day(2026, 12, 31, 9), day(2027, 1, 3, 8)),
        (False, 1, day(2026, 11, 30, 9), day(2026, 12, 1, 8)),
        (False, 31, day(2026, 11, 1), day(2026, 11, 30, 8)),
        (False, 30, day(2027, 1, 30, 8), day(2027, 2, 28, 8)),
        (False, 29, day(2028, 1, 30), day(2028, 2, 29, 8)),
    ],
)
def test_the_next_time_is_that_day_at_that_hour_where_the_business_is(weekly, which, now, due):
    assert next_after(weekly=weekly, day=which, at=time(8), now=now.astimezone(ZoneInfo("UTC"))) == due


def test_an_edition_is_kept_and_each_reader_gets_it_once_in_their_language(weekly, cast, send, post):
    reads(cast["cai"], "zh-hans")
    run = send(weekly)
    edition = Edition.objects.get()
    assert (run.state, run.outcome, run.edition, run.mailed, run.left_out) == ("done", "kept", edition, 3, 0)
    assert (edition.maker, edition.language, edition.title) == ("Anna", "en", "Old friends")
    letters = letters_to(post)
    assert set(letters) == {"ben", "dora", "cai"} and len(post.letters) == 3
    assert letters["ben"]["Subject"] == "Old friends, edition 1" and "老友" in letters["cai"]["Subject"]
    said = text_of(letters["ben"])
    assert "https://quanxi.example.com/personas/editions/friends/1/" in said and "Key numbers" in said
    assert edition.content["narrative"][0]["text"] in said
    assert "成员" in text_of(letters["cai"]) and "Members" not in text_of(letters["cai"])
    assert "PDF 见附件。" in text_of(letters["cai"]) and "The PDF is attached." in said
    assert not [one for one in ("Li Lei", "Lucy", "浙江") if one in said], "no customer is named"


def test_the_file_is_a_pdf_in_the_readers_language(weekly, cast, send, post):
    reads(cast["cai"], "zh-hans")
    send(weekly)
    for letter in letters_to(post).values():
        (file,) = letter.iter_attachments()
        assert file.get_content_type() == "application/pdf" and file.get_content()[:5] == b"%PDF-"
        assert file.get_filename().endswith("-1.pdf")
    assert Letter.objects.count() == 2


def test_the_next_one_says_what_changed_and_what_did_not_move_keeps_nothing(weekly, send, post):
    send(weekly)
    post.letters.clear()
    run = send(weekly, {LI_LEI, LUCY, JIM, HAN_MEIMEI})
    assert (run.outcome, run.edition.number) == ("kept", 2)
    said = text_of(letters_to(post)["ben"])
    assert "What changed since edition 1" in said and "Members · 3 → 4 · +1" in said
    post.letters.clear()
    run = send(weekly)
    assert (run.outcome, run.edition.number, Edition.objects.count()) == ("same", 2, 2)
    letter = letters_to(post)["ben"]
    assert "Nothing has moved since edition 2" in text_of(letter) and not list(letter.iter_attachments())


def test_what_looks_like_a_number_of_somebody_is_masked(weekly, send, post):
    Persona.objects.update(name_en="Ask 13800138000", description="li@shop.cn")
    send(weekly)
    letter = letters_to(post)["ben"]
    whole = letter["Subject"] + text_of(letter) + letter.get_body(("html",)).get_content()
    assert "13800138000" not in whole and "li@shop.cn" not in whole and "1380****00" in letter["Subject"]


def test_whoever_lost_the_right_gets_nothing(weekly, cast, send, post):
    cast["ben"].is_staff = False
    cast["ben"].save()
    run = send(weekly)
    assert set(letters_to(post)) == {"dora", "cai"} and (run.mailed, run.left_out) == (2, 1)
    assert not Notice.objects.filter(person=cast["ben"]).exists()


def test_whoever_loses_it_while_the_mail_waits_gets_nothing(weekly, cast, send, post, settings):
    settings.EMAIL_PORT, port = 1, settings.EMAIL_PORT
    send(weekly)
    cast["ben"].is_active = False
    cast["ben"].save()
    settings.EMAIL_PORT = port
    Sending.objects.update(due_at=timezone.now())
    Outlet.objects.update(next_at=None)
    notices_deliver()
    assert set(letters_to(post)) == {"dora", "cai"}


def test_a_board_that_is_shared_no_more_is_not_read_in_a_mail_that_waited(cast, board, plan, send, post, clock):
    daily = {NoticeKind.REPORT: Wish(bell=True, mail=When.DAILY)}
    preference_save(person=cast["ben"], language="en", wishes=daily)
    board.everybody = True
    board.save()
    send(mailing_make(of=board, plan=plan(), actor=cast["anna"]))
    assert set(letters_to(post)) == {"cai", "dora"}
    board.everybody = False
    board.save()
    clock.pass_by(days=1, minutes=1)
    notices_deliver(clock)
    assert len(post.letters) == 2 and Sending.objects.get(person=cast["ben"]).state == "dropped"


def test_an_owner_who_may_not_keep_editions_any_more_stops_it_until_somebody_takes_over(weekly, cast, send, post):
    cast["anna"].user_permissions.clear()
    run = MailingRun.objects.create(mailing=weekly)
    job_run(MailingRun, run.pk, mailing_run)
    run.refresh_from_db()
    weekly.refresh_from_db()
    assert (run.state, weekly.is_on, Edition.objects.count(), post.letters) == ("failed", False, 0, [])
    mailing_pause(mailing=weekly, is_on=True, actor=colleague("eva", "edit_segments"))
    weekly.refresh_from_db()
    assert (weekly.owner.username, weekly.is_on) == ("eva", True)
    assert send(weekly).outcome == "kept"


def test_a_group_too_small_to_be_shown_is_sent_to_nobody_and_the_owner_is_told(weekly, cast, send, post, settings):
    settings.CDP_MIN_GROUP = 4
    run = send(weekly)
    assert (run.state, run.mailed, Edition.objects.count()) == ("failed", 0, 0)
    assert "too small" in run.problems[0]["message"] and post.letters == []
    with override("en"):
        assert "could not be made" in Notice.objects.get(person=cast["anna"]).said


def test_who_wants_none_by_mail_finds_it_in_the_product(weekly, cast, send, post):
    wish = {NoticeKind.REPORT: Wish(bell=True, mail=When.NEVER)}
    preference_save(person=cast["ben"], language="en", wishes=wish)
    run = send(weekly)
    assert set(letters_to(post)) == {"dora", "cai"} and (run.mailed, run.unmailed) == (2, 1)
    with override("en"):
        assert Notice.objects.get(person=cast["ben"]).said == "Old friends, edition 1, was kept as planned."


def test_work_that_is_done_again_after_a_lost_worker_sends_nothing_twice(weekly, send, post):
    run = send(weekly)
    MailingRun.objects.filter(pk=run.pk).update(state="waiting")
    job_run(MailingRun, run.pk, mailing_run)
    assert (len(post.letters), Sending.objects.count(), Notice.objects.count()) == (3, 3, 3)


def test_the_newest_time_of_each_plan_is_known_by_one_question(weekly, cast, plan, django_assert_num_queries):
    other = mailing_make(of=weekly.persona, plan=plan(), actor=cast["anna"])
    runs = [MailingRun.objects.create(mailing=of) for of in (weekly, other, weekly)]
    with django_assert_num_queries(1):
        assert last_runs([weekly, other]) == {weekly.pk: runs[2], other.pk: runs[1]}


def test_it_is_due_once_and_what_was_missed_is_made_up_for_once(weekly, post, django_capture_on_commit_callbacks):
    assert mailings_due() == 0
    Mailing.objects.update(next_at=day(2026, 1, 5, 8))
    with django_capture_on_commit_callbacks(execute=True):
        assert (mailings_due(), mailings_due()) == (1, 0)
    assert MailingRun.objects.get().state == "done" and len(post.letters) == 3
    weekly.refresh_from_db()
    assert weekly.next_at > timezone.now() and weekly.next_at.astimezone(SHANGHAI).weekday() == 0


def test_paused_it_is_never_due_and_deleted_it_leaves_the_editions(weekly, cast, send, post):
    send(weekly)
    mailing_pause(mailing=weekly, is_on=False, actor=cast["anna"])
    weekly.refresh_from_db()
    assert not weekly.is_on and mailings_due() == 0
    mailing_delete(mailing=weekly, actor=cast["anna"])
    assert not Mailing.objects.exists() and Edition.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"people": [], "departments": []}, "Nobody would get it"),
        ({"people": ["nobody"]}, "Nobody is called"),
        ({"every": "day"}, "every week or every month"),
        ({"day": 7}, "no such day"),
        ({"every": "month", "day": 0}, "no such day"),
        ({"language": "fr"}, "no such language"),
    ],
)
def test_a_plan_that_cannot_be_is_said_to_be_so(cast, friends, plan, wrong, said):
    with pytest.raises(UserError, match=said):
        mailing_make(of=friends, plan=plan(**wrong), actor=cast["anna"])
    assert not Mailing.objects.exists()


def test_only_who_may_keep_editions_makes_one_and_only_its_owner_changes_it(weekly, cast, friends, plan):
    eva = colleague("eva", "edit_segments")
    for act in (
        lambda: mailing_make(of=friends, plan=plan(), actor=cast["ben"]),
        lambda: mailing_change(mailing=weekly, plan=plan(day=3), actor=eva),
        lambda: mailing_delete(mailing=weekly, actor=eva),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert mailings(eva).get() == weekly and not mailings(cast["ben"]).exists()


@pytest.fixture
def board(cast, friends):
    widgets = (Widget("numbers", "full"), Widget("attribute-gender"))
    return board_create(name="Weekly meeting", segment=friends.segment, actor=cast["anna"], widgets=widgets)


def test_a_board_is_sent_as_its_numbers_to_those_it_is_shared_with(cast, board, plan, send, post):
    monthly = mailing_make(of=board, plan=plan(every="month", day=1), actor=cast["anna"])
    run = send(monthly)
    assert (run.outcome, run.mailed, run.left_out, post.letters) == ("board", 0, 3, [])
    board.everybody = True
    board.save()
    assert send(monthly).mailed == 3
    letter = letters_to(post)["ben"]
    said = text_of(letter)
    assert letter["Subject"] == "Weekly meeting" and "Members · 3" in said and "/personas/boards/" in said
    assert not Edition.objects.exists()


def test_the_pages_make_list_change_and_stop_one(client, cast, friends, post, django_capture_on_commit_callbacks):
    client.force_login(cast["anna"])
    client.cookies["django_language"] = "en"
    new = reverse("mailings:new") + "?persona=friends"
    assert reverse("mailings:new") in client.get(reverse("editions:list", args=["friends"])).content.decode()
    sent = {"every": "month", "month_day": "15", "weekday": "0", "at": "07:30", "language": "en"}
    refused = client.post(new, sent)
    assert refused.status_code == 422 and "Nobody would get it" in refused.content.decode()
    assert client.post(new, {**sent, "departments": ["sales"]}).status_code == 302
    made = Mailing.objects.get()
    at = reverse("mailings:mailing", args=[made.pk])
    assert "on day 15 of each month at 07:30" in client.get(at).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mailings:do", args=[made.pk]), {"what": "send"})
    page = client.get(at).content.decode()
    assert "a new edition was kept and sent" in page and "Dora" in page
    client.post(reverse("mailings:edit", args=[made.pk]), {**sent, "every": "week", "people": ["cai"]})
    listed = client.get(reverse("mailings:list")).content.decode()
    assert "every Mon at 07:30" in listed and "Cai" in listed and "Sales" not in listed
    client.post(reverse("mailings:do", args=[made.pk]), {"what": "delete"})
    assert not Mailing.objects.exists()
    client.force_login(cast["ben"])
    assert {client.get(one).status_code for one in (new, reverse("mailings:list"), at)} == {403}


def test_the_list_asks_as_much_for_one_as_for_many(client, weekly, cast, friends, plan):
    client.force_login(cast["anna"])

    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("mailings:list")).status_code == 200
        return len(queries)

    asked()
    one = asked()
    for number in range(4):
        mailing_make(of=friends, plan=plan(day=number), actor=cast["anna"])
    assert asked() == one


def test_old_letters_go_with_their_files(weekly, send, post):
    send(weekly)
    kept = Letter.objects.first().file
    old = timezone.now() - timedelta(days=400)
    Sending.objects.update(made_at=old)
    Letter.objects.update(made_at=old)
    notices_clean()
    assert not Letter.objects.exists() and not kept.storage.exists(kept.name)


def test_the_api_does_what_the_pages_do(client, cast, friends, send, post):
    client.force_login(cast["anna"])
    kind = {"content_type": "application/json"}
    sent = {"persona": "friends", "every": "week", "day": 4, "at": "09:00", "departments": ["sales"]}
    assert client.post("/api/mailings/", {**sent, "board": "x"}, **kind).status_code == 422
    made = client.post("/api/mailings/", sent, **kind).json()
    assert (made["persona"], made["at"], made["departments"], made["owner"]) == (
        "friends",
        "09:00",
        ["sales"],
        "Anna",
    )
    at = f"/api/mailings/{made['id']}/"
    changed = client.patch(at, {"day": 0, "paused": True}, **kind).json()
    assert (changed["day"], changed["at"], changed["next_at"]) == (0, "09:00", None)
    assert client.post(f"{at}send/").status_code == 202
    assert client.get(at).json()["runs"][0]["state"] == "waiting"
    assert client.delete(at).json() == {"deleted": True} and client.get("/api/mailings/").json() == []

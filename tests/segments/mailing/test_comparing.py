"""Whom a plan compares with, and the charts of a board in its mail."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.notices.models import Notice
from cdp.store.selectors import data_version
from segments.boards.services import board_create
from segments.boards.widgets import Widget
from segments.dashboards.fingerprint import state_now
from segments.editions.models import Edition
from segments.mailing import board_files
from segments.mailing.board_groups import Groups, Pictures
from segments.mailing.models import Mailing, MailingRun
from segments.mailing.services import mailing_change, mailing_make
from segments.models import Segment
from tests.segments.dashboards.test_pdf import paragraphs
from tests.segments.settled import members_set, segment_of
from tests.world import HAN_MEIMEI, JIM, LI_LEI, LIN_TAO, LUCY, WEI_HUA

pytestmark = pytest.mark.django_db


def letters_to(office):
    return {letter["To"].partition("@")[0]: letter for letter in office.letters}


def text_of(letter):
    return letter.get_body(("plain",)).get_content()


@pytest.fixture
def others(settled):
    """Two other groups that have something in common with Friends, and one that is nobody."""
    segment_of("men", {LI_LEI, JIM, LIN_TAO}, name="Men")
    segment_of("old", {LUCY, JIM, WEI_HUA}, name="Old hands")
    return segment_of("empty", set(), name="Nobody")


def test_the_edition_is_against_the_first_and_the_mail_has_numbers_against_the_others(
    cast, friends, others, plan, send, post
):
    mailing = mailing_make(of=friends, plan=plan(bases=["old", "men"]), actor=cast["anna"])
    assert send(mailing).outcome == "kept"
    edition = Edition.objects.get()
    assert edition.base == "old" and edition.content["against"] == "Old hands"
    said = text_of(letters_to(post)["ben"])
    assert "Key numbers · against Men" in said and "Key numbers · against Old hands" not in said
    assert "Old hands" in said
    assert said.index("Key numbers") < said.index("against Men")


def test_against_everyone_it_is_another_edition_than_against_a_segment(cast, friends, others, plan, send, post):
    against = mailing_make(of=friends, plan=plan(bases=["men"]), actor=cast["anna"])
    send(against)
    send(mailing_make(of=friends, plan=plan(), actor=cast["anna"]))
    assert list(Edition.objects.order_by("number").values_list("base", flat=True)) == ["men", ""]
    assert send(against).outcome == "same"


def test_nearly_the_same_customers_are_not_compared_in_the_mail(cast, friends, others, plan, send, post, settings):
    settings.CDP_MIN_GROUP = 2
    segment_of("alike", {LI_LEI, HAN_MEIMEI, LUCY, JIM}, name="Alike")
    send(mailing_make(of=friends, plan=plan(bases=["old", "alike"]), actor=cast["anna"]))
    said = text_of(letters_to(post)["ben"])
    assert "against Alike" in said and "Too few are in one of them alone" in said


@pytest.mark.parametrize(
    ("bases", "said"),
    [
        (["gone"], 'no segment "gone"'),
        (["empty"], 'no segment "empty"'),
        (["friends"], "not compared with itself"),
        (["men", "old", "a", "b", "c"], "4 segments at most"),
    ],
)
def test_whom_it_cannot_be_compared_with_is_said(cast, friends, others, plan, bases, said):
    with pytest.raises(UserError, match=said):
        mailing_make(of=friends, plan=plan(bases=bases), actor=cast["anna"])
    assert not Mailing.objects.exists()


def test_while_one_of_them_is_gone_nothing_is_sent_and_the_owner_is_told(cast, friends, others, plan, send, post):
    mailing = mailing_make(of=friends, plan=plan(bases=["men"]), actor=cast["anna"])
    members_set(Segment.objects.get(slug="men"), set())
    run = send(mailing)
    assert (run.state, post.letters, Edition.objects.count()) == ("failed", [], 0)
    assert "“%(slug)s”" in run.problems[0]["message"] and run.problems[0]["params"]["slug"] == "men"
    with override("en"):
        assert "could not be made" in Notice.objects.get(person=cast["anna"]).said
    # Another day of the week can be chosen all the same.
    mailing_change(mailing=mailing, plan=plan(bases=["men"], day=3), actor=cast["anna"])


def test_the_form_keeps_their_order_and_the_page_names_them(client, cast, friends, others):
    client.force_login(cast["anna"])
    client.cookies["django_language"] = "en"
    new = reverse("mailings:new") + "?persona=friends"
    page = client.get(new).content.decode()
    assert page.count('name="bases"') == 4 and 'value="men"' in page
    assert 'value="friends"' not in page and 'value="empty"' not in page
    sent = {"every": "week", "weekday": "0", "month_day": "1", "at": "07:30", "language": "en", "people": ["cai"]}
    wrong = client.post(new, {**sent, "bases": ["old", "nothing", "", ""]})
    assert wrong.status_code == 422 and '<option value="old" selected>' in wrong.content.decode()
    client.post(new, {**sent, "bases": ["old", "", "men", ""]})
    made = Mailing.objects.get()
    assert made.bases == ["old", "men"]
    assert "Old hands, Men" in client.get(reverse("mailings:mailing", args=[made.pk])).content.decode()
    edit = client.get(reverse("mailings:edit", args=[made.pk])).content.decode()
    assert edit.index('"old" selected') < edit.index('"men" selected')


def test_the_api_takes_and_tells_them_and_a_change_of_the_day_leaves_them(client, cast, friends, others):
    client.force_login(cast["anna"])
    kind = {"content_type": "application/json"}
    sent = {"persona": "friends", "every": "week", "day": 4, "at": "09:00", "people": ["cai"], "bases": ["men"]}
    made = client.post("/api/mailings/", sent, **kind).json()
    assert made["bases"] == ["men"]
    at = f"/api/mailings/{made['id']}/"
    assert client.patch(at, {"day": 0}, **kind).json()["bases"] == ["men"]
    assert client.patch(at, {"bases": []}, **kind).json()["bases"] == []


@pytest.fixture
def board(cast, friends, others):
    widgets = (
        Widget("numbers", "full"),
        Widget("attribute-gender"),
        Widget("months-months"),
        Widget("event-event", segment="men"),
        Widget("no-such-chart"),
        Widget("attribute-city", segment="empty"),
    )
    made = board_create(name="Weekly 13800138000", segment=friends.segment, actor=cast["anna"], widgets=widgets)
    made.everybody, made.description = True, "For the meeting"
    made.save()
    return made


def told_in(board, language="en", bases=(), monkeypatch=None):
    """What the pages of its PDF say, from the first on."""
    job = MailingRun.objects.create(mailing=Mailing.objects.first())
    kept = []

    def made(story, *given, **more):
        kept.append(list(paragraphs(story)))
        return b"%PDF-"

    monkeypatch.setattr(board_files, "pages_made", made)
    with override(language):
        groups = Groups(board, bases)
        pictures = Pictures(job, board, language, state_now(data_version()), SYSTEM)
        assert board_files.board_file(groups, pictures) == b"%PDF-"
    (said,) = kept
    return said


def test_a_board_is_sent_with_its_charts_in_its_order(cast, board, plan, send, post, monkeypatch):
    run = send(mailing_make(of=board, plan=plan(), actor=cast["anna"]))
    assert (run.outcome, run.mailed) == ("board", 3)
    (file,) = letters_to(post)["ben"].iter_attachments()
    assert file.get_content_type() == "application/pdf" and file.get_content()[:5] == b"%PDF-"
    assert file.get_filename() == "Weekly-1380----00.pdf"
    said = told_in(board, monkeypatch=monkeypatch)
    assert said[0] == "Weekly 1380****00" and "For the meeting" in said
    places = [said.index(one) for one in ("Friends", "Members", "Gender", "Active each month", "Men")]
    assert places == sorted(places) and "What they did at least once" in said[places[-1] :]
    assert "City" not in said and "Nobody" not in said


def test_charts_are_against_the_first_where_the_board_says_everyone(cast, board, plan, send, post, monkeypatch):
    board.widgets = [*board.widgets, Widget("event-event", base="old").plain]
    board.save()
    send(mailing_make(of=board, plan=plan(bases=["men", "old"]), actor=cast["anna"]))
    said = text_of(letters_to(post)["ben"])
    assert "Friends · against Men" in said and "Friends · against Old hands" in said
    pages = told_in(board, bases=["men", "old"], monkeypatch=monkeypatch)
    heads = [one for one in pages if "against" in one]
    # Men are not compared with themselves.
    assert heads == ["Friends · against Men", "Men · against Old hands", "Friends · against Old hands"]


def test_of_a_board_whose_groups_are_too_small_there_is_no_file(cast, board, plan, send, post, settings):
    settings.CDP_MIN_GROUP = 4
    send(mailing_make(of=board, plan=plan(), actor=cast["anna"]))
    letter = letters_to(post)["ben"]
    assert "Too few members to show." in text_of(letter) and not list(letter.iter_attachments())

"""What people said of a persona: notes under pseudonyms, themes counted over interviews, decisions of meetings."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cdp.errors import UserError
from cdp.store.models import Batch, Customer
from segments.dashboards.models import Render
from segments.editions.services import edition_make
from segments.interviews.counting import themes_counted, together
from segments.interviews.keeping import summary_of
from segments.interviews.models import Decision, Note, Theme
from segments.interviews.selectors import decisions_of, note_shown, notes
from segments.interviews.services import Wish, decision_add, decision_mark, note_write, theme_add
from tests.segments.editions.reviewing import persona_made
from tests.shop import AS_OF

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)
HOME = "/personas/interviews/night/"


@pytest.fixture
def cast(django_user_model):
    """Mei writes; Yue writes and sees customers in clear; Heng only reads."""
    create = django_user_model.objects.create_user
    made = {name: create(name, is_staff=True, first_name=name.title()) for name in ("mei", "yue", "heng")}
    for name in ("mei", "yue"):
        made[name].user_permissions.add(Permission.objects.get(codename="edit_segments"))
    made["yue"].user_permissions.add(Permission.objects.get(codename="view_personal"))
    return made


@pytest.fixture
def owls(cast):
    return persona_made(cast["mei"])


@pytest.fixture
def write(owls, cast):
    def theme(name, by):
        known = Theme.objects.filter(name=name).first()
        return known or theme_add(persona=owls, name=name, is_shared=False, actor=by)

    def written(*themes, by="mei", **more):
        keys = [theme(name, cast[by]).pk for name in themes]
        wish = Wish(**{"kind": "interview", "held_on": DAY, "respondent": "P07", "themes": keys, **more})
        return note_write(persona=owls, wish=wish, actor=cast[by])

    return written


@pytest.fixture
def reads(cast):
    def client(name):
        made = Client(headers={"accept-language": "en"})
        made.force_login(cast[name])
        return made

    return client


def test_a_theme_counts_once_an_interview_with_its_interval():
    price, night = themes_counted([["price", "price", "night"], ["price"], [], ["price"]])
    assert (price.name, price.count, price.size, price.share) == ("price", 3, 4, 0.75)
    # Wilson's interval of 3 in 4, as tables have it.
    assert (round(price.interval.low, 3), round(price.interval.high, 3)) == (0.301, 0.954)
    assert (night.name, night.count) == ("night", 1)
    assert themes_counted([]) == []


def test_what_is_named_together_is_counted_both_ways():
    coded = [["price", "night"], ["price", "night", "baby"], ["baby"]]
    assert together(coded, ["price", "night", "baby"]) == [
        ("price", [2, 2, 1]),
        ("night", [2, 2, 1]),
        ("baby", [1, 1, 2]),
    ]


def test_meetings_are_not_counted_as_interviews(owls, write):
    write("price", quotes=["Too dear."])
    write("night")
    write("price", kind="meeting")
    found = summary_of(owls)
    assert (found["interviews"], found["meetings"]) == (2, 1)
    assert [(one["name"], one["count"], one["size"]) for one in found["themes"]] == [
        ("night", 1, 2),
        ("price", 1, 2),
    ]
    assert found["quotes"] == [{"text": "Too dear.", "who": "P07"}]


def test_phone_numbers_that_were_said_are_masked_for_who_sees_customers_masked(owls, write, cast):
    note = write(goals="Call 13800138000", quotes=["li@shop.cn is mine"])
    for name, is_clear in (("heng", False), ("mei", False), ("yue", True)):
        shown = note_shown(cast[name], notes(cast[name], owls).get(pk=note.pk))
        said = str([text for _label, text in shown.texts] + shown.quotes)
        assert ("13800138000" in said and "li@shop.cn" in said) == is_clear
    assert "li@shop.cn" not in str(summary_of(owls))


def test_which_customer_it_was_is_for_those_who_see_customers_in_clear(owls, write, cast, reads):
    customer = Customer.objects.create(batch=Batch.objects.create(source="x", state="done"))
    with pytest.raises(PermissionDenied):
        write(customer=customer.pk)
    with pytest.raises(UserError, match="no customer of that number"):
        write(customer=999_999_999, by="yue")
    note = write(customer=customer.pk, by="yue")
    page = f"{HOME}{note.pk}/"
    assert f"/customers/{customer.pk}/" in reads("yue").get(page).content.decode()
    masked = reads("mei").get(page).content.decode()
    assert f"/customers/{customer.pk}/" not in masked and "a customer" in masked
    assert "customer" not in str(summary_of(owls))
    reads("mei").post(f"{page}edit/", {"kind": "interview", "held_on": "2026-11-03", "customer": ""})
    assert Note.objects.get().customer_id == customer.pk, "who does not see it does not take it away"


def test_an_edition_keeps_what_was_counted_when_it_was_made(owls, write, cast):
    write("price")
    at = timezone.now()
    given = {"segment": owls.segment, "language": "en", "as_of": AS_OF, "state": "done", "finished_at": at}
    render = Render.objects.create(**given, fingerprint="f", content={"members": 30, "sections": []})
    kept = edition_make(persona=owls, render=render, title="", actor=cast["mei"])
    write("price")
    assert kept.content["interviews"]["interviews"] == 1 and kept.is_intact
    again = edition_make(persona=owls, render=render, title="", actor=cast["mei"])
    assert again.content["interviews"]["interviews"] == 2, "other interviews are another edition"


def test_a_note_is_written_read_changed_and_deleted(owls, reads):
    mei = reads("mei")
    mei.post(f"{HOME}themes/", {"name": "price"})
    theme = Theme.objects.get()
    typed = {"kind": "interview", "held_on": "2026-11-02", "respondent": "P07", "pains": "Too slow"}
    typed["quotes"] = "One\n\nTwo"
    made = mei.post(f"{HOME}new/", typed | {"themes": [theme.pk]})
    note = Note.objects.get()
    assert made.url == f"{HOME}{note.pk}/" and note.quotes == ["One", "Two"] and note.author_name == "Mei"
    listed = mei.get(HOME).content.decode()
    assert "Too slow" in listed and "price" in listed and "100%" in listed
    mei.post(f"{made.url}edit/", typed | {"pains": "Too dear", "themes": []})
    assert "Too dear" in mei.get(made.url).content.decode() and not Note.objects.get().themes.exists()
    assert mei.post(f"{HOME}new/", {"kind": "interview", "held_on": "soon"}).status_code == 422
    mei.post(f"{made.url}delete/")
    assert "No notes yet" in mei.get(HOME).content.decode()


def test_who_sees_a_note_masked_does_not_save_it_masked(owls, write, reads):
    note = write(goals="Call 13800138000")
    assert reads("mei").get(f"{HOME}{note.pk}/edit/").url == f"{HOME}{note.pk}/"
    assert "13800138000" in reads("yue").get(f"{HOME}{note.pk}/edit/").content.decode()


def test_a_meeting_decides_who_does_what_until_when(owls, write, cast, reads):
    meeting, interview = write(kind="meeting", respondent=""), write()
    page = f"{HOME}{meeting.pk}/"
    owner = {"text": "Try night delivery", "owner": cast["heng"].pk, "due_on": "2026-12-01"}
    reads("mei").post(f"{page}decisions/", owner)
    shown = reads("heng").get(HOME).content.decode()
    assert "Try night delivery" in shown and "Heng" in shown and "2026-12-01" in shown
    decision = Decision.objects.get()
    # Not “in force”, as open links are.
    assert ">not done yet<" in shown
    reads("mei").post(f"{HOME}decisions/{decision.pk}/", {"done": "1"})
    assert Decision.objects.get().done_at
    later = decision_add(note=meeting, text="Ask again", owner=None, due_on=None, actor=cast["mei"])
    assert [one.pk for one in decisions_of(cast["mei"], owls)] == [later.pk, decision.pk]
    with pytest.raises(UserError):
        decision_add(note=interview, text="x", owner=None, due_on=None, actor=cast["mei"])


def test_themes_are_the_personas_own_or_everyones_and_stand_there_once(owls, cast, write):
    theme_add(persona=owls, name="Price", is_shared=True, actor=cast["mei"])
    with pytest.raises(UserError, match="a theme of that name"):
        theme_add(persona=owls, name=" price ", is_shared=False, actor=cast["mei"])
    other = persona_made(cast["mei"], slug="day")
    theme_add(persona=other, name="Sun", is_shared=False, actor=cast["mei"])
    foreign = Theme.objects.get(name="Sun")
    assert list(write(themes=[foreign.pk]).themes.all()) == [], "another persona's is not taken"


def test_who_only_reads_changes_nothing(owls, write, cast, reads):
    note, decision = write(kind="meeting"), None
    decision = decision_add(note=note, text="x", owner=None, due_on=None, actor=cast["mei"])
    heng = reads("heng")
    assert heng.get(f"{HOME}new/").status_code == 403
    acts = ["themes/", f"{note.pk}/delete/", f"{note.pk}/decisions/", f"decisions/{decision.pk}/"]
    assert [heng.post(f"{HOME}{act}").status_code for act in acts] == [403] * 4
    with pytest.raises(PermissionDenied):
        decision_mark(decision=decision, done=True, actor=cast["heng"])
    assert "New note" not in heng.get(HOME).content.decode()
    assert Client().get(HOME).status_code == 302


def test_the_personas_page_asks_for_the_section_which_is_empty_where_there_is_nothing(owls, write, reads):
    assert reads("heng").get(f"{HOME}section/").content.strip() == b""
    assert "Add a note" in reads("mei").get(f"{HOME}section/").content.decode()
    write("price")
    assert "In their own words" in reads("heng").get(f"{HOME}section/").content.decode()
    assert f'hx-get="{HOME}section/"' in reads("heng").get("/personas/night/").content.decode()


def test_the_page_asks_as_often_for_many_notes_as_for_few(owls, write, reads):
    mei = reads("mei")

    def asked():
        with CaptureQueriesContext(connection) as queries:
            mei.get(HOME)
        return len(queries)

    write("price", "night")
    few = asked()
    for number in range(8):
        write("price", "night", respondent=f"P{number}")
    assert asked() <= few


def test_the_api_writes_and_reads_notes_as_masked_as_the_pages(owls, reads, write):
    mei, yue, heng = reads("mei"), reads("yue"), reads("heng")
    at, kind = "/api/personas/night/", {"content_type": "application/json"}
    theme = mei.post(f"{at}themes/", {"name": "Price"}, **kind).json()
    sent = {"kind": "interview", "held_on": "2026-11-02", "respondent": "P07", "themes": [theme["id"]]}
    made = yue.post(f"{at}notes/", {**sent, "goals": "Call 13800138000", "quotes": ["Too dear"]}, **kind)
    assert made.status_code == 201 and made.json()["goals"] == "Call 13800138000"
    note = f"{at}notes/{made.json()['id']}/"
    assert mei.get(note).json()["goals"] == "Call 1380****00"
    assert "masked" in mei.patch(note, {"pains": "Price"}, **kind).json()["problems"][0]["reason"]
    changed = yue.patch(note, {"pains": "Price"}, **kind).json()
    assert (changed["pains"], changed["goals"], changed["themes"]) == ("Price", "Call 13800138000", [theme])
    assert heng.get(f"{at}notes/summary/").json()["themes"][0]["name"] == "Price"
    assert heng.post(f"{at}notes/", sent, **kind).status_code == 403
    assert mei.post(f"{at}notes/", {**sent, "customer": 1}, **kind).status_code == 403
    assert yue.post(f"{at}notes/", {"kind": "chat"}, **kind).status_code == 422
    assert yue.delete(note).json() == {"deleted": True} and yue.get(f"{at}notes/").json() == []


def test_the_api_keeps_what_meetings_decided(owls, reads):
    mei, at, kind = reads("mei"), "/api/personas/night/", {"content_type": "application/json"}
    met = mei.post(f"{at}notes/", {"kind": "meeting", "held_on": "2026-11-02"}, **kind).json()
    to = f"{at}notes/{met['id']}/decisions/"
    assert mei.post(to, {"text": "Try it", "owner": "nobody"}, **kind).status_code == 422
    one = mei.post(to, {"text": "Try it", "owner": "heng", "due_on": "2026-12-01"}, **kind).json()
    assert (one["owner"], one["done_at"]) == ("heng", None)
    assert mei.put(f"{at}decisions/{one['id']}/", {"done": True}, **kind).json()["done_at"]
    assert [each["text"] for each in mei.get(f"{at}decisions/").json()] == ["Try it"]

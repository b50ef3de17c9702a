"""What people see of a review in their browsers, and how cheaply what moves is asked for."""

import re
from time import process_time

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from segments.editions.models import Edition
from segments.review.answering import remark_answer
from segments.review.deciding import decision_give
from segments.review.models import Attachment, Decision, Looker, Remark, Review
from segments.review.opening import review_open
from segments.review.sealing import review_seal
from segments.review.talking import remark_write
from tags.models import Tag
from tags.teamwork.models import Suggested
from tests.segments.editions.reviewing import departments_made, edition_made, in_days, persona_made

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture
def people(db):
    return departments_made()


@pytest.fixture
def edition(people):
    Tag.objects.create(slug="tier", kind="condition", name_en="Tier")
    return edition_made(persona_made(people["mei"]), people["mei"])


@pytest.fixture
def review(edition, people):
    """Mei, of marketing, asks sales and finance."""
    asked = {"sales": "Can you sell to them?", "finance": ""}
    return review_open(edition=edition, departments=asked, due_on=in_days(7), asked="May we?", by=people["mei"])


@pytest.fixture
def browser(people):
    def open_one(name):
        client = Client()
        client.force_login(User.objects.get(username=name))
        client.cookies["django_language"] = "en"
        return client

    return open_one


def url(name, *args):
    return reverse(f"reviews:{name}", args=args)


def text(answer, status=200):
    assert answer.status_code == status
    return answer.content.decode()


def test_an_edition_is_sent_for_review_from_its_page(browser, edition, people):
    mei = browser("mei")
    page = text(mei.get(reverse("editions:edition", args=["night", 1])))
    assert "Send for review" in page and url("new", "night", 1) in page
    form = text(mei.get(url("new", "night", 1)))
    assert "Sales" in form and "Finance" in form
    sent = {"departments": ["sales"], "asked-sales": "Who?", "due_on": in_days(5).isoformat(), "asked": "May we?"}
    shown = text(mei.post(url("new", "night", 1), sent, follow=True))
    assert "The departments have been told" in shown and "Who?" in shown and "May we?" in shown
    again = text(mei.get(reverse("editions:edition", args=["night", 1])))
    assert "Review · under review" in again


def test_what_was_typed_stays_when_it_cannot_be_sent(browser, edition):
    sent = {"departments": ["sales"], "asked-sales": "Who?", "due_on": "2026-13-45", "asked": "May we?"}
    page = text(browser("mei").post(url("new", "night", 1), sent), 422)
    assert "Say by which day" in page and "May we?" in page and 'value="sales" checked' in page


def test_the_page_of_somebody_invited_has_their_decision_and_no_one_elses(browser, review):
    page = text(browser("yue").get(url("review", review.pk)))
    assert "Decision of Sales" in page and "Decision of Finance" not in page and "Can you sell to them?" in page
    assert 'data-chart="province-province"' in page and 'data-figure="size"' in page
    owner = text(browser("mei").get(url("review", review.pk)))
    assert "Decision of" not in owner and "Finance has not decided yet." in owner
    assert "Decision of" not in text(browser("bo").get(url("review", review.pk)))


def test_a_department_decides_on_the_page(browser, review):
    yue, seat = browser("yue"), review.invitations.get(department__slug="sales")
    said = {"invitation": seat.pk, "choice": "dissent", "text": ""}
    again = text(yue.post(url("decide", review.pk), said), 422)
    assert "Say what you disagree with" in again and 'value="dissent" required checked' in again
    shown = text(yue.post(url("decide", review.pk), said | {"text": "Too few"}, follow=True))
    assert "approves with dissent" in shown and "Too few" in shown
    assert browser("heng").post(url("decide", review.pk), said | {"text": "x"}).status_code == 403
    assert Decision.objects.count() == 1


def test_a_comment_is_sent_and_answered_as_parts_of_the_page(browser, review):
    yue, mei = browser("yue"), browser("mei")
    sent = {"to": "", "anchor": "chart:province-province", "text": "Where is <b>north</b>?"}
    part = text(yue.post(url("say", review.pk), sent, headers=PART))
    assert (
        'hx-swap-oob="outerHTML"' in part and "Where is &lt;b&gt;north&lt;/b&gt;?" in part and "<html" not in part
    )
    first = Remark.objects.get()
    text(mei.post(url("say", review.pk), {"to": f"remark:{first.pk}", "text": "There."}, headers=PART))
    page = text(yue.get(url("review", review.pk)))
    assert "Where they live" in page and "There." in page
    assert '"chart:province-province": 2' in page


def test_what_cannot_be_sent_stays_in_the_form(browser, review):
    sent = {"to": "", "anchor": "chart:none", "text": "Where is the north?"}
    answer = browser("yue").post(url("say", review.pk), sent, headers=PART)
    assert "no such figure" in text(answer, 422) and "Where is the north?" in text(answer, 422)
    assert answer["HX-Retarget"] == "#r-compose"
    assert not Remark.objects.exists()


def test_a_form_without_scripts_leads_back_to_what_was_said(browser, review):
    yue = browser("yue")
    first = remark_write(review=review, text="Why?", by=User.objects.get(username="mei"))
    form = text(yue.get(url("review", review.pk) + f"?to=remark:{first.pk}"))
    assert "Reply to Mei" in form and f'name="to" value="remark:{first.pk}"' in form
    answer = yue.post(url("say", review.pk), {"to": f"remark:{first.pk}", "text": "Because."})
    assert answer.status_code == 302 and first.replies.get().text == "Because."


def test_the_owner_answers_a_wish_and_seals(browser, review, people):
    mei = browser("mei")
    for slug, who, choice in (("sales", "yue", "changes"), ("finance", "heng", "approve")):
        seat = review.invitations.get(department__slug=slug)
        decision_give(invitation=seat, choice=choice, text="North", by=people[who])
    wish = Decision.objects.get(choice="changes")
    assert "Seal the outcome" not in text(mei.get(url("review", review.pk)))
    text(mei.post(url("say", review.pk), {"to": f"decision:{wish.pk}", "text": "Next time."}, headers=PART))
    assert "Seal the outcome" in text(mei.get(url("review", review.pk)))
    sealed = text(mei.post(url("owner", review.pk), {"do": "seal"}, follow=True))
    assert "Outcome of the review" in sealed and "changes asked for" in sealed and "Next time." in sealed
    over = text(browser("yue").get(url("review", review.pk)))
    assert "r-compose" not in over and "Decision of" not in over


def test_only_the_owner_sees_and_does_what_an_owner_does(browser, review):
    yue = browser("yue")
    assert "Manage the review" not in text(yue.get(url("review", review.pk)))
    for do in ("seal", "withdraw", "postpone", "invite"):
        answer = yue.post(
            url("owner", review.pk), {"do": do, "due_on": in_days(9).isoformat(), "departments": "marketing"}
        )
        assert answer.status_code in (403, 422), do
    assert Review.objects.get().is_open and Review.objects.get().due_on == in_days(7)
    shown = text(
        browser("mei").post(url("owner", review.pk), {"do": "invite", "departments": "marketing"}, follow=True)
    )
    assert "Invited, and told." in shown


def test_a_suggestion_is_taken_up_on_the_page(browser, review, people):
    sent = {"to": "", "anchor": "tag:tier", "text": "Clearer", "suggests": "rename", "proposal": "Rank"}
    text(browser("yue").post(url("say", review.pk), sent, headers=PART))
    one = Remark.objects.get()
    part = text(browser("mei").post(url("remark", review.pk, one.pk), {"do": "taken"}, headers=PART))
    assert "taken up" in part and "Rank" in part and "1 settled" in part
    assert "Whoever may change the tag was told." in part and "?suggestion=" not in part
    people["mei"].user_permissions.add(Permission.objects.get(codename="edit_tags"))
    shown = text(browser("mei").get(url("review", review.pk)))
    assert f"/tags/tier/edit/?suggestion={Suggested.objects.get().pk}" in shown
    Suggested.objects.update(state="done", number=3)
    assert "The tag was changed: version 3" in text(browser("mei").get(url("review", review.pk)))


def test_a_comment_is_not_reached_through_another_review(browser, review, people):
    other = edition_made(persona_made(people["mei"], "day"), people["mei"])
    asked = {"sales": ""}
    second = review_open(edition=other, departments=asked, due_on=in_days(7), asked="", by=people["mei"])
    mine = remark_write(review=review, text="Why?", by=people["yue"])
    yue = browser("yue")
    assert yue.post(url("remark", second.pk, mine.pk), {"do": "delete"}).status_code == 404
    assert yue.post(url("say", second.pk), {"to": f"remark:{mine.pk}", "text": "x"}).status_code == 404
    seat = review.invitations.get(department__slug="sales")
    sent = {"invitation": seat.pk, "choice": "approve"}
    assert yue.post(url("decide", second.pk), sent).status_code == 404


# Files


def test_a_file_is_a_download_and_nothing_else(browser, review, client):
    given = SimpleUploadedFile("notes.txt", b"<script>alert(1)</script>", content_type="text/html")
    text(browser("yue").post(url("say", review.pk), {"to": "", "text": "See", "files": [given]}, headers=PART))
    kept = Attachment.objects.get()
    answer = browser("heng").get(url("file", kept.pk))
    assert answer["Content-Disposition"].startswith("attachment;") and "notes.txt" in answer["Content-Disposition"]
    assert answer["Content-Type"] == "text/plain; charset=utf-8" and answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert client.get(url("file", kept.pk)).status_code == 302
    kept.file.storage.delete(kept.file.name)


# Who is looking, and what is new


def test_others_see_who_is_looking_and_what_is_new_without_loading_the_page(browser, review, people):
    yue, mei = browser("yue"), browser("mei")
    page = text(yue.get(url("review", review.pk)))
    ask = re.search(r'hx-get="([^"]*/live/[^"]*)"', page)[1]
    assert yue.get(ask, headers=PART).status_code == 204
    mei.get(url("review", review.pk))
    part = text(yue.get(ask, headers=PART))
    assert "Looking at it now: Mei" in part
    ask = re.search(r'hx-get="([^"]*/live/[^"]*)"', part)[1]
    remark_write(review=review, text="Fresh!", by=people["mei"])
    assert "Fresh!" in text(yue.get(ask, headers=PART))


def test_who_left_is_not_looking_any_more(browser, review):
    browser("mei").get(url("review", review.pk))
    Looker.objects.update(seen_at="2026-01-01T00:00:00Z")
    assert "Nobody else is looking" in text(browser("yue").get(url("review", review.pk)))


def test_asking_whether_anything_is_new_is_cheap(browser, review):
    yue = browser("yue")
    for name in ("mei", "heng", "bo"):
        browser(name).get(url("review", review.pk))
    ask = re.search(r'hx-get="([^"]*/live/[^"]*)"', text(yue.get(url("review", review.pk))))[1]
    with CaptureQueriesContext(connection) as asked:
        assert yue.get(ask, headers=PART).status_code == 204
    assert len(asked) <= 4
    # What it costs the processor, however busy the machine is; the test's client and the middleware included.
    costs = []
    for _each in range(5):
        begun = process_time()
        yue.get(ask, headers=PART)
        costs.append(process_time() - begun)
    assert min(costs) < 0.02


def test_an_open_page_is_loaded_anew_once_the_review_is_over(browser, review, people):
    yue = browser("yue")
    ask = re.search(r'hx-get="([^"]*/live/[^"]*)"', text(yue.get(url("review", review.pk))))[1]
    browser("mei").post(url("owner", review.pk), {"do": "withdraw"})
    assert yue.get(ask, headers=PART)["HX-Refresh"] == "true"
    answer = yue.post(url("say", review.pk), {"to": "", "text": "Late"}, headers=PART)
    assert answer["HX-Refresh"] == "true" and not Remark.objects.exists()


def test_many_comments_cost_no_more_questions_than_one(browser, review, people, django_assert_max_num_queries):
    for place in range(12):
        first = remark_write(review=review, text=f"No. {place}", by=people["yue"], anchor="number:size")
        remark_write(review=review, text="Yes", by=people["heng"], thread=first)
    yue = browser("yue")
    yue.get(url("review", review.pk))
    with django_assert_max_num_queries(30):
        text(yue.get(url("review", review.pk)))


# Lists and the next edition


def test_the_list_and_home_say_what_waits_for_whom(browser, review, people):
    yue = browser("yue")
    assert "1 review of a persona waits for you" in text(yue.get("/"))
    listed = text(yue.get(url("list")))
    assert "waits for your department" in listed and "Night owls" in listed
    seat = review.invitations.get(department__slug="sales")
    decision_give(invitation=seat, choice="approve", text="", by=people["yue"])
    assert "review of a persona waits" not in text(yue.get("/"))
    assert "Nothing waits for you" in text(yue.get(url("list")))
    assert "Nothing waits for you" in text(browser("bo").get(url("list")))


def test_the_next_edition_shows_what_changed_and_which_comments_it_answers(browser, review, edition, people):
    asked = remark_write(
        review=review, text="Where is the north?", by=people["yue"], anchor="chart:province-province"
    )
    for slug, who in (("sales", "yue"), ("finance", "heng")):
        seat = review.invitations.get(department__slug=slug)
        decision_give(invitation=seat, choice="approve", text="", by=people[who])
    review_seal(review=review, by=people["mei"])
    second = edition_made(edition.persona, people["mei"], number=2, east=420)
    mei = browser("mei")
    form = text(mei.get(url("answers", "night", 2)))
    assert "Where is the north?" in form and "It answers this" in form
    mei.post(url("answers", "night", 2), {"remark": asked.pk, "text": "In the map now.", "do": "answer"})
    changed = text(mei.get(reverse("editions:changes", args=["night", 2])))
    place = changed.index('id="chart-province-province"')
    assert "+12.0" in changed[place:] and "In the map now." in changed[place:]
    assert "Yue on edition 1" in changed
    assert "Answered by edition 2" in text(mei.get(url("review", review.pk)))
    assert "In the map now." not in text(mei.get(reverse("editions:changes", args=["night", 1]) + "?from=2"))
    remark_answer(remark=asked, edition=second, text="", by=people["mei"])
    assert Edition.objects.get(number=1).is_intact


def test_whoever_is_signed_out_sees_nothing(client, review):
    for page in (url("list"), url("review", review.pk), url("live", review.pk), url("new", "night", 1)):
        assert client.get(page).status_code == 302
    assert client.post(url("say", review.pk), {"text": "x"}).status_code == 302

"""A review from being sent to being sealed: who may do what, who is told, and what stays for ever."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError
from django.utils import timezone, translation

from cdp.access.models import Department
from cdp.errors import UserError
from cdp.notices.models import Notice, Outlet, Sending
from segments.editions.canonical import digest_of
from segments.editions.models import Edition
from segments.review.answering import remark_answer, remark_unanswer
from segments.review.attaching import LARGEST
from segments.review.deciding import decision_answer, decision_give
from segments.review.models import Attachment, Decision, Remark, Review, ReviewState
from segments.review.opening import review_invite, review_open, review_postpone, review_withdraw
from segments.review.reminding import reviews_remind
from segments.review.sealing import review_seal
from segments.review.selectors import (
    review_before,
    reviews,
    reviews_of_mine,
    reviews_to_decide,
    reviews_to_end,
    reviews_waiting_count,
)
from segments.review.talking import remark_change, remark_delete, remark_resolve, remark_write, suggestion_judge
from tags.models import Tag
from tags.teamwork.models import Suggested
from tests.segments.editions.reviewing import departments_made, edition_made, in_days, persona_made

pytestmark = pytest.mark.django_db
PROVINCE, TIER = "chart:province-province", "tag:tier"


@pytest.fixture
def people(db):
    return departments_made()


@pytest.fixture
def edition(people):
    Tag.objects.create(slug="tier", kind="condition", name_en="Tier")
    return edition_made(persona_made(people["mei"]), people["mei"])


@pytest.fixture
def sent(edition, people):
    """Mei, of marketing, asks sales and finance."""

    def send(departments=("sales", "finance"), days=7, **more):
        asked = dict.fromkeys(departments, "")
        return review_open(
            edition=edition, departments=asked, due_on=in_days(days), asked="", by=people["mei"], **more
        )

    return send


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """Do something; gives whom it told what, in English."""

    def run(act):
        Notice.objects.all().delete()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        with translation.override("en"):
            return {one.person.username: one.said for one in Notice.objects.select_related("person")}

    return run


def seat(review, slug):
    return review.invitations.get(department__slug=slug)


def decide(review, slug, by, choice="approve", text=""):
    return decision_give(invitation=seat(review, slug), choice=choice, text=text, by=by)


# Sending


def test_departments_are_told_what_is_asked_and_by_when(edition, people, told):
    asked = {"sales": "Can you sell to them?", "finance": ""}
    send = lambda: review_open(edition=edition, departments=asked, due_on=in_days(7), asked="", by=people["mei"])  # noqa: E731
    said = told(send)
    assert set(said) == {"yue", "heng"}
    assert said["yue"] == f"Mei asks Sales to review Night owls, edition 1, by {in_days(7)}."
    assert Review.objects.get().invitations.get(department__slug="sales").asked == "Can you sell to them?"


def test_a_group_that_wants_to_hears_that_a_review_begins_and_ends_and_nothing_between(
    sent, people, django_capture_on_commit_callbacks
):
    later = timezone.now() + timedelta(hours=1)
    Outlet.objects.create(channel="wecom", name="Data team", kinds=["review"], language="en", next_at=later)
    with django_capture_on_commit_callbacks(execute=True):
        review = sent(["sales"])
        remark_write(review=review, text="@heng a secret", by=people["yue"])
        review_withdraw(review=review, by=people["mei"])
    with translation.override("en"):
        heard = [one.said for one in Sending.objects.order_by("pk")]
    asked = f"Mei asks Sales to review Night owls, edition 1, by {in_days(7)}."
    assert heard == [asked, "Mei withdrew the review of Night owls, edition 1."]


def test_all_that_is_wrong_is_said_at_once(edition, people):
    with pytest.raises(UserError) as problem:
        review_open(edition=edition, departments={"nobody": ""}, due_on=in_days(-1), asked="", by=people["mei"])
    assert [one.path for one in problem.value.problems] == [("due_on",), ("departments", "nobody")]
    with pytest.raises(UserError, match="No department"):
        review_open(edition=edition, departments={}, due_on=in_days(1), asked="", by=people["mei"])


def test_an_edition_is_sent_once_unless_it_is_withdrawn(sent, people):
    first = sent()
    with pytest.raises(UserError, match="sent for review before"):
        sent()
    review_withdraw(review=first, by=people["mei"])
    assert sent().pk != first.pk


def test_who_may_not_change_segments_sends_nothing(edition, people):
    with pytest.raises(PermissionDenied):
        review_open(edition=edition, departments={"sales": ""}, due_on=in_days(7), asked="", by=people["yue"])


def test_more_departments_are_invited_by_the_owner_alone(sent, people, told):
    review = sent(("sales",))
    with pytest.raises(PermissionDenied):
        review_invite(review=review, departments={"finance": ""}, by=people["yue"])
    assert set(
        told(lambda: review_invite(review=review, departments={"finance": "", "sales": ""}, by=people["mei"]))
    ) == {"heng"}
    assert review.invitations.count() == 2


# Deciding


@pytest.mark.parametrize("who", ["heng", "bo", "mei"])
def test_nobody_decides_for_a_department_that_is_not_theirs(sent, people, who):
    with pytest.raises(PermissionDenied):
        decide(sent(), "sales", people[who])


def test_an_administrator_decides_for_nobody(sent, analyst):
    with pytest.raises(PermissionDenied):
        decide(sent(), "sales", analyst)


def test_who_sent_it_does_not_decide_but_colleagues_of_theirs_do(sent, people):
    review = sent(("marketing",))
    with pytest.raises(PermissionDenied):
        decide(review, "marketing", people["mei"])
    assert decide(review, "marketing", people["bo"]).by_name == "Bo"


def test_who_left_the_department_decides_no_more(sent, people):
    review = sent()
    people["yue"].departments.clear()
    with pytest.raises(PermissionDenied):
        decide(review, "sales", people["yue"])


def test_one_decision_is_in_force_and_the_earlier_ones_stay(sent, people, told):
    review = sent()
    decide(review, "sales", people["yue"], "changes", "Too few in the north.")
    said = told(lambda: decide(review, "sales", people["yue"], "dissent", "Still too few."))
    assert said == {"mei": "Sales decided about Night owls, edition 1: Yue approves with dissent."}
    history = Decision.objects.filter(invitation__department__slug="sales")
    assert list(history.values_list("choice", "is_current")) == [("changes", False), ("dissent", True)]


@pytest.mark.parametrize("choice", ["dissent", "changes"])
def test_dissent_and_changes_say_what_about(sent, people, choice):
    with pytest.raises(UserError, match="Say what you disagree with"):
        decide(sent(), "sales", people["yue"], choice, "  ")
    assert not Decision.objects.exists()


def test_what_is_no_choice_is_refused(sent, people):
    with pytest.raises(UserError):
        decide(sent(), "sales", people["yue"], "maybe")


def test_the_owner_answers_and_the_department_is_told(sent, people, told):
    review = sent()
    wish = decide(review, "sales", people["yue"], "changes", "More of the north.")
    with pytest.raises(PermissionDenied):
        decision_answer(decision=wish, text="No.", by=people["heng"])
    said = told(lambda: decision_answer(decision=wish, text="In the next edition.", by=people["mei"]))
    assert said == {"yue": "Mei answered Sales in the review of Night owls: In the next edition."}


# Talking


def test_a_comment_is_about_a_figure_there_is(sent, people):
    review = sent()
    assert remark_write(review=review, text="Why?", by=people["yue"], anchor=PROVINCE).anchor == PROVINCE
    assert remark_write(review=review, text="All good", by=people["yue"]).anchor == ""
    for anchor in ("chart:none", "tag:none", "province", "number:x"):
        with pytest.raises(UserError, match="no such figure"):
            remark_write(review=review, text="Why?", by=people["yue"], anchor=anchor)


def test_who_is_named_the_thread_and_the_owner_are_told(sent, people, told):
    review = sent()
    first = remark_write(review=review, text="Why?", by=people["yue"], anchor=PROVINCE)
    said = told(lambda: remark_write(review=review, text="@Bo knows", by=people["heng"], thread=first))
    assert said == {
        "bo": "Heng named you in the review of Night owls: @Bo knows",
        "yue": "Heng wrote in the review of Night owls: @Bo knows",
        "mei": "Heng wrote in the review of Night owls: @Bo knows",
    }
    assert first.replies.get().anchor == PROVINCE


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Marketing and @Bo: why?", {"mei", "bo"}),
        ("请@市场部看一下", {"mei", "bo"}),
        ("@sales", set()),
        ("@Marketingx", set()),
        ("@Legal", set()),
    ],
)
def test_a_department_that_is_named_is_told_each_of_it_once(sent, people, told, text, named):
    Department.objects.filter(slug="marketing").update(name_zh_hans="市场部")
    legal = Department.objects.create(slug="legal", name_en="Legal")
    legal.members.set([User.objects.create_user("old", is_staff=True, is_active=False)])
    review = sent()
    said = told(lambda: remark_write(review=review, text=text, by=people["yue"]))
    assert {name for name, words in said.items() if "named you" in words} == named


def test_a_department_that_is_added_to_a_comment_is_told_and_who_was_is_not_again(sent, people, told):
    review = sent()
    first = remark_write(review=review, text="@Bo?", by=people["yue"])
    said = told(lambda: remark_change(remark=first, text="@Bo? @Marketing @Finance", by=people["yue"]))
    assert set(said) == {"mei", "heng"}


def test_a_reply_opens_a_settled_thread_again(sent, people):
    review = sent()
    first = remark_write(review=review, text="Why?", by=people["yue"])
    with pytest.raises(PermissionDenied):
        remark_resolve(remark=first, resolved=True, by=people["heng"])
    remark_resolve(remark=first, resolved=True, by=people["mei"])
    assert Remark.objects.get(pk=first.pk).resolved_by == people["mei"]
    remark_write(review=review, text="Not so.", by=people["yue"], thread=first)
    assert Remark.objects.get(pk=first.pk).resolved_at is None


def test_one_changes_and_deletes_ones_own_only(sent, people):
    review = sent()
    mine = remark_write(review=review, text="Wy?", by=people["yue"])
    for act in (
        lambda: remark_change(remark=mine, text="No", by=people["mei"]),
        lambda: remark_delete(remark=mine, by=people["mei"]),
    ):
        with pytest.raises(PermissionDenied):
            act()
    remark_change(remark=mine, text="Why?", by=people["yue"])
    assert Remark.objects.get().text == "Why?" and Remark.objects.get().edited_at
    reply = remark_write(review=review, text="Because", by=people["mei"], thread=mine)
    with pytest.raises(UserError, match="replied"):
        remark_delete(remark=mine, by=people["yue"])
    remark_delete(remark=reply, by=people["mei"])
    remark_delete(remark=mine, by=people["yue"])
    assert not Remark.objects.exists()


def test_a_suggestion_is_about_a_tag_and_the_owner_judges_it(sent, people):
    review = sent()
    with pytest.raises(UserError, match="about a tag"):
        remark_write(review=review, text="x", by=people["yue"], anchor=PROVINCE, suggests="rename", proposal="Rank")
    with pytest.raises(UserError, match="Say what you suggest"):
        remark_write(review=review, text="x", by=people["yue"], anchor=TIER, suggests="rename", proposal=" ")
    long = {"anchor": TIER, "suggests": "rename", "proposal": "x" * 121}
    with pytest.raises(UserError, match="at most 120"):
        remark_write(review=review, text="x", by=people["yue"], **long)
    made = remark_write(
        review=review, text="Clearer", by=people["yue"], anchor=TIER, suggests="rename", proposal="Rank"
    )
    with pytest.raises(PermissionDenied):
        suggestion_judge(remark=made, verdict="taken", by=people["yue"])
    suggestion_judge(remark=made, verdict="taken", by=people["mei"])
    assert Remark.objects.get(pk=made.pk).verdict == "taken" and Remark.objects.get(pk=made.pk).resolved_at


@pytest.fixture
def rename(sent, people):
    """Yue suggests to call the tier a rank."""
    wish = {"anchor": TIER, "suggests": "rename", "proposal": "Rank"}
    return remark_write(review=sent(), text="Clearer", by=people["yue"], **wish)


def tag_owned(by):
    by.user_permissions.add(Permission.objects.get(codename="edit_tags"))
    Tag.objects.update(owner=by)


def test_a_suggestion_that_is_taken_up_waits_at_its_tag_and_changes_nothing_by_itself(rename, people, told):
    tag_owned(people["mei"])
    assert told(lambda: suggestion_judge(remark=rename, verdict="taken", by=people["mei"])) == {}
    waiting = Suggested.objects.get()
    assert (waiting.slug, waiting.text, waiting.language, waiting.state) == ("tier", "Rank", "en", "open")
    assert waiting.url.endswith(f"#remark-{rename.pk}") and Tag.objects.get().name_en == "Tier"
    suggestion_judge(remark=rename, verdict="declined", by=people["mei"])
    assert not Suggested.objects.exists()


def test_where_the_owner_may_not_edit_tags_whoever_owns_the_tag_is_told(rename, people, told):
    tag_owned(people["heng"])
    said = told(lambda: suggestion_judge(remark=rename, verdict="taken", by=people["mei"]))
    assert said == {"heng": "Mei took up a suggestion about Tier: Rank"}
    assert Notice.objects.get().url == f"/tags/tier/edit/?suggestion={Suggested.objects.get().pk}"


def test_where_a_tag_has_no_owner_all_who_may_edit_tags_are_told(rename, people, told):
    tag_owned(people["heng"])
    tag_owned(people["bo"])
    Tag.objects.update(owner=people["yue"])
    said = told(lambda: suggestion_judge(remark=rename, verdict="taken", by=people["mei"]))
    assert set(said) == {"heng", "bo"}


def test_files_come_along_under_names_of_their_own(sent, people, settings, tmp_path):
    file = SimpleUploadedFile("../Plan 计划.PDF", b"%PDF-1.7", content_type="text/html")
    remark_write(review=sent(), text="See", by=people["yue"], files=[file])
    kept = Attachment.objects.get()
    assert kept.name == "Plan 计划.PDF" and kept.bytes == 8
    assert kept.file.name.startswith("reviews/") and kept.file.name.endswith(f"{kept.digest[:32]}.pdf")
    kept.file.storage.delete(kept.file.name)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("page.html", b"<script>")], "no kind of file"),
        ([("picture.svg", b"<svg/>")], "no kind of file"),
        ([("noending", b"x")], "no kind of file"),
        ([("empty.pdf", b"")], "is empty"),
        ([(f"{place}.txt", b"x") for place in range(6)], "At most 5 files"),
    ],
)
def test_what_may_not_come_along_is_said(sent, people, files, said):
    given = [SimpleUploadedFile(name, held) for name, held in files]
    with pytest.raises(UserError, match=said):
        remark_write(review=sent(), text="See", by=people["yue"], files=given)
    assert not Remark.objects.exists() and not Attachment.objects.exists()


def test_a_file_may_not_be_too_large(sent, people):
    large = SimpleUploadedFile("large.pdf", b"x")
    large.size = LARGEST + 1
    with pytest.raises(UserError, match="larger than 10 MB"):
        remark_write(review=sent(), text="See", by=people["yue"], files=[large])


# Waiting


def test_what_waits_for_whom(sent, people):
    review = sent()
    assert [one.pk for one in reviews_to_decide(people["yue"])] == [review.pk]
    assert not reviews_to_decide(people["mei"]) and not reviews_to_decide(people["bo"])
    wish = decide(review, "sales", people["yue"], "changes", "North")
    assert not reviews_to_decide(people["yue"])
    assert reviews_waiting_count(people["mei"]) == 1
    decision_answer(decision=wish, text="Done", by=people["mei"])
    assert [one.pk for one in reviews_to_decide(people["yue"])] == [review.pk]
    assert not reviews_to_end(people["mei"])
    decide(review, "sales", people["yue"])
    decide(review, "finance", people["heng"])
    assert [one.pk for one in reviews_to_end(people["mei"])] == [review.pk]
    assert [one.pk for one in reviews_of_mine(people["heng"])] == [review.pk]
    assert not reviews_of_mine(people["bo"])


def test_whoever_is_not_let_in_sees_no_review(sent, people):
    sent()
    people["yue"].is_staff = False
    people["yue"].save()
    assert not reviews(people["yue"]) and not reviews_to_decide(people["yue"])


def test_departments_that_have_not_decided_are_reminded_once(sent, people, told):
    decide(sent(days=1), "sales", people["yue"])
    said = told(reviews_remind)
    assert said == {"heng": f"Night owls, edition 1, waits for the decision of Finance by {in_days(1)}."}
    assert told(reviews_remind) == {}
    review = Review.objects.get()
    review_postpone(review=review, due_on=in_days(2), by=people["mei"])
    assert set(told(reviews_remind)) == {"heng"}


def test_what_is_not_due_reminds_nobody(sent, told):
    sent(days=3)
    assert told(reviews_remind) == {}


# Sealing


def test_it_is_sealed_once_all_have_decided_and_wishes_are_answered(sent, people, told):
    review = sent()
    wish = decide(review, "sales", people["yue"], "changes", "North")
    with pytest.raises(UserError) as problem:
        review_seal(review=review, by=people["mei"])
    assert [one.message for one in problem.value.problems] == [
        "%(department)s asks for changes and has no answer.",
        "%(department)s has not decided yet.",
    ]
    decision_answer(decision=wish, text="Next time", by=people["mei"])
    decide(review, "finance", people["heng"], "dissent", "Costly")
    with pytest.raises(PermissionDenied):
        review_seal(review=review, by=people["yue"])
    said = told(lambda: review_seal(review=review, by=people["mei"]))
    assert (
        set(said) == {"yue", "heng"} and said["yue"] == "The review of Night owls, edition 1, is over and sealed."
    )


def test_the_outcome_says_who_decided_what_on_which_figures(sent, people, edition):
    review = sent()
    remark_write(review=review, text="Why?", by=people["yue"], anchor=PROVINCE)
    decide(review, "sales", people["yue"], "changes", "North")
    decide(review, "sales", people["yue"], "dissent", "Too few")
    decide(review, "finance", people["heng"])
    review_seal(review=review, by=people["mei"])
    sealed = Edition.objects.get()
    outcome = sealed.outcome
    assert outcome["result"] == "approved_with_dissent" and outcome["edition"]["digest"] == edition.digest
    sales, finance = outcome["departments"]
    assert [(one["choice"], one["by"]) for one in sales["history"]] == [("changes", "Yue"), ("dissent", "Yue")]
    assert finance["decision"] == "approve"
    assert outcome["comments"][0]["figure"]["data"]["rows"] == [["east", "East", 300, 2000]]
    assert sealed.outcome_digest == digest_of(outcome) and sealed.is_intact
    assert Review.objects.get().state == ReviewState.SEALED


def test_nothing_of_a_sealed_review_changes(sent, people):
    review = sent(("sales",))
    mine = remark_write(review=review, text="Why?", by=people["yue"])
    given = decide(review, "sales", people["yue"])
    review_seal(review=review, by=people["mei"])
    for act in (
        lambda: remark_write(review=review, text="More", by=people["yue"]),
        lambda: remark_change(remark=mine, text="More", by=people["yue"]),
        lambda: remark_delete(remark=mine, by=people["yue"]),
        lambda: remark_resolve(remark=mine, resolved=True, by=people["mei"]),
        lambda: decide(review, "sales", people["yue"]),
        lambda: decision_answer(decision=given, text="x", by=people["mei"]),
        lambda: review_invite(review=review, departments={"finance": ""}, by=people["mei"]),
        lambda: review_postpone(review=review, due_on=in_days(9), by=people["mei"]),
        lambda: review_withdraw(review=review, by=people["mei"]),
        lambda: review_seal(review=review, by=people["mei"]),
    ):
        with pytest.raises(UserError, match="This review is over"):
            act()
    with pytest.raises(ProtectedError):
        review.edition.persona.delete()


def test_silence_approves_nothing(sent, people):
    review = sent()
    Review.objects.update(due_on=in_days(-1))
    review.refresh_from_db()
    review_seal(review=review, by=people["mei"])
    outcome = Edition.objects.get().outcome
    assert outcome["result"] == "not_decided"
    assert {one["decision"] for one in outcome["departments"]} == {"not_decided"}


def test_an_administrator_ends_what_nobody_owns_any_more(sent, people, analyst):
    review = sent(("sales",))
    decide(review, "sales", people["yue"])
    with pytest.raises(PermissionDenied):
        review_seal(review=review, by=analyst)
    people["mei"].is_active = False
    people["mei"].save()
    review_seal(review=review, by=analyst)
    assert Edition.objects.get().sealed_at


# The next edition


def test_the_next_edition_answers_comments_of_the_last_review(sent, people, edition):
    review = sent(("sales",))
    asked = remark_write(review=review, text="Where is the north?", by=people["yue"], anchor=PROVINCE)
    decide(review, "sales", people["yue"])
    review_seal(review=review, by=people["mei"])
    second = edition_made(edition.persona, people["mei"], number=2)
    assert review_before(people["mei"], second) == review
    with pytest.raises(PermissionDenied):
        remark_answer(remark=asked, edition=second, text="There", by=people["yue"])
    with pytest.raises(UserError, match="This edition is sealed"):
        remark_answer(remark=asked, edition=edition, text="There", by=people["mei"])
    other = edition_made(persona_made(people["mei"], "day"), people["mei"], number=2)
    with pytest.raises(PermissionDenied):
        remark_answer(remark=asked, edition=other, text="There", by=people["mei"])
    remark_answer(remark=asked, edition=second, text="There", by=people["mei"])
    remark_answer(remark=asked, edition=second, text="In the map.", by=people["mei"])
    assert second.answers.get().text == "In the map."
    remark_unanswer(remark=asked, edition=second, by=people["mei"])
    assert not second.answers.exists()


def test_dates_far_away_are_refused(edition, people):
    with pytest.raises(UserError, match="more than a year"):
        review_open(
            edition=edition,
            departments={"sales": ""},
            due_on=in_days(0) + timedelta(days=400),
            asked="",
            by=people["mei"],
        )

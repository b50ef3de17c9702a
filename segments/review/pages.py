"""The page of a review and what is said in it, ready for the templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from cdp.access.accounts import colleagues
from cdp.access.departments import departments_speaking
from cdp.access.models import Department
from cdp.access.people import person_name
from cdp.access.viewer import may
from cdp.errors import N_, Problem
from segments.editions.models import Edition
from segments.editions.pages import EditionPage, edition_page
from tags.teamwork.models import Suggested
from tags.teamwork.suggestions import suggestions_about

from .anchors import CHART, NUMBER, TAG, Anchor
from .live import Live, live_of
from .models import Answered, Choice, Decision, Invitation, Remark, Review, Suggestion, Verdict
from .rules import is_owner, may_decide, may_talk
from .sealing import current_of, seal_problems
from .selectors import answers_by, invitations_of, remarks_of, review_before
from .talking import anchors_in, suggested_about

GROUPS = ((NUMBER, N_("Key numbers")), (CHART, N_("Charts")), (TAG, N_("Tags")))


@dataclass(frozen=True)
class Thread:
    """A comment with its replies, and what it is about. `taken`: what became of its suggestion at the tag."""

    first: Remark
    replies: tuple[Remark, ...]
    about: str
    tag: str
    may_resolve: bool
    taken: Suggested | None = None

    @property
    def is_settled(self) -> bool:
        return self.first.resolved_at is not None


@dataclass(frozen=True)
class Seat:
    """A department at the table: what is asked of it, and what it decided."""

    invitation: Invitation
    current: Decision | None
    is_mine: bool

    @property
    def earlier(self) -> list[Decision]:
        return [one for one in self.invitation.decisions.all() if not one.is_current]


@dataclass(frozen=True)
class Talk:
    """All of a review that moves while it is looked at."""

    review: Review
    viewer: User
    live: Live
    seats: tuple[Seat, ...]
    threads: tuple[Thread, ...]
    is_owner: bool
    may_talk: bool
    in_the_way: tuple[Problem, ...]

    @property
    def others(self) -> list[str]:
        return self.live.names(self.viewer)

    @property
    def open_threads(self) -> list[Thread]:
        return [thread for thread in self.threads if not thread.is_settled]

    @property
    def settled_threads(self) -> list[Thread]:
        return [thread for thread in self.threads if thread.is_settled]

    @property
    def pins(self) -> dict[str, int]:
        """How many comments each figure has; those of a tag stand at its chart, too."""
        counted: dict[str, int] = {}
        for thread in self.threads:
            if not thread.is_settled and thread.first.anchor:
                counted[thread.first.anchor] = counted.get(thread.first.anchor, 0) + 1 + len(thread.replies)
        return counted


def talk_of(viewer: User, review: Review, live: Live, anchors: Mapping[str, Anchor]) -> Talk:
    invitations = invitations_of(review)
    for invitation in invitations:
        invitation.review = review
    mine = set(viewer.departments.values_list("pk", flat=True))
    owns = is_owner(review, viewer) and review.is_open
    return Talk(
        review=review,
        viewer=viewer,
        live=live,
        seats=tuple(Seat(one, current_of(one), one.department_id in mine) for one in invitations),
        threads=tuple(_threads(viewer, review, anchors, owns)),
        is_owner=owns,
        may_talk=may_talk(review, viewer),
        in_the_way=tuple(seal_problems(review, invitations)) if owns else (),
    )


def _threads(viewer: User, review: Review, anchors: Mapping[str, Anchor], owns: bool) -> list[Thread]:
    replies: dict[int, list[Remark]] = {}
    firsts = []
    for one in remarks_of(review):
        if one.thread_id is None:
            firsts.append(one)
        else:
            replies.setdefault(one.thread_id, []).append(one)
    taken = suggestions_about(suggested_about(one) for one in firsts if one.verdict == Verdict.TAKEN)
    return [
        Thread(
            first=one,
            replies=tuple(replies.get(one.pk, ())),
            about=anchors[one.anchor].title if one.anchor in anchors else "",
            tag=one.anchor.removeprefix(f"{TAG}:") if one.anchor.startswith(f"{TAG}:") else "",
            may_resolve=review.is_open and (owns or one.author_id == viewer.pk),
            taken=taken.get(suggested_about(one)),
        )
        for one in firsts
    ]


@dataclass(frozen=True)
class Target:
    """Where what is written goes: a new comment, a reply (`remark:5`) or the answer to a decision
    (`decision:7`)."""

    key: str = ""
    words: str = ""


@dataclass(frozen=True)
class ReviewPage:
    """The edition's page, what is said beside it, and the forms."""

    review: Review
    shown: EditionPage
    talk: Talk
    anchors: Mapping[str, Anchor]
    deciding: tuple[Invitation, ...]
    target: Target
    typed: Mapping[str, str]
    answers: tuple[Answered, ...]
    uninvited: tuple[Department, ...]

    @property
    def groups(self) -> list[tuple[str, list[Anchor]]]:
        found = [(_(title), [one for one in self.anchors.values() if one.kind == kind]) for kind, title in GROUPS]
        return [(title, some) for title, some in found if some]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Choice.choices]

    @property
    def suggestions(self) -> list[tuple[str, str]]:
        return [(value, str(label)) for value, label in Suggestion.choices]

    @cached_property
    def data(self) -> dict[str, Any]:
        """What the script needs: whom one may name, people and departments, and the words it writes."""
        people = sorted({person_name(one) for one in colleagues()})
        return {
            "people": people,
            "departments": sorted(one.name for one, _people in departments_speaking()),
            "words": {
                "comment": _("Comment on this"),
                "comments": _("Comments: %(count)s"),
                "new": _("New comment"),
                "department": _("Department"),
            },
        }


def review_page(
    viewer: User, review: Review, asked: Mapping[str, str], typed: Mapping[str, str]
) -> ReviewPage | None:
    live = live_of(viewer, review.pk)
    if live is None:
        return None
    edition = review.edition
    anchors = anchors_in(viewer, edition)
    talk = talk_of(viewer, review, live, anchors)
    invited = {seat.invitation.department_id for seat in talk.seats}
    return ReviewPage(
        review=review,
        shown=edition_page(viewer, edition),
        talk=talk,
        anchors=anchors,
        deciding=tuple(
            seat.invitation for seat in talk.seats if seat.is_mine and may_decide(seat.invitation, viewer)
        ),
        target=_target(talk, asked.get("to", "")),
        typed={"anchor": asked.get("about", ""), **typed},
        answers=tuple(answers_by(edition)),
        uninvited=tuple(Department.objects.exclude(pk__in=invited)) if talk.is_owner else (),
    )


def _target(talk: Talk, asked: str) -> Target:
    """What is asked for, if there is such a thing."""
    kind, _colon, number = asked.partition(":")
    for thread in talk.threads:
        if kind == "remark" and number == str(thread.first.pk):
            words = _("Reply to %(name)s") % {"name": thread.first.author_name}
            return Target(asked, words)
    for seat in talk.seats:
        if kind == "decision" and talk.is_owner and seat.current and number == str(seat.current.pk):
            return Target(asked, _("Answer to %(name)s") % {"name": seat.invitation.department.name})
    return Target()


@dataclass(frozen=True)
class NewReview:
    """The form that sends an edition for review; departments nobody speaks for cannot decide."""

    edition: Edition
    departments: tuple[Department, ...]
    typed: Mapping[str, Any]


def new_review(viewer: User, edition: Edition, typed: Mapping[str, Any]) -> NewReview:
    speaks = User.objects.filter(departments=OuterRef("pk"), is_active=True, is_staff=True)
    found = Department.objects.annotate(speaks=Exists(speaks)).filter(speaks=True)
    day = timezone.localdate() + timedelta(days=7)
    return NewReview(edition, tuple(found), {"due_on": day.isoformat(), **typed})


@dataclass(frozen=True)
class ToAnswer:
    """Comments of the last sealed review that an edition may say it answers."""

    before: Review
    rows: tuple[tuple[Remark, str, Answered | None], ...]
    may_answer: bool


def to_answer(viewer: User, edition: Edition) -> ToAnswer | None:
    before = review_before(viewer, edition)
    if before is None:
        return None
    given = {one.remark_id: one for one in answers_by(edition)}
    anchors = anchors_in(viewer, before.edition)
    rows = tuple(
        (one, anchors[one.anchor].title if one.anchor in anchors else "", given.get(one.pk))
        for one in remarks_of(before)
        if one.thread_id is None
    )
    if not rows:
        return None
    return ToAnswer(before, rows, may(viewer, "access.edit_segments") and edition.sealed_at is None)

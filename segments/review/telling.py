"""Who is told what of a review. How a notice reaches them is no matter of ours (`cdp.notices`)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import translation

from cdp.access.departments import speakers_of
from cdp.access.people import person_name
from cdp.errors import N_
from cdp.notices.models import NoticeKind
from cdp.notices.services import notices_send, notices_settle
from tags.teamwork.telling import people_named
from tags.telling import names_of

from .models import Decision, Invitation, Remark, Review

SHOWN = 120
INVITED = N_("%(who)s asks %(department)s to review %(name)s, edition %(number)s, by %(date)s.")
DUE = N_("%(name)s, edition %(number)s, waits for the decision of %(department)s by %(date)s.")
MENTION = N_("%(who)s named you in the review of %(name)s: %(words)s")
COMMENT = N_("%(who)s wrote in the review of %(name)s: %(words)s")
DECIDED = N_("%(department)s decided about %(name)s, edition %(number)s: %(who)s %(choice)s.")
ANSWERED = N_("%(who)s answered %(department)s in the review of %(name)s: %(words)s")
SEALED = N_("The review of %(name)s, edition %(number)s, is over and sealed.")
WITHDRAWN = N_("%(who)s withdrew the review of %(name)s, edition %(number)s.")

# What a group's chat hears: not what somebody wrote or decided.
IN_GROUPS = {
    INVITED: INVITED,
    SEALED: SEALED,
    WITHDRAWN: WITHDRAWN,
}


def url_of(review: Review) -> str:
    return reverse("reviews:review", args=[review.pk])


def invitation_tell(invitation: Invitation, by: User) -> None:
    _department_tell(invitation, INVITED, who=person_name(by), by=by)


def reminder_tell(invitation: Invitation) -> None:
    _department_tell(invitation, DUE)


def _department_tell(invitation: Invitation, message: str, by: User | None = None, who: str = "") -> None:
    review = invitation.review
    _send(
        review,
        speakers_of(invitation.department).values_list("pk", flat=True),
        message,
        about=_about(invitation),
        by=by,
        department=names_of(invitation.department),
        date=_day(review.due_on),
        who=who,
    )


def invitation_settle(invitation: Invitation) -> None:
    """Its department has decided: nobody there need read that it was asked."""
    notices_settle(kind=NoticeKind.REVIEW, about=_about(invitation))


def remark_tell(remark: Remark, by: User, before: str | None = None) -> None:
    """Whom it names, and of a new one those who take part in its thread, and the owner."""
    named = people_named(remark.text)
    if before is not None:
        _remark_send(remark, named - people_named(before), MENTION, by)
        return
    _remark_send(remark, named, MENTION, by)
    _remark_send(remark, _taking_part(remark) - named, COMMENT, by)


def _remark_send(remark: Remark, people: Iterable[int | None], message: str, by: User) -> None:
    kind = NoticeKind.MENTION if message == MENTION else NoticeKind.COMMENT
    at = f"#remark-{remark.thread_id or remark.pk}"
    _send(remark.review, people, message, kind=kind, at=at, by=by, who=person_name(by), words=_shown(remark.text))


def _taking_part(remark: Remark) -> set[int | None]:
    people: set[int | None] = {remark.review.owner_id}
    if remark.thread is not None:
        people |= {remark.thread.author_id, *remark.thread.replies.values_list("author", flat=True)}
    return people


def decision_tell(decision: Decision, by: User) -> None:
    review = decision.invitation.review
    department = decision.invitation.department
    _send(
        review,
        [review.owner_id],
        DECIDED,
        by=by,
        who=person_name(by),
        department=names_of(department),
        choice=_choices(decision),
    )


def answer_tell(decision: Decision, by: User) -> None:
    department = decision.invitation.department
    _send(
        decision.invitation.review,
        {decision.by_id, *speakers_of(department).values_list("pk", flat=True)},
        ANSWERED,
        by=by,
        who=person_name(by),
        department=names_of(department),
        words=_shown(decision.answer),
    )


def end_tell(review: Review, by: User, *, sealed: bool) -> None:
    """Everybody who was asked, wrote or sent it."""
    people: set[int | None] = {review.owner_id, *review.remarks.values_list("author", flat=True)}
    for invitation in review.invitations.select_related("department"):
        people |= set(speakers_of(invitation.department).values_list("pk", flat=True))
        invitation_settle(invitation)
    _send(review, people, SEALED if sealed else WITHDRAWN, by=by, who=person_name(by))


def _send(
    review: Review,
    people: Iterable[int | None],
    message: str,
    *,
    kind: NoticeKind = NoticeKind.REVIEW,
    at: str = "",
    about: str = "",
    by: User | None = None,
    **params: Any,
) -> None:
    edition = review.edition
    notices_send(
        people=list(people),
        kind=kind,
        text=message,
        params={"name": names_of(edition.persona), "number": edition.number, **params},
        url=url_of(review) + at,
        about=about,
        by=by.pk if by else None,
        group=IN_GROUPS.get(message, ""),
    )


def _choices(decision: Decision) -> dict[str, str]:
    """What was decided, by language, since each reads it in theirs."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = str(decision.get_choice_display())
    return said


def _about(invitation: Invitation) -> str:
    return f"review:{invitation.review_id}:{invitation.department_id}"


def _day(day: date) -> str:
    return day.isoformat()


def _shown(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SHOWN else f"{words[:SHOWN]}…"

"""Ending a review: its outcome is written under the edition, with who decided what on which figures."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from cdp.access.people import person_name
from cdp.errors import N_, Problem, UserError
from segments.editions.models import Edition
from segments.editions.services import edition_seal

from .anchors import figure_of
from .models import Answered, Choice, Decision, Invitation, Remark, Review, ReviewState
from .rules import is_owner, refuse_unless, review_locked, review_moved
from .selectors import answers_by, invitations_of, remarks_of
from .telling import end_tell

APPROVED, DISSENTED, CHANGES, SILENT = "approved", "approved_with_dissent", "changes", "not_decided"


@transaction.atomic
def review_seal(*, review: Review, by: User) -> Edition:
    """The owner ends it. Every department has decided, or the day has passed; every wish for changes is
    answered."""
    review = review_locked(review)
    refuse_unless(is_owner(review, by))
    invitations = invitations_of(review)
    if problems := seal_problems(review, invitations):
        raise UserError(*problems)
    edition = Edition.objects.get(pk=review.edition_id)
    edition_seal(edition=edition, outcome=outcome_of(review, edition, invitations, by))
    Review.objects.filter(pk=review.pk).update(state=ReviewState.SEALED, closed_at=timezone.now())
    review_moved(review)
    end_tell(review, by, sealed=True)
    return edition


def seal_problems(review: Review, invitations: Iterable[Invitation]) -> list[Problem]:
    """What is in the way of sealing it now."""
    problems = []
    is_due = review.due_on < timezone.localdate()
    for invitation in invitations:
        decision, named = current_of(invitation), {"department": invitation.department.name}
        if decision is None and not is_due:
            hint = N_("Wait for it, or until the day it is due has passed.")
            problems.append(Problem((), N_("%(department)s has not decided yet."), hint, named))
        elif decision is not None and decision.choice == Choice.CHANGES and decision.answered_at is None:
            hint = N_("Answer what it asks for, then seal.")
            problems.append(Problem((), N_("%(department)s asks for changes and has no answer."), hint, named))
    return problems


def current_of(invitation: Invitation) -> Decision | None:
    return next((one for one in invitation.decisions.all() if one.is_current), None)


def result_of(invitations: Iterable[Invitation]) -> str:
    """A wish for changes outweighs dissent, and that outweighs approval; nobody's silence approves."""
    choices = {decision.choice for one in invitations if (decision := current_of(one))}
    if Choice.CHANGES in choices:
        return CHANGES
    if not choices:
        return SILENT
    return DISSENTED if Choice.DISSENT in choices else APPROVED


def outcome_of(review: Review, edition: Edition, invitations: list[Invitation], by: User) -> dict[str, Any]:
    """Plain JSON. `edition` names the figures by the digest of all of them; a comment has those it is about."""
    return {
        "result": result_of(invitations),
        "edition": {"persona": edition.head["persona"], "number": edition.number, "digest": edition.digest},
        "members": edition.members,
        "asked": review.asked,
        "due_on": review.due_on.isoformat(),
        "sent": _step(review.owner, review.opened_at),
        "sealed": _step(by, timezone.now()),
        "departments": [_department(one) for one in invitations],
        "comments": [_comment(one, edition) for one in remarks_of(review)],
        "answers": [_answer(one) for one in answers_by(edition)],
    }


def _step(who: User | None, at: Any) -> dict[str, str]:
    return {"by": person_name(who), "at": at.isoformat()}


def _department(invitation: Invitation) -> dict[str, Any]:
    department, current = invitation.department, current_of(invitation)
    return {
        "slug": department.slug,
        "names": department.names,
        "asked": invitation.asked,
        "decision": current.choice if current else SILENT,
        "history": [_decision(one) for one in invitation.decisions.all()],
    }


def _decision(one: Decision) -> dict[str, Any]:
    return {
        "choice": one.choice,
        "text": one.text,
        "by": one.by_name,
        "at": one.at.isoformat(),
        "answer": one.answer,
        "answered_at": one.answered_at.isoformat() if one.answered_at else None,
    }


def _comment(one: Remark, edition: Edition) -> dict[str, Any]:
    return {
        "id": one.pk,
        "thread": one.thread_id,
        "about": one.anchor,
        "figure": None if one.thread_id else figure_of(edition.content, one.anchor),
        "text": one.text,
        "by": one.author_name,
        "at": one.written_at.isoformat(),
        "suggests": one.suggests,
        "proposal": one.proposal,
        "verdict": one.verdict,
        "resolved": one.resolved_at is not None,
        "files": [{"name": f.name, "bytes": f.bytes, "digest": f.digest} for f in one.attachments.all()],
    }


def _answer(one: Answered) -> dict[str, Any]:
    remark = one.remark
    return {
        "edition": remark.review.edition.number,
        "comment": remark.pk,
        "text": remark.text,
        "answer": one.text,
        "by": one.by_name,
        "at": one.at.isoformat(),
    }

"""Sending an edition for review, asking more departments, and withdrawing it."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from cdp.access.models import Department
from cdp.access.viewer import require
from cdp.errors import N_, Problem, UserError, user_error
from segments.editions.models import Edition

from .models import Invitation, Review, ReviewState
from .rules import is_owner, refuse_unless, review_locked, review_moved, text_read
from .telling import end_tell, invitation_settle, invitation_tell

LATEST = timedelta(days=366)


@transaction.atomic
def review_open(
    *, edition: Edition, departments: Mapping[str, str], due_on: date | None, asked: str, by: User
) -> Review:
    """Send an edition for review. `departments`: their slugs, each with what is asked of it. All problems at
    once."""
    require(by, "access.edit_segments")
    problems = [*_day_problems(due_on), *_department_problems(departments)]
    if problems:
        raise UserError(*problems)
    assert due_on is not None
    if edition.sealed_at is not None or edition.reviews.exclude(state=ReviewState.WITHDRAWN).exists():
        raise _sent_before()
    asked = text_read(asked, path="asked")
    try:
        with transaction.atomic():
            review = Review.objects.create(edition=edition, asked=asked, due_on=due_on, owner=by)
    except IntegrityError:
        raise _sent_before() from None
    _invite(review, departments, by)
    return review


@transaction.atomic
def review_invite(*, review: Review, departments: Mapping[str, str], by: User) -> None:
    """Ask more departments; those that are asked already stay as they are."""
    review = review_locked(review)
    refuse_unless(is_owner(review, by))
    problems = list(_department_problems(departments))
    if problems:
        raise UserError(*problems)
    known = set(review.invitations.values_list("department__slug", flat=True))
    _invite(review, {slug: asked for slug, asked in departments.items() if slug not in known}, by)
    review_moved(review)


@transaction.atomic
def review_postpone(*, review: Review, due_on: date | None, by: User) -> None:
    """Another day; who has not decided is reminded of it anew."""
    review = review_locked(review)
    refuse_unless(is_owner(review, by))
    if problems := _day_problems(due_on):
        raise UserError(*problems)
    Review.objects.filter(pk=review.pk).update(due_on=due_on, reminded_at=None)
    review_moved(review)


@transaction.atomic
def review_withdraw(*, review: Review, by: User) -> None:
    """Take it back. What was said and decided stays readable; the edition may be sent for review again."""
    review = review_locked(review)
    refuse_unless(is_owner(review, by))
    Review.objects.filter(pk=review.pk).update(state=ReviewState.WITHDRAWN, closed_at=timezone.now())
    review_moved(review)
    end_tell(review, by, sealed=False)
    for invitation in review.invitations.all():
        invitation_settle(invitation)


def _invite(review: Review, departments: Mapping[str, str], by: User) -> None:
    named = Department.objects.in_bulk(list(departments), field_name="slug")
    for slug, asked in departments.items():
        made = Invitation.objects.create(review=review, department=named[slug], asked=text_read(asked, path=slug))
        invitation_tell(made, by)


def _department_problems(departments: Mapping[str, str]) -> list[Problem]:
    if not departments:
        return [Problem(("departments",), N_("No department is invited."), N_("Choose at least one."))]
    known = set(Department.objects.filter(slug__in=departments).values_list("slug", flat=True))
    message = N_("There is no department “%(slug)s”.")
    return [
        Problem(("departments", slug), message, N_("Choose one of the list."), {"slug": slug})
        for slug in departments
        if slug not in known
    ]


def _day_problems(due_on: date | None) -> list[Problem]:
    today = timezone.localdate()
    if due_on is None:
        return [Problem(("due_on",), N_("Say by which day the departments should decide."))]
    if not today <= due_on <= today + LATEST:
        return [
            Problem(("due_on",), N_("The day is in the past, or more than a year away."), N_("Choose another."))
        ]
    return []


def _sent_before() -> UserError:
    return user_error(
        N_("This edition was sent for review before."), N_("Keep another edition to have that one reviewed.")
    )

"""Plans made, changed, paused, taken away, and run at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cdp.access.accounts import colleagues
from cdp.access.models import Department
from cdp.access.viewer import SYSTEM, Viewer, require
from cdp.errors import N_, Problem, UserError
from cdp.ledger.services import job_send, jobs_open
from segments.boards.models import Board
from segments.personas.models import Persona
from tags.services import person

from . import comparing
from .models import Every, Mailing, MailingRun
from .selectors import EDIT, may_change, may_keep, sees
from .when import next_after

MOST = 200
LAST_DAY = {Every.WEEK: 6, Every.MONTH: 31}


@dataclass(frozen=True)
class Plan:
    """What is wished: `people` are user names, `departments` slugs; `day` and `bases` as `Mailing` has them."""

    every: str
    day: int
    at: time | None
    people: Sequence[str]
    departments: Sequence[str]
    language: str
    bases: Sequence[str] = ()


@transaction.atomic
def mailing_make(*, of: Persona | Board, plan: Plan, actor: User) -> Mailing:
    require(actor, EDIT)
    made = Mailing(owner=actor, **{"persona" if isinstance(of, Persona) else "board": of})
    if not sees(actor, made):
        raise PermissionDenied
    return _write(made, plan, is_on=True)


@transaction.atomic
def mailing_change(*, mailing: Mailing, plan: Plan, actor: User) -> Mailing:
    found = _locked(mailing, actor)
    return _write(found, plan, is_on=found.is_on)


@transaction.atomic
def mailing_pause(*, mailing: Mailing, is_on: bool, actor: User) -> None:
    """What would have been due while it was paused is not made up for."""
    found = _locked(mailing, actor)
    found.next_at = _next(found) if is_on else None
    found.save(update_fields=["next_at"])


@transaction.atomic
def mailing_delete(*, mailing: Mailing, actor: User) -> None:
    """With what it says of the past; editions that were kept stay."""
    _locked(mailing, actor).delete()


@transaction.atomic
def mailing_send(*, mailing: Mailing, actor: User) -> MailingRun:
    """Now, out of turn; the one that is under way already where there is one."""
    found = _locked(mailing, actor)
    return run_start(found, trigger="person", by=actor)


def run_start(mailing: Mailing, *, trigger: str, by: Viewer) -> MailingRun:
    """Inside a transaction that holds the plan."""
    if (known := jobs_open(MailingRun).filter(mailing=mailing).first()) is not None:
        return known
    return job_send(MailingRun.objects.create(mailing=mailing, trigger=trigger, requested_by=person(by)))


def _locked(mailing: Mailing, actor: Viewer) -> Mailing:
    """For whoever may change it; who changes one that nobody keeps up any more is its owner from then on."""
    known = Mailing.objects.select_related("owner").select_for_update(of=("self",)).order_by("pk")
    found = known.get(pk=mailing.pk)
    if not may_change(actor, found):
        raise PermissionDenied
    if isinstance(actor, User) and not may_keep(found):
        found.owner = actor
        Mailing.objects.filter(pk=found.pk).update(owner=actor)
    return found


def _write(mailing: Mailing, plan: Plan, *, is_on: bool) -> Mailing:
    people = list(colleagues().filter(username__in=plan.people))
    departments = list(Department.objects.filter(slug__in=plan.departments))
    problems = list(_problems(plan, {one.username for one in people}, {one.slug for one in departments}))
    if problems := [*problems, *_bases_problems(plan, mailing)]:
        raise UserError(*problems)
    mailing.every, mailing.day, mailing.at = plan.every, plan.day, plan.at or time(8)
    mailing.language, mailing.bases = plan.language, list(dict.fromkeys(plan.bases))
    mailing.next_at = _next(mailing) if is_on else None
    mailing.save()
    mailing.people.set(people)
    mailing.departments.set(departments)
    return mailing


def _problems(plan: Plan, people: set[str], departments: set[str]) -> Any:
    if plan.every not in Every:
        yield Problem(("every",), N_("Choose every week or every month."))
    elif not (0 if plan.every == Every.WEEK else 1) <= plan.day <= LAST_DAY[Every(plan.every)]:
        yield Problem(("day",), N_("There is no such day."), N_("Choose one of the list."))
    if plan.at is None:
        yield Problem(("at",), N_("Say at which time."), N_("For example 08:00"))
    if plan.language not in dict(settings.LANGUAGES):
        yield Problem(("language",), N_("There is no such language."))
    for path, asked, known in (("people", plan.people, people), ("departments", plan.departments, departments)):
        for name in sorted(set(asked) - known):
            yield Problem((path,), N_("Nobody is called “%(name)s” here."), "", {"name": name[:80]})
    if not (plan.people or plan.departments):
        yield Problem(("people",), N_("Nobody would get it."), N_("Choose people or departments."))
    if len(set(plan.people)) > MOST:
        hint = N_("Choose a department instead.")
        yield Problem(("people",), N_("At most %(most)s people can be chosen."), hint, {"most": MOST})


def _bases_problems(plan: Plan, mailing: Mailing) -> Iterator[Problem]:
    asked = set(plan.bases)
    if len(asked) > comparing.MOST:
        said = N_("It is compared with %(most)s segments at most.")
        yield Problem(("bases",), said, "", {"most": comparing.MOST})
    known = set(comparing.bases_known(SYSTEM).filter(slug__in=asked).values_list("slug", flat=True))
    for slug in sorted(asked - known - set(mailing.bases)):
        hint = N_("Choose a segment that has members.")
        yield Problem(("bases",), N_('There is no segment "%(slug)s".'), hint, {"slug": slug[:80]})
    if mailing.persona is not None and mailing.persona.segment.slug in asked:
        yield Problem(("bases",), N_("A persona is not compared with itself."), N_("Choose another segment."))


def _next(mailing: Mailing) -> Any:
    weekly = mailing.every == Every.WEEK
    return next_after(weekly=weekly, day=mailing.day, at=mailing.at, now=timezone.now())

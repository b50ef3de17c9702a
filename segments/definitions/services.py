"""Bringing a workbook: it is kept, checked by doing what it says and taking that back, and done once confirmed."""

from collections.abc import Iterable
from datetime import timedelta
from typing import IO

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cdp.access.viewer import Viewer, may
from cdp.errors import N_, Problem, UserError
from tags.dependencies import TAG, Ref
from tags.models import Tag
from tags.versions import draft_of

from ..models import Segment
from .columns import CATEGORIES, LAYERS, PLAYBOOK, TAGS
from .models import BroughtWorkbook
from .plan import Plan, plan_make
from .reading import Given, workbook_read
from .state import state_now
from .task import Task
from .tasks import tasks_of

KEPT = timedelta(days=1)
MOST_CHANGES = 5_000
EDITS = ("access.edit_tags", "access.edit_segments")


def may_bring(viewer: Viewer) -> bool:
    return any(may(viewer, permission) for permission in EDITS)


@transaction.atomic
def workbook_bring(*, file: IO[bytes], name: str, size: int, by: User) -> BroughtWorkbook:
    """Read a workbook and keep its rows until they are confirmed; an earlier one of the same person is forgotten.
    `UserError` for what is no such workbook."""
    given = workbook_read(file, name, size)
    BroughtWorkbook.objects.filter(by=by).delete()
    BroughtWorkbook.objects.filter(at__lt=timezone.now() - KEPT).delete()
    return BroughtWorkbook.objects.create(name=name[-255:], given=given.as_json(), by=by)


def plan_checked(book: BroughtWorkbook, actor: User) -> Plan:
    """What it would change now, with everything that is wrong with it. Nothing is changed."""
    plan = _planned(book, actor)
    tasks = [] if plan.problems else tasks_of(plan)
    if tasks and not plan.problems:
        with transaction.atomic():
            _do(plan, tasks, actor)
            transaction.set_rollback(True)
    return plan


@transaction.atomic
def plan_confirm(*, book: BroughtWorkbook, seals: dict[str, str], actor: User) -> tuple[Plan, list[str]]:
    """Make the changes that were looked at, all or none. `seals`: those of the plan that was shown.

    Back come the plan and the ids of changes that are others than those shown; with any of these, or with
    problems, nothing was done. Sent twice, it is done once.
    """
    book = BroughtWorkbook.objects.select_for_update().get(pk=book.pk)
    if book.done is not None:
        return Plan(state_now(actor), Given()), []
    plan = _planned(book, actor)
    tasks = [] if plan.problems else tasks_of(plan)
    now = plan.seals
    others = sorted(id for id in {*now, *seals} if now.get(id) != seals.get(id))
    if not plan.problems and not others:
        done = _do(plan, tasks, actor)
        if not plan.problems:
            book.given = {}
            book.done = {"changes": len(plan.changes), "drafts": _drafts(done), "is_playbook": plan.is_playbook}
            book.save(update_fields=["given", "done"])
            return plan, []
    transaction.set_rollback(True)
    return plan, others


def _planned(book: BroughtWorkbook, actor: User) -> Plan:
    plan = plan_make(state_now(actor), Given.from_json(book.given))
    if len(plan.changes) > MOST_CHANGES:
        problem = Problem((), N_("More than %(most)s rows change at once."), N_("Bring them in parts."))
        plan.refuse(TAGS, 0, "", Problem((), problem.message, problem.hint, {"most": MOST_CHANGES}))
    return plan


def _do(plan: Plan, tasks: Iterable[Task], actor: User) -> list[Ref]:
    """Each task by itself, so that every problem is found."""
    done = []
    for task in tasks:
        try:
            with transaction.atomic():
                task.run(actor)
        except UserError as error:
            for problem in error.problems:
                _tell(plan, task, problem)
        except PermissionDenied:
            hint = N_("Ask an administrator for the permission.")
            _tell(
                plan, task, Problem((), _REFUSED.get(task.places[""][0], N_("You may not change segments.")), hint)
            )
        else:
            done += [task.ref] if task.ref else []
    return done


_REFUSED = {
    TAGS: N_("You may not change tags."),
    LAYERS: N_("You may not change tags."),
    CATEGORIES: N_("You may not change categories."),
    PLAYBOOK: N_("You may not change the playbook."),
}


def _tell(plan: Plan, task: Task, problem: Problem) -> None:
    (sheet, number, column), rest = task.place_of(problem)
    plan.refuse(sheet, number, column, rest)


def _drafts(done: Iterable[Ref]) -> list[dict[str, str]]:
    found = []
    for ref in done:
        model = Tag if ref.kind == TAG else Segment
        named = model.objects.filter(slug=ref.slug).first()
        if named is not None and draft_of(named):
            found.append({"kind": ref.kind, "slug": ref.slug, "name": named.name})
    return found

"""Saying what needs whose approval."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction

from cdp.access.accounts import colleagues
from cdp.access.viewer import Viewer, require
from cdp.errors import N_, Problem, UserError

from ..dependencies import SEGMENT, TAG
from ..models import Category, Sensitivity
from .models import ApprovalRule

SET = "access.set_approvals"


@transaction.atomic
def approval_rule_add(
    *, kind: str, category: str, sensitivity: str, approvers: Iterable[str], actor: Viewer
) -> ApprovalRule:
    """`category` by its short name, "" for any; `approvers` by account names. `UserError` with every problem."""
    require(actor, SET)
    people: list[User] = list(colleagues().filter(username__in=list(approvers)))
    chosen = Category.objects.filter(slug=category).first() if category else None
    problems = []
    if kind not in (TAG, SEGMENT):
        problems.append(Problem(("kind",), N_("Say whether it is about tags or about segments.")))
    if category and chosen is None:
        problems.append(Problem(("category",), N_("There is no such category any more.")))
    if sensitivity and sensitivity not in Sensitivity.values:
        problems.append(Problem(("sensitivity",), N_("There is no such sensitivity.")))
    if kind == SEGMENT and (category or sensitivity):
        problems.append(Problem(("category",), N_("Segments have no category and no sensitivity.")))
    if not people:
        problems.append(Problem(("approvers",), N_("Choose at least one approver.")))
    if problems:
        raise UserError(*problems)
    rule = ApprovalRule.objects.create(kind=kind, category=chosen, sensitivity=sensitivity)
    rule.approvers.set(people)
    return rule


def approval_rule_delete(*, rule: ApprovalRule, actor: Viewer) -> None:
    require(actor, SET)
    rule.delete()

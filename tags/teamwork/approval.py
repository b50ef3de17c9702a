"""Publishing with approval: who must agree, asking them, and what they decide. Nobody approves what they asked for
or wrote themselves; what was approved is what was looked at, or nothing."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from cdp.access.people import person_name
from cdp.access.viewer import Viewer, is_system, may
from cdp.errors import N_, Problem, UserError, user_error

from ..dependencies import SEGMENT, TAG, Ref
from ..models import VersionState
from ..versions import draft_of, seal_of
from .models import ApprovalRequest, ApprovalRule, ApprovalStep, RequestState, StepKind
from .publishers import PUBLISHERS, Facets
from .telling import ASKED, PUBLISHED, RETURNED, approval_settle, approval_tell

LONGEST = 2000


def rules_for(kind: str, facets: Facets, among: Iterable[ApprovalRule] | None = None) -> list[ApprovalRule]:
    """The rules that apply. `among`: those there are, for whoever has read them with their approvers."""
    known = approval_rules(kind) if among is None else [rule for rule in among if rule.kind == kind]
    return [rule for rule in known if _covers(rule, facets)]


def approval_rules(kind: str = "") -> list[ApprovalRule]:
    rows = ApprovalRule.objects.select_related("category").prefetch_related("approvers")
    return list(rows.filter(kind=kind) if kind else rows)


def _covers(rule: ApprovalRule, facets: Facets) -> bool:
    in_category = rule.category_id is None or rule.category_id == facets.category_id
    return in_category and rule.sensitivity in ("", facets.sensitivity)


def approvers_named(rules: Iterable[ApprovalRule]) -> str:
    people = {person.pk: person_name(person) for rule in rules for person in rule.approvers.all()}
    return _(", ").join(people.values()) or "—"


def refuse_unapproved(kind: str, facets: Facets, actor: Viewer) -> None:
    """`UserError` where publishing needs approval, whoever asks: it is given on its page, and nowhere else."""
    if is_system(actor):
        return
    if rules := rules_for(kind, facets):
        raise user_error(
            N_("Publishing this needs the approval of %(people)s."),
            N_("Save it as a draft, then ask for approval on its page."),
            people=approvers_named(rules),
        )


def refuse_escape(kind: str, before: Facets, after: Facets | None, actor: Viewer) -> None:
    """What is in use does not leave a rule by another category, by another sensitivity or by being retired (`after`
    is None then), unless by one of the rule's approvers."""
    if is_system(actor):
        return
    staying = [] if after is None else rules_for(kind, after)
    left = [rule for rule in rules_for(kind, before) if rule not in staying]
    if lost := [rule for rule in left if not _is_approver(rule, actor)]:
        raise user_error(
            N_("Only those whose approval it needs may do this: %(people)s."),
            N_("Ask one of them."),
            people=approvers_named(lost),
        )


def _is_approver(rule: ApprovalRule, viewer: Viewer) -> bool:
    return isinstance(viewer, User) and any(person.pk == viewer.pk for person in rule.approvers.all())


def request_waiting(ref: Ref) -> ApprovalRequest | None:
    return ApprovalRequest.objects.filter(kind=ref.kind, slug=ref.slug, state=RequestState.WAITING).first()


@transaction.atomic
def approval_ask(*, ref: Ref, seal: str, text: str, by: User) -> ApprovalRequest:
    """Ask for the approval of the draft that carries this seal. An earlier request about the same is withdrawn."""
    draft = _draft(ref, seal)
    if (earlier := request_waiting(ref)) is not None:
        _close(earlier, RequestState.WITHDRAWN, StepKind.WITHDRAWN, by, "")
    asked = ApprovalRequest.objects.create(
        kind=ref.kind, slug=ref.slug, number=draft.number, seal=seal, asked_by=by
    )
    _step(asked, StepKind.ASKED, by, text)
    approvers = {person.pk for rule in rules_open(asked) for person in rule.approvers.all()}
    approval_tell(asked, approvers - {draft.created_by_id}, ASKED, by)
    return asked


@transaction.atomic
def approval_give(*, request: ApprovalRequest, text: str, by: User) -> ApprovalRequest:
    """Approve for each rule one is an approver of; with the last of them the draft is published. `PermissionDenied`
    for whoever may not, `UserError` where it was decided meanwhile or the draft is another one."""
    request = _locked(request)
    ref = Ref(request.kind, request.slug)
    named = PUBLISHERS[ref.kind].named(ref.slug)
    _draft(ref, request.seal, named)
    if not may_approve(request, by):
        raise PermissionDenied
    _step(request, StepKind.APPROVED, by, text)
    if not rules_open(request):
        PUBLISHERS[ref.kind].put_in_force(ref.slug, request.seal, by)
        _close(request, RequestState.PUBLISHED, StepKind.PUBLISHED, by, "")
        approval_tell(request, [request.asked_by_id], PUBLISHED, by)
    return request


@transaction.atomic
def approval_return(*, request: ApprovalRequest, text: str, by: User) -> None:
    """Send it back with a reason."""
    request = _locked(request)
    if not may_approve(request, by):
        raise PermissionDenied
    if not text.strip():
        raise UserError(Problem(("text",), N_("Say what should be different, then return it.")))
    _close(request, RequestState.RETURNED, StepKind.RETURNED, by, text)
    approval_tell(request, [request.asked_by_id], RETURNED, by, text)


@transaction.atomic
def approval_withdraw(*, request: ApprovalRequest, by: User) -> None:
    request = _locked(request)
    if request.asked_by_id != by.pk:
        raise PermissionDenied
    _close(request, RequestState.WITHDRAWN, StepKind.WITHDRAWN, by, "")


def rules_open(request: ApprovalRequest, among: Iterable[ApprovalRule] | None = None) -> list[ApprovalRule]:
    """The rules of which nobody has approved yet. By what the tag or segment is now, not when it was asked for."""
    facets = PUBLISHERS[request.kind].facets([request.slug]).get(request.slug)
    if facets is None:
        return []
    given = {step.by_id for step in request.steps.all() if step.what == StepKind.APPROVED}
    return [
        rule
        for rule in rules_for(request.kind, facets, among)
        if not given & {person.pk for person in rule.approvers.all()}
    ]


def may_approve(request: ApprovalRequest, viewer: Viewer, among: Iterable[ApprovalRule] | None = None) -> bool:
    """An approver of a rule that is still open, who neither asked for it nor wrote it."""
    if request.state != RequestState.WAITING or not isinstance(viewer, User) or not viewer.is_active:
        return False
    if viewer.pk in (request.asked_by_id, _author(request)):
        return False
    return any(_is_approver(rule, viewer) for rule in rules_open(request, among))


def _author(request: ApprovalRequest) -> int | None:
    named = PUBLISHERS[request.kind].named(request.slug)
    draft = draft_of(named) if named else None
    return draft.created_by_id if draft else None


def requests_to_decide(viewer: Viewer) -> list[ApprovalRequest]:
    """Those that wait for this viewer. Nothing is read beyond the rules where the viewer approves of nothing."""
    known = approval_rules()
    if not any(_is_approver(rule, viewer) for rule in known):
        return []
    waiting = ApprovalRequest.objects.filter(state=RequestState.WAITING).select_related("asked_by")
    return [one for one in waiting.prefetch_related("steps") if may_approve(one, viewer, known)]


def requests_returned(viewer: Viewer) -> list[ApprovalRequest]:
    """Those the viewer asked for that came back, until they are asked for anew or are in force."""
    if not isinstance(viewer, User):
        return []
    own = ApprovalRequest.objects.filter(asked_by=viewer).order_by("kind", "slug", "-pk")
    latest: dict[tuple[str, str], ApprovalRequest] = {}
    for one in own:
        latest.setdefault((one.kind, one.slug), one)
    return [one for one in latest.values() if one.state == RequestState.RETURNED]


EDITS = {TAG: "access.edit_tags", SEGMENT: "access.edit_segments"}


def request_seen(viewer: Viewer, pk: int) -> ApprovalRequest:
    """Raises `Http404`, and `PermissionDenied` unless the viewer asked, approves, took part, or may change such
    things."""
    asked = get_object_or_404(ApprovalRequest.objects.select_related("asked_by"), pk=pk)
    if not _may_see(viewer, asked):
        raise PermissionDenied
    return asked


def _may_see(viewer: Viewer, asked: ApprovalRequest) -> bool:
    if not isinstance(viewer, User):
        return False
    if may(viewer, EDITS[asked.kind]) or asked.asked_by_id == viewer.pk:
        return True
    facets = PUBLISHERS[asked.kind].facets([asked.slug]).get(asked.slug, Facets())
    approves = any(viewer in rule.approvers.all() for rule in rules_for(asked.kind, facets))
    return approves or asked.steps.filter(by=viewer).exists()


def _draft(ref: Ref, seal: str, named: Any = None) -> Any:
    named = named or PUBLISHERS[ref.kind].named(ref.slug)
    draft = draft_of(named) if named else None
    if draft is None or draft.state != VersionState.DRAFT or seal_of(draft.definition) != seal:
        message = N_("The draft is not the one that was looked at any more. Nothing was done.")
        raise user_error(message, N_("Look at what it changes now, then ask or decide."))
    return draft


def _locked(request: ApprovalRequest) -> ApprovalRequest:
    found = ApprovalRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if found.state != RequestState.WAITING:
        raise user_error(N_("This was decided already."), N_("Its history says by whom."))
    return found


def _step(request: ApprovalRequest, what: StepKind, by: User, text: str) -> None:
    text = text.strip()
    if len(text) > LONGEST:
        message = N_("A comment has at most %(most)s characters; this one has %(many)s.")
        raise UserError(Problem(("text",), message, "", {"most": LONGEST, "many": len(text)}))
    ApprovalStep.objects.create(request=request, what=what, by=by, text=text)


def _close(request: ApprovalRequest, state: RequestState, what: StepKind, by: User, text: str) -> None:
    _step(request, what, by, text)
    request.state, request.closed_at = state, timezone.now()
    request.save(update_fields=["state", "closed_at"])
    approval_settle(request)

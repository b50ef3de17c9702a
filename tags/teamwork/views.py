"""Pages of approval: what waits for whom, and one request with what it would do, to publish it or return it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cdp.access.viewer import may
from cdp.access.web import page, person
from cdp.errors import UserError

from ..dependencies import Ref
from ..version_pages import effects_page, publish_page
from ..versions import draft_of, seal_of
from ..workbench import said
from .approval import (
    EDITS,
    approval_ask,
    approval_give,
    approval_return,
    approval_withdraw,
    approvers_named,
    may_approve,
    request_seen,
    request_waiting,
    requests_returned,
    requests_to_decide,
    rules_for,
    rules_open,
)
from .models import ApprovalRequest, RequestState
from .publishers import PUBLISHERS, Facets

LATEST = 30


@dataclass(frozen=True)
class ApprovalNote:
    """What the page of a draft says of approval. `people`: whose it needs, or needs still."""

    needed: bool
    waiting: ApprovalRequest | None
    people: str


def approval_note(ref: Ref, facets: Facets) -> ApprovalNote:
    rules, waiting = rules_for(ref.kind, facets), request_waiting(ref)
    still = rules_open(waiting) if waiting else rules
    return ApprovalNote(bool(rules), waiting, approvers_named(still))


def asked_answer(request: HttpRequest, ref: Ref, seal: str) -> HttpResponse:
    """Approval is asked for. `UserError` where the draft is another one."""
    asked = approval_ask(ref=ref, seal=seal, text=request.POST.get("text", ""), by=person(request))
    messages.success(request, _("Approval was asked for. Nothing changes before it is given."))
    return redirect("approvals:request", asked.pk)


@dataclass(frozen=True)
class RequestRow:
    request: ApprovalRequest
    name: str


@require_GET
@page()
def request_list(request: HttpRequest) -> HttpResponse:
    viewer = person(request)
    deciding, returned = requests_to_decide(viewer), requests_returned(viewer)
    mine = ApprovalRequest.objects.filter(asked_by=viewer).select_related("asked_by")
    took_part = ApprovalRequest.objects.filter(steps__by=viewer).exclude(asked_by=viewer).distinct()
    context = {
        "deciding": _rows(deciding),
        "returned": _rows(returned),
        "mine": _rows(mine[:LATEST]),
        "decided": _rows(took_part.select_related("asked_by")[:LATEST]),
        "may_set": may(viewer, "access.set_approvals"),
    }
    return render(request, "approvals/list.html", context)


def _rows(found: Any) -> list[RequestRow]:
    rows = list(found)
    names = {kind: PUBLISHERS[kind].names([row.slug for row in rows if row.kind == kind]) for kind in PUBLISHERS}
    return [RequestRow(row, names.get(row.kind, {}).get(row.slug, row.slug)) for row in rows]


@page()
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what it changes, who enters and leaves, its history; and the decision, sent from there."""
    asked = request_seen(request.user, pk)
    if request.method == "POST":
        return _decided(request, asked)
    named = PUBLISHERS[asked.kind].named(asked.slug)
    draft = draft_of(named) if named else None
    is_same = draft is not None and seal_of(draft.definition) == asked.seal
    waits = asked.state == RequestState.WAITING
    history = ApprovalRequest.objects.filter(kind=asked.kind, slug=asked.slug).prefetch_related("steps__by")
    context = {
        "asked": asked,
        "named": named,
        "detail_url": reverse(f"{asked.kind}s:detail", args=[asked.slug]),
        "publish_url": reverse(f"{asked.kind}s:publish", args=[asked.slug]),
        "page": publish_page(request.user, Ref(asked.kind, asked.slug), _kind(named), named) if named else None,
        "is_same": is_same,
        "waits_for": approvers_named(rules_open(asked)) if waits else "",
        "may_decide": waits and is_same and may_approve(asked, request.user),
        "may_withdraw": waits and asked.asked_by_id == person(request).pk,
        "may_edit": may(request.user, EDITS[asked.kind]),
        "effects_url": reverse("approvals:effects", args=[pk]),
        "history": history[:LATEST],
        "typed": request.session.pop("approval-text", ""),
    }
    return render(request, "approvals/request.html", context)


def _decided(request: HttpRequest, asked: ApprovalRequest) -> HttpResponse:
    text, by = request.POST.get("text", ""), person(request)
    try:
        match request.POST.get("do", ""):
            case "approve":
                done = approval_give(request=asked, text=text, by=by)
                published = done.state == RequestState.PUBLISHED
                told = _("Approved and published. It is being worked out.")
                messages.success(request, told if published else _("Approved. Others have to approve, too."))
            case "return":
                approval_return(request=asked, text=text, by=by)
                messages.success(request, _("Returned with your comment."))
            case "withdraw":
                approval_withdraw(request=asked, by=by)
                messages.success(request, _("Withdrawn. The draft is still there."))
    except UserError as error:
        request.session["approval-text"] = text[:4000]
        for problem in error.problems:
            messages.error(request, said(problem))
    return redirect("approvals:request", asked.pk)


@require_GET
@page()
def request_effects(request: HttpRequest, pk: int) -> HttpResponse:
    """Who would enter and leave; for the page above."""
    asked = request_seen(request.user, pk)
    named = PUBLISHERS[asked.kind].named(asked.slug)
    draft = draft_of(named) if named else None
    # What somebody drafted since was not put before those who were asked.
    if draft is None or seal_of(draft.definition) != asked.seal:
        raise Http404
    ref = Ref(asked.kind, asked.slug)
    found = effects_page(person(request), ref, draft.definition, again="again" in request.GET)
    context = {"page": found, "effects_url": reverse("approvals:effects", args=[pk])}
    return render(request, "tags/builder/effects.html", context)


def _kind(named: Any) -> str:
    """A tag's kind, as its definitions are read by; segments have none."""
    return named.kind if named.__class__.__name__ == "Tag" else ""

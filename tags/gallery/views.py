"""The gallery of ready rules, and how many customers each finds here."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cdp.access.viewer import Viewer, may
from cdp.access.web import page
from cdp.errors import UserError

from ..selectors import rule_count
from ..workbench import said
from .files import ReadyRule, ready_rules
from .pages import gallery


@require_GET
@page()
def template_list(request: HttpRequest) -> HttpResponse:
    refuse_readers(request.user)
    return render(request, "tags/gallery/list.html", {"gallery": gallery(request.user)})


@require_GET
@page()
def template_count(request: HttpRequest, slug: str) -> HttpResponse:
    """One card's count; the page asks for one after the other."""
    refuse_readers(request.user)
    shown: dict[str, object]
    try:
        shown = {"found": rule_count(request.user, ready_named(slug).rule)}
    except UserError as error:
        shown = {"trouble": " ".join(said(problem) for problem in error.problems)}
    return render(request, "tags/gallery/count.html", shown)


def refuse_readers(viewer: Viewer) -> None:
    """As the live counts of forms, this is for whoever makes tags or segments."""
    if not (may(viewer, "access.edit_tags") or may(viewer, "access.edit_segments")):
        raise PermissionDenied


def ready_named(slug: str) -> ReadyRule:
    found = ready_rules().get(slug)
    if found is None:
        raise Http404
    return found

"""Definitions in Excel: taking them away, bringing them back, looking at what changes, and confirming it."""

import json

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from cdp.access.web import page, person
from cdp.errors import Problem, UserError
from tags.catalogue import XLSX
from tags.pages import tag_catalogue, tags_asked

from ..pages import segment_catalogue, segments_asked
from .columns import PLAYBOOK, SEGMENTS, TAGS
from .models import BroughtWorkbook
from .pages import plan_page
from .services import may_bring, plan_checked, plan_confirm, workbook_bring
from .writing import OF_DEFINITIONS, OF_PLAYBOOK, workbook_write


@page()
def start(request: HttpRequest) -> HttpResponse:
    """How it goes, the download, and the upload."""
    if request.method != "POST":
        return _start(request)
    if not may_bring(request.user):
        raise PermissionDenied
    if (file := request.FILES.get("file")) is None:
        return redirect("definitions:start")
    try:
        book = workbook_bring(file=file, name=file.name or "", size=file.size or 0, by=person(request))
    except UserError as error:
        return _start(request, error.problems)
    return redirect("definitions:check", book.pk)


def _start(request: HttpRequest, problems: tuple[Problem, ...] = ()) -> HttpResponse:
    of = request.GET.get("of", "")
    context = {
        "problems": problems,
        "may_bring": may_bring(request.user),
        "query": request.GET.urlencode(),
        "of": of,
    }
    return render(request, "definitions/start.html", context, status=422 if problems else 200)


@require_GET
@page()
def download(request: HttpRequest) -> HttpResponse:
    """Everything; or of tags or segments those that their list is narrowed to; or the playbook."""
    of, viewer, tags, segments = request.GET.get("of", ""), request.user, None, None
    if of == TAGS:
        tags = [tag.slug for tag in tags_asked(viewer, tag_catalogue(viewer, request.GET))]
    if of == SEGMENTS:
        catalogue = segment_catalogue(viewer, request.GET)
        segments = [segment.slug for segment in segments_asked(viewer, catalogue)]
    sheets, name = (OF_PLAYBOOK, "playbook") if of == PLAYBOOK else (OF_DEFINITIONS, "definitions")
    content = workbook_write(viewer, tags, segments, sheets=sheets)
    disposition = {"Content-Disposition": f'attachment; filename="{name}.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=disposition)


@page()
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """What the workbook changes, or what is wrong with it; and, sent from there, the confirmation."""
    book, actor = get_object_or_404(BroughtWorkbook, pk=pk, by=person(request)), person(request)
    if book.done is not None:
        return render(request, "definitions/done.html", {"book": book})
    if request.method != "POST":
        return render(
            request, "definitions/check.html", {"book": book, "page": plan_page(plan_checked(book, actor))}
        )
    plan, others = plan_confirm(book=book, seals=_seals(request), actor=actor)
    if not others and not plan.problems:
        return redirect("definitions:check", pk)
    fresh = plan_page(plan_checked(book, actor), others)
    return render(request, "definitions/check.html", {"book": book, "page": fresh}, status=409 if others else 422)


def _seals(request: HttpRequest) -> dict[str, str]:
    try:
        sent = json.loads(request.POST.get("seals", ""))
        return {str(key): str(seal) for key, seal in sent.items()}
    except (ValueError, AttributeError):
        return {}

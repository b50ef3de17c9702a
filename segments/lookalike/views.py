"""Pages on which customers similar to a segment's members are looked for and kept."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cdp.access.web import page
from cdp.errors import UserError
from cdp.ledger.models import JobState
from tags.workbench import said

from ..forms import EDIT
from ..models import Lookalike, Segment
from ..selectors import segments
from .forms import SimilarForm, similar_form
from .selectors import lookalike_latest, lookalikes, tag_names, weight_rows
from .services import lookalike_request

SHOWN = 20


@require_GET
@page(EDIT)
def segment_similar(request: HttpRequest, slug: str) -> HttpResponse:
    segment = get_object_or_404(segments(request.user), slug=slug)
    latest, done = lookalike_latest(request.user, slug)
    form = similar_form(request.user, done, request.GET) if done else None
    return _shown(request, segment, latest, form)


@require_POST
@page(EDIT)
def segment_similar_search(request: HttpRequest, slug: str) -> HttpResponse:
    segment = get_object_or_404(segments(request.user), slug=slug)
    try:
        lookalike_request(segment=segment, actor=request.user)
    except UserError as error:
        return _shown(request, segment, None, None, [said(problem) for problem in error.problems])
    return redirect("segments:similar", slug)


@require_GET
@page(EDIT)
def segment_similar_count(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    form = similar_form(request.user, _found(request, slug, pk), request.GET)
    return render(request, "segments/similar_count.html", {"form": form, "count": form.count()})


@require_POST
@page(EDIT)
def segment_similar_save(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    segment = get_object_or_404(segments(request.user), slug=slug)
    found = _found(request, slug, pk)
    form = similar_form(request.user, found, request.POST)
    saved = form.save()
    if saved is None:
        return _shown(request, segment, found, form)
    messages.success(request, _("Saved. No refresh changes who is in it."))
    return redirect("segments:detail", saved.slug)


def _found(request: HttpRequest, slug: str, pk: int) -> Lookalike:
    return get_object_or_404(lookalikes(request.user).filter(state=JobState.DONE), seed__slug=slug, pk=pk)


def _shown(
    request: HttpRequest,
    segment: Segment,
    latest: Lookalike | None,
    form: SimilarForm | None,
    problems: list[str] | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"segment": segment, "latest": latest, "form": form, "problems": problems or []}
    if form:
        found = form.lookalike
        rows = weight_rows(request.user, found.weights[:SHOWN], found.size, found.universe)
        context |= {"found": found, "rows": rows, "count": form.count(), "others": len(found.weights) - len(rows)}
        context["excluded"] = tag_names(request.user, found.excluded)
        context["is_behind"] = bool(segment.run and found.as_of and segment.run.as_of > found.as_of)
    status = 422 if problems or (form and form.tried) else 200
    return render(request, "segments/similar.html", context, status=status)

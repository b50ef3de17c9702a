"""Pages of a segment's versions: what a draft would change, publishing it, and going back to an earlier one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cdp.access.viewer import may
from cdp.access.web import page, person
from cdp.errors import UserError
from tags.dependencies import SEGMENT, Ref
from tags.teamwork.approval import rules_for
from tags.teamwork.publishers import Facets
from tags.teamwork.views import approval_note, asked_answer
from tags.version_pages import effects_page, publish_page, version_rows
from tags.versions import draft_of, seal_check, seal_of
from tags.workbench import said

from .forms import EDIT
from .models import Segment
from .selectors import segments
from .services import segment_refresh_request
from .versions import segment_publish, segment_restore


@page(EDIT)
def segment_publish_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """What the draft would change; and, sent from there, putting it in force."""
    segment = get_object_or_404(segments(request.user), slug=slug)
    if request.method == "POST":
        return _published(request, segment)
    found = publish_page(request.user, Ref(SEGMENT, slug), "", segment)
    if found is None:
        messages.info(request, _("There is no draft to publish."))
        return redirect("segments:detail", slug)
    return render(request, "segments/publish.html", {"segment": segment, "page": found})


def _published(request: HttpRequest, segment: Segment) -> HttpResponse:
    try:
        seal = request.POST.get("seal", "")
        seal_check(draft_of(segment), seal)
        if rules_for(SEGMENT, Facets()):
            return asked_answer(request, Ref(SEGMENT, segment.slug), seal)
        version = segment_publish(segment=segment, actor=request.user)
    except UserError as error:
        for problem in error.problems:
            messages.error(request, said(problem))
        return redirect("segments:publish" if draft_of(segment) else "segments:detail", segment.slug)
    segment_refresh_request(segments=[version.segment], by=request.user)
    messages.success(request, _("Published. The members are being worked out."))
    return redirect("segments:detail", segment.slug)


@require_GET
@page(EDIT)
def segment_effects(request: HttpRequest, slug: str) -> HttpResponse:
    """Who would enter and leave, here and in whatever is built on it; for the page above."""
    segment = get_object_or_404(Segment, slug=slug)
    draft = draft_of(segment)
    if draft is None:
        raise Http404
    found = effects_page(person(request), Ref(SEGMENT, slug), draft.definition, again="again" in request.GET)
    context = {
        "page": found,
        "seal": seal_of(draft.definition),
        "publish_url": reverse("segments:publish", args=[slug]),
        "effects_url": reverse("segments:effects", args=[slug]),
        "approval": approval_note(Ref(SEGMENT, slug), Facets()),
    }
    return render(request, "tags/builder/effects.html", context)


@require_GET
@page()
def segment_versions(request: HttpRequest, slug: str) -> HttpResponse:
    segment = get_object_or_404(segments(request.user), slug=slug)
    may_edit = may(request.user, EDIT)
    rows = version_rows(request.user, Ref(SEGMENT, slug), "", segment, may_edit)
    return render(request, "segments/versions.html", {"segment": segment, "rows": rows, "may_edit": may_edit})


@require_POST
@page(EDIT)
def segment_version_restore(request: HttpRequest, slug: str, number: int) -> HttpResponseRedirect:
    segment = get_object_or_404(Segment, slug=slug)
    try:
        segment_restore(segment=segment, number=number, actor=request.user)
    except UserError as error:
        for problem in error.problems:
            messages.error(request, said(problem))
        return redirect("segments:versions", slug)
    return redirect("segments:publish", slug)

"""Pages of segments: the catalogue, a segment and its members, and the forms that make one."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cdp.access.web import page
from cdp.errors import UserError
from cdp.exports.asking import Wanted, asked, people_file
from cdp.exports.services import AT_ONCE
from tags.catalogue import workbook
from tags.dependencies import SEGMENT
from tags.gallery.views import ready_named
from tags.live import live_answer, live_url
from tags.live_more import more_answer
from tags.typed import typed_key, typed_saved
from tags.versions import draft_of

from .counted import counted
from .forms import (
    EDIT,
    ListForm,
    SegmentForm,
    is_list,
    list_form_of,
    list_form_posted,
    rule_preview,
    segment_form_new,
    segment_form_of,
    segment_form_posted,
    snapshot_form,
)
from .models import Segment, SplitGroup
from .pages import segment_catalogue, segment_list_page, segment_page, segments_asked
from .resources import SegmentResource
from .selectors import segment_members, segments
from .services import segment_refresh_request

REPORT = "list_report"
EXPORT = "access.export_customers"


@require_GET
@page()
def segment_list(request: HttpRequest) -> HttpResponse:
    return render(request, "segments/list.html", {"list": segment_list_page(request.user, request.GET)})


@require_GET
@page()
def segments_export(request: HttpRequest) -> HttpResponse:
    """The catalogue as it is filtered, as the workbook that can be brought in again."""
    rows = segments_asked(request.user, segment_catalogue(request.user, request.GET))
    return workbook(SegmentResource(), rows, "segments.xlsx")


@require_GET
@page()
def segment_detail(request: HttpRequest, slug: str) -> HttpResponse:
    segment = get_object_or_404(segments(request.user), slug=slug)
    return render(
        request, "segments/detail.html", {"page": segment_page(request.user, segment, request.GET.get("on", ""))}
    )


@page(EDIT)
def segment_new(request: HttpRequest) -> HttpResponse:
    return _edited(request, None)


@page(EDIT)
def segment_edit(request: HttpRequest, slug: str) -> HttpResponse:
    segment = get_object_or_404(segments(request.user), slug=slug)
    if group := SplitGroup.objects.filter(segment=segment).first():
        return redirect("segments:split", group.split_id)
    return _listed(request, segment) if is_list(segment) else _edited(request, segment)


@page(EDIT)
def segment_new_list(request: HttpRequest) -> HttpResponse:
    return _listed(request, None)


def _edited(request: HttpRequest, segment: Segment | None) -> HttpResponse:
    if request.method != "POST":
        return _form(request, segment_form_of(request.user, segment) if segment else _begun(request))
    form = segment_form_posted(request.user, segment, request.POST)
    if "do" in request.POST:
        return _form(request, form)
    saved = form.save()
    if saved is None:
        return _form(request, form, status=422)
    key = typed_key(request, SEGMENT, segment)
    if draft_of(saved):
        return typed_saved(redirect("segments:publish", saved.slug), key)
    messages.success(request, _("Saved. The members are being worked out."))
    return typed_saved(redirect("segments:detail", saved.slug), key)


def _begun(request: HttpRequest) -> SegmentForm:
    """A new form: empty, or filled in with a template or a rule."""
    form = segment_form_new(request.user)
    if template := request.GET.get("template"):
        form.begin(ready_named(template))
    elif rule := request.GET.get("rule"):
        try:
            form.begin_with(json.loads(rule))
        except (ValueError, UserError):
            messages.error(request, _("The address names no rule that can be read. Here is an empty form."))
    return form


def _form(request: HttpRequest, form: SegmentForm, status: int = 200) -> HttpResponse:
    urls = {"build_url": reverse("segments:build"), "live_url": live_url(reverse("segments:live-count"))}
    urls["more_url"] = reverse("segments:live-more", args=["examples"])
    context = {"form": form, "board": form.board, "typed_key": typed_key(request, SEGMENT, form.segment), **urls}
    return render(request, "segments/edit.html", context, status=status)


def _listed(request: HttpRequest, segment: Segment | None) -> HttpResponse:
    if request.method != "POST":
        return render(request, "segments/list_edit.html", {"form": list_form_of(request.user, segment)})
    form: ListForm = list_form_posted(request.user, segment, request.POST)
    report = form.save(request.FILES.get("file"))
    if report is None:
        return render(request, "segments/list_edit.html", {"form": form}, status=422)
    if report.unmatched:
        request.session[REPORT] = form.report_shown(report)
        return redirect("segments:list-report", report.segment.slug)
    messages.success(request, _("Saved. Every value belongs to a customer."))
    return redirect("segments:detail", report.segment.slug)


@require_GET
@page()
def segment_counted(request: HttpRequest, slug: str) -> HttpResponse:
    """What the number of members counts, for its page."""
    segment = get_object_or_404(segments(request.user), slug=slug)
    return render(request, "segments/counted.html", {"counted": counted(request.user, segment), "segment": segment})


@page(EDIT)
def segment_keep(request: HttpRequest, slug: str) -> HttpResponse:
    """The members as of now, as a list of their own."""
    segment = get_object_or_404(segments(request.user), slug=slug)
    form = snapshot_form(request.user, segment, request.POST if request.method == "POST" else None)
    kept = form.save() if request.method == "POST" else None
    if kept is None:
        count = len(segment_members(request.user, slug))
        context = {"form": form, "segment": segment, "count": count}
        return render(request, "segments/keep.html", context, status=422 if form.tried else 200)
    messages.success(request, _("Kept. No refresh changes who is in it."))
    return redirect("segments:detail", kept.slug)


@require_GET
@page(EDIT)
def segment_list_report(request: HttpRequest, slug: str) -> HttpResponse:
    """What became of the list that was saved last; later only the segment is left to see."""
    segment = get_object_or_404(segments(request.user), slug=slug)
    report = request.session.get(REPORT, {})
    if report.get("slug") != slug:
        return redirect("segments:detail", slug)
    return render(request, "segments/list_report.html", {"segment": segment, "report": report})


@require_POST
@page(EDIT)
def segment_build(request: HttpRequest) -> HttpResponse:
    form = segment_form_posted(request.user, None, request.POST)
    context = {"form": form, "board": form.board, "build_url": reverse("segments:build")}
    response = render(request, "tags/builder/board.html", context)
    response["HX-Trigger-After-Settle"] = "rebuilt"
    return response


@require_POST
@page(EDIT)
def segment_live(request: HttpRequest) -> HttpResponse:
    form = segment_form_posted(request.user, None, request.POST)
    return live_answer(request, form.work, form.tried, rule_preview)


@require_POST
@page(EDIT)
def segment_live_more(request: HttpRequest, more: str) -> HttpResponse:
    return more_answer(request, segment_form_posted(request.user, None, request.POST).work, more)


@require_POST
@page(EDIT)
def segment_refresh(request: HttpRequest, slug: str) -> HttpResponse:
    segment = get_object_or_404(Segment, slug=slug)
    segment_refresh_request(segments=[segment], by=request.user)
    return redirect("segments:detail", slug)


@require_GET
@page(EXPORT)
def segment_export(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """The members as they are shown; of many, the page that has the file made."""
    wanted = _members(request, slug)
    if len(wanted.members) > AT_ONCE:
        return redirect(f"{reverse('segments:download', args=[slug])}?form={form}")
    return people_file(request.user, wanted, form, wanted.shown)


@page(EXPORT)
def segment_download(request: HttpRequest, slug: str) -> HttpResponse:
    """Which file of the members, and of many, having it made."""
    return asked(request, _members(request, slug))


def _members(request: HttpRequest, slug: str) -> Wanted:
    segment = get_object_or_404(segments(request.user), slug=slug)
    return Wanted(segment.name, reverse("segments:detail", args=[slug]), segment_members(request.user, slug))

"""Pages on which a segment is split, and a split is watched."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cdp.access.web import page
from tags.selectors import tags_named

from ..forms import EDIT
from ..selectors import segment_members, segments
from .forms import split_form
from .selectors import split_now, splits, strata_name


@page(EDIT)
def segment_split(request: HttpRequest, slug: str) -> HttpResponse:
    segment = get_object_or_404(segments(request.user), slug=slug)
    form = split_form(request.user, segment, request.POST if request.method == "POST" else None)
    split = form.save() if request.method == "POST" else None
    if split is None:
        count = len(segment_members(request.user, slug))
        context = {"form": form, "segment": segment, "count": count, "choices": form.choices()}
        return render(request, "segments/split_new.html", context, status=422 if form.tried else 200)
    messages.success(request, _("Saved. The groups are being worked out."))
    return redirect("segments:split", split.pk)


@require_GET
@page()
def split_detail(request: HttpRequest, pk: int) -> HttpResponse:
    split = get_object_or_404(splits(request.user), pk=pk)
    chosen = [slug for slug in request.GET.getlist("tag") if slug]
    context = {
        "now": split_now(request.user, split, chosen),
        "split": split,
        "by": strata_name(request.user, split),
        "chosen": chosen,
        "tags": tags_named(request.user).filter(run__isnull=False),
    }
    return render(request, "segments/split.html", context)

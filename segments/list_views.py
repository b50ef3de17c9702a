"""What one does with the list of segments: the star, the look, the sheet, and one action on many."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cdp.access.viewer import Viewer
from cdp.access.web import page
from cdp.errors import N_, user_error
from tags import bulk
from tags.dependencies import SEGMENT, Ref
from tags.list_views import bulk_answer, favourite_answer, look_answer, new_department, new_owner

from .forms import EDIT
from .models import Segment
from .pages import COLUMNS, segment_sheet
from .services import segment_describe_only, segment_refresh_request, segment_retire


@require_GET
@page()
def segment_list_sheet(request: HttpRequest) -> HttpResponse:
    return segment_sheet(request.user, request.GET)


@require_POST
@page()
def segment_favourite(request: HttpRequest, slug: str) -> HttpResponse:
    segment = get_object_or_404(Segment.objects.defer("bitmap"), slug=slug)
    return favourite_answer(request, Ref(SEGMENT, slug), segment, reverse("segments:favourite", args=[slug]))


@require_POST
@page()
def segment_look(request: HttpRequest) -> HttpResponse:
    return look_answer(request, SEGMENT, COLUMNS, reverse("segments:list"))


@require_POST
@page(EDIT)
def segment_bulk(request: HttpRequest) -> HttpResponse:
    """One action on the segments that were ticked."""
    by = request.user
    chosen = Segment.objects.defer("bitmap").filter(slug__in=request.POST.getlist("chosen")).order_by("slug")
    acts = {
        bulk.REFRESH: lambda one: _refreshed(one, by),
        bulk.OWNER: lambda one: segment_describe_only(segment=one, actor=by, owner=new_owner(request)),
        bulk.DEPARTMENT: lambda one: segment_describe_only(
            segment=one, actor=by, department=new_department(request)
        ),
        bulk.RETIRE: lambda one: segment_retire(segment=one, actor=by),
    }
    return bulk_answer(request, list(chosen), acts, reverse("segments:list"))


def _refreshed(segment: Segment, by: Viewer) -> None:
    if segment.retired_at:
        raise user_error(N_("It is retired, so there is nothing to refresh."))
    segment_refresh_request(segments=[segment], by=by)

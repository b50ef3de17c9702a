"""What stands beside a segment: its lineage and what colleagues write about it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cdp.access.web import page
from tags.about_views import comment_answer, comment_change_answer, lineage_answer
from tags.dependencies import SEGMENT, Ref

from .selectors import segments


@require_GET
@page()
def segment_lineage(request: HttpRequest, slug: str) -> HttpResponse:
    segment = get_object_or_404(segments(request.user), slug=slug)
    return lineage_answer(request, Ref(SEGMENT, slug), segment, "segments")


@require_POST
@page()
def segment_comment(request: HttpRequest, slug: str) -> HttpResponse:
    get_object_or_404(segments(request.user), slug=slug)
    return comment_answer(request, Ref(SEGMENT, slug), reverse("segments:detail", args=[slug]))


@require_POST
@page()
def segment_comment_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return comment_change_answer(request, Ref(SEGMENT, slug), pk, reverse("segments:detail", args=[slug]))

"""Asking why about one customer, from a tag's page or the customer's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from cdp.access.web import page

from .selectors import tags
from .why import tag_explained
from .why_pages import tag_why_page, why_answered


@require_GET
@page()
def tag_why(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(tags(request.user), slug=slug)
    back = reverse("tags:detail", args=[slug])
    return why_answered(
        request, tag.name, back, lambda customer: tag_why_page(tag_explained(request.user, slug, customer))
    )

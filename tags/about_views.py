"""What stands beside a tag or segment: its lineage and what colleagues write about it. Segments use the same."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from cdp.access.web import is_htmx, page, person
from cdp.errors import UserError

from .dependencies import TAG, Ref
from .lineage import lineage_of
from .lineage_picture import picture_of
from .models import Tag
from .teamwork.comments import comment_change, comment_delete, comment_write, comments
from .workbench import said


@require_GET
@page()
def tag_lineage(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    return lineage_answer(request, Ref(TAG, slug), tag, "tags")


def lineage_answer(request: HttpRequest, ref: Ref, named: Any, app: str) -> HttpResponse:
    """A part of the page for htmx, a page of its own otherwise."""
    found = lineage_of(request.user, ref)
    context = {"lineage": found, "picture": picture_of(found), "named": named, "app": app}
    context |= {"list_url": reverse(f"{app}:list"), "detail_url": reverse(f"{app}:detail", args=[ref.slug])}
    template = "tags/about/lineage.html" if is_htmx(request) else "tags/about/lineage_page.html"
    return render(request, template, context)


@require_POST
@page()
def tag_comment(request: HttpRequest, slug: str) -> HttpResponse:
    get_object_or_404(Tag, slug=slug)
    return comment_answer(request, Ref(TAG, slug), reverse("tags:detail", args=[slug]))


@require_POST
@page()
def tag_comment_change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return comment_change_answer(request, Ref(TAG, slug), pk, reverse("tags:detail", args=[slug]))


def comment_answer(request: HttpRequest, ref: Ref, url: str) -> HttpResponse:
    try:
        comment_write(ref=ref, text=request.POST.get("text", ""), by=person(request))
    except UserError as error:
        _tell(request, error)
    return redirect(f"{url}#comments")


def comment_change_answer(request: HttpRequest, ref: Ref, pk: int, url: str) -> HttpResponse:
    """Edit or, with `delete`, delete one's own comment."""
    comment = get_object_or_404(comments(ref), pk=pk)
    try:
        if "delete" in request.POST:
            comment_delete(comment=comment, by=person(request))
        else:
            comment_change(comment=comment, text=request.POST.get("text", ""), by=person(request))
    except UserError as error:
        _tell(request, error)
    return redirect(f"{url}#comments")


def _tell(request: HttpRequest, error: UserError) -> None:
    for problem in error.problems:
        messages.error(request, said(problem))

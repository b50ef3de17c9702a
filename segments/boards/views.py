"""Boards: the list, one of them, its form, and what is done with it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cdp.access.web import page
from cdp.errors import UserError
from segments.dashboards.filters import filters_read
from segments.selectors import segments

from .editing import CUT, first_widgets, form_of, form_posted, form_saved
from .pages import board_cards, board_page
from .selectors import boards, may_change
from .services import board_copy, board_create, board_delete


@require_GET
@page()
def board_list(request: HttpRequest) -> HttpResponse:
    return render(request, "boards/list.html", {"cards": board_cards(request.user)})


@page()
def board_new(request: HttpRequest) -> HttpResponse:
    slug = request.POST.get("segment") or request.GET.get("segment")
    asked = {"name": request.POST.get("name", ""), "segment": slug}
    choices = segments(request.user)
    context = {"asked": asked, "segments": choices}
    if request.method != "POST":
        return render(request, "boards/new.html", context)
    segment = get_object_or_404(choices, slug=asked["segment"])
    try:
        widgets = first_widgets(request.user, segment)
        made = board_create(name=asked["name"] or "", segment=segment, actor=request.user, widgets=widgets)
    except UserError as error:
        return render(request, "boards/new.html", context | {"problems": error.problems}, status=422)
    return redirect("boards:edit", made.slug)


@require_GET
@page()
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """With the time and channel of the address, if it has any; else with the board's own."""
    found = get_object_or_404(boards(request.user), slug=slug)
    cut = filters_read(request.GET.dict()) if any(name in request.GET for name in CUT) else None
    return render(request, "boards/board.html", {"page": board_page(request.user, found, cut)})


@page()
def board_edit(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(boards(request.user), slug=slug)
    if not may_change(request.user, found):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "boards/edit.html", {"form": form_of(request.user, found)})
    form = form_posted(request.user, found, request.POST)
    if not form_saved(form):
        return render(request, "boards/edit.html", {"form": form}, status=422)
    messages.success(request, _("The board was saved."))
    return redirect("boards:board", found.slug)


@require_POST
@page()
def copy(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(boards(request.user), slug=slug)
    return redirect("boards:edit", board_copy(board=found, actor=request.user).slug)


@require_POST
@page()
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(boards(request.user), slug=slug)
    board_delete(board=found, actor=request.user)
    messages.success(request, _("The board “%(name)s” was removed.") % {"name": found.name})
    return redirect("boards:list")

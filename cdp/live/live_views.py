"""Pages on what arrives."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cdp.access.web import is_htmx, page

from . import selectors, services
from .debugging import Debugger
from .live_page import LivePage

LOAD = "access.load_data"


@page(LOAD)
def live(request: HttpRequest) -> HttpResponse:
    """The page; asked again by itself, the part that changes."""
    shown = {"page": LivePage.of(request.user)}
    return render(request, "data/live/now.html" if is_htmx(request) else "data/live/live.html", shown)


@page(LOAD)
def key_events(request: HttpRequest, pk: int) -> HttpResponse:
    """The debugger of a write key; asked again by itself, its messages."""
    key = get_object_or_404(selectors.keys(request.user), pk=pk)
    shown = {"page": Debugger.of(request.user, key)}
    return render(request, "data/live/messages.html" if is_htmx(request) else "data/live/key_events.html", shown)


@require_POST
@page(LOAD)
def again(request: HttpRequest) -> HttpResponse:
    count = services.arrivals_again()
    said = ngettext("%(count)s request is tried again.", "%(count)s requests are tried again.", count)
    messages.success(request, said % {"count": count})
    return redirect("live:home")

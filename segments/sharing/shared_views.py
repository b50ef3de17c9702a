"""The page behind a link: for people who are not logged in, on its own, kept by no browser and no search engine."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_deny
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from .models import Outcome, ShareLink
from .opening import PASSED, Visitor, has_pass, link_found, look_write, pass_of, password_try, seen_write
from .pages import shared_board, tile_of

COOKIE = "quanxi_shared"
# Inline styles are what the charts and the bars are drawn with; a script comes from here alone.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:;"
    " font-src 'self'; connect-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store, private",
}
SaidView = Callable[[HttpRequest, str], HttpResponse]


def apart(view: SaidView) -> SaidView:
    @wraps(view)
    def wrapped(request: HttpRequest, token: str) -> HttpResponse:
        answer = view(request, token)
        for name, value in HEADERS.items():
            answer.setdefault(name, value)
        return answer

    return wrapped


@require_http_methods(["GET", "HEAD", "POST"])
@apart
@xframe_options_deny
@csrf_protect
def shared(request: HttpRequest, token: str) -> HttpResponse:
    link, visitor = link_found(token), Visitor.of(request)
    if link is None:
        return _ended(request)
    if not link.is_open:
        look_write(link, visitor, Outcome.ENDED)
        return _ended(request)
    with translation.override(link.edition.language):
        if request.method == "POST":
            return _unlock(request, link, visitor, token)
        if link.password and not has_pass(link, request.COOKIES.get(COOKIE, "")):
            return _ask(request, Outcome.SEEN)
        seen_write(link, visitor)
        return _page(link, visitor)


def _page(link: ShareLink, visitor: Visitor) -> HttpResponse:
    board = shared_board(link, visitor)
    # Without the request: nothing on the page knows of who else may be signed in here.
    shown = {"board": board, "link": link, "tile": tile_of(board.mark)}
    return HttpResponse(render_to_string("sharing/shared.html", shown))


def _unlock(request: HttpRequest, link: ShareLink, visitor: Visitor, token: str) -> HttpResponse:
    outcome = password_try(link, visitor, request.POST.get("password", ""))
    if outcome is not Outcome.SEEN:
        return _ask(request, outcome)
    answer = redirect("sharing:shared", token)
    secure = bool(settings.SESSION_COOKIE_SECURE)
    age = int(PASSED.total_seconds())
    answer.set_cookie(
        COOKIE, pass_of(link), max_age=age, path=request.path, httponly=True, samesite="Lax", secure=secure
    )
    return answer


def _ask(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    status = {Outcome.WRONG: 403, Outcome.LOCKED: 429}.get(outcome, 200)
    answer = render(request, "sharing/password.html", {"outcome": outcome}, status=status)
    # A form that names nobody as its origin would be taken for a forged one.
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _ended(request: HttpRequest) -> HttpResponse:
    """The same for a link that has ended and for one that never was."""
    return render(request, "sharing/ended.html", status=404)

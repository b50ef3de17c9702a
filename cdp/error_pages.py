"""Pages for what went wrong: what happened, what was kept, what to do. Never a traceback."""

import logging
import sys
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cdp.access.web import is_htmx
from cdp.errors import UserError
from cdp.templatetags.quanxi import problem_hint, problem_text

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    log.info("CSRF check failed at %s: %s", request.path, reason)
    return render(request, "403_csrf.html", status=403)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The number on the page is the number in the log."""
    number = uuid.uuid4().hex[:8].upper()
    log.error("error %s at %s", number, request.path, exc_info=sys.exc_info())
    return render(request, "500.html", {"number": number}, status=500)


class UserErrorMiddleware:
    """A `UserError` that a view let through becomes messages on the page it came from."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, UserError):
            return None
        if is_htmx(request):
            return render(request, "parts/problems.html", {"problems": exception.problems}, status=422)
        if request.method != "POST":
            return render(request, "400.html", {"problems": exception.problems}, status=400)
        for problem in exception.problems:
            messages.error(request, " ".join(filter(None, (problem_text(problem), problem_hint(problem)))))
        return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    referer = request.headers.get("Referer", "")
    ours = f"{request.scheme}://{request.get_host()}/"
    return referer if referer.startswith(ours) else request.path

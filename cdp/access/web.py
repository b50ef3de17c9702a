"""What every page of ours has in common: who may open it, and what the shell around it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import content_disposition_header, urlencode

from .table_files import ASKED, drawn_whole, table_read, table_workbook
from .viewer import may

P = ParamSpec("P")
EXPORT = "access.export_customers"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def number_asked(text: str, otherwise: int = 0) -> int:
    """A whole number of an address or a form, of at most nine digits; `otherwise` where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def page(permission: str | None = None, *, administrators_only: bool = False) -> Callable[[View[P]], View[P]]:
    """Make a function view a page: signed-in colleagues only, and only with `permission` ("access.load_data"),
    or administrators alone. Inside it, `render()` finds the side bar and the rest of the shell.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            request.is_page = True  # type: ignore[attr-defined]
            if not request.user.is_authenticated:
                return _to_login(request)
            if not (request.user.is_active and request.user.is_staff):
                raise PermissionDenied
            if administrators_only and not person(request).is_superuser:
                raise PermissionDenied
            if permission and not may(request.user, permission):
                raise PermissionDenied(permission)
            if ASKED in request.GET and request.method == "GET":
                return _as_file(request, view, *args, **kwargs)
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


@dataclass(frozen=True)
class Drawn:
    """The table that was asked for, as it was drawn (`{% as_file %}`)."""

    html: str
    title: str


def _as_file(request: HttpRequest, view: View[P], *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
    """One table of the page as a workbook; the page itself when it has no such table."""
    with drawn_whole():
        answer = view(request, *args, **kwargs)
    drawn: Drawn | None = getattr(request, "drawn", None)
    if answer.status_code != 200:
        return answer
    if drawn is None:
        # Not with all its rows: they are for a file, which may not be theirs to have.
        return view(request, *args, **kwargs)
    content = table_workbook(table_read(drawn.html), drawn.title)
    name = content_disposition_header(True, f"{drawn.title}.xlsx") or "attachment"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": name})


def person(request: HttpRequest) -> User:
    """Who is signed in; on a page there always is someone."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what unfold's side bar and head need, once a request, on our pages only."""
    if not getattr(request, "is_page", False) or is_htmx(request):
        return {}
    known = getattr(request, "shell_context", None)
    if known is None:
        known = request.shell_context = admin.site.each_context(request)  # type: ignore[attr-defined]
    return known


def _to_login(request: HttpRequest) -> HttpResponse:
    login = resolve_url("admin:login")
    if is_htmx(request):
        # A redirect would put the log-in page inside the part that was asked for.
        back = urlencode({"next": request.headers.get("HX-Current-URL", "/")})
        return HttpResponse(status=204, headers={"HX-Redirect": f"{login}?{back}"})
    return redirect_to_login(request.get_full_path(), login)

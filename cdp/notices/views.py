"""The bell with its latest, and the page of all notices of who is signed in."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from cdp.access.table_files import rows_a_page
from cdp.access.web import page, person

from .selectors import notices, unread
from .services import notice_mark, notices_read_all

ROWS_A_PAGE = 50
LATEST = 10
STOP_ASKING = 286


@require_GET
@page()
def notice_list(request: HttpRequest) -> HttpResponse:
    only_unread = "unread" in request.GET
    found = unread(request.user) if only_unread else notices(request.user)
    context = {
        "rows": Paginator(found, rows_a_page(ROWS_A_PAGE)).get_page(request.GET.get("page")),
        "only_unread": only_unread,
        "unread": unread(request.user).count(),
    }
    return render(request, "notices/list.html", context)


@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The number at the bell. Pages ask for it by themselves, so whoever was signed out meanwhile is not sent to
    the log-in page out of what they are typing."""
    if not (request.user.is_authenticated and request.user.is_active and person(request).is_staff):
        return HttpResponse(status=STOP_ASKING, headers={"HX-Reswap": "none"})
    return render(request, "notices/count.html", {"unread": unread(request.user).count()})


@require_GET
@page()
def latest(request: HttpRequest) -> HttpResponse:
    found = notices(request.user)[:LATEST]
    return render(request, "notices/latest.html", {"rows": found, "unread": any(not one.read_at for one in found)})


@require_GET
@page()
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """To what a notice is of; it is read then."""
    notice = get_object_or_404(notices(request.user), pk=pk)
    notice_mark(notice=notice, read=True)
    return redirect(notice.url)


@require_POST
@page()
def mark(request: HttpRequest, pk: int) -> HttpResponse:
    notice_mark(notice=get_object_or_404(notices(request.user), pk=pk), read=request.POST.get("read") == "1")
    return redirect("notices:list")


@require_POST
@page()
def mark_all(request: HttpRequest) -> HttpResponse:
    notices_read_all(person=person(request))
    return redirect("notices:list")

"""Walking the tour: each step is a real page with a panel over it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cdp.access.web import page, person

from .tour import COOKIE, Tour, tour_begin, tour_end, tour_move, tour_of


@require_http_methods(["GET", "POST"])
@page()
def tour(request: HttpRequest) -> HttpResponse:
    """The panel of the step a person is at, or a move to another step."""
    who = person(request)
    if request.method == "POST":
        return _moved(request)
    found = tour_of(who)
    if not found.is_offered:
        return HttpResponse()
    return render(request, "parts/tour.html", {"tour": found, "is_here": request.GET.get("at") == found.stop.url})


def _moved(request: HttpRequest) -> HttpResponse:
    who = person(request)
    match request.POST.get("do"):
        case "begin":
            return _walking(tour_begin(person=who))
        case "next" | "back" as way:
            return _walking(tour_move(person=who, by=1 if way == "next" else -1))
        case "later":
            return _resting()
        case "end":
            tour_end(person=who)
            return _resting()
        case _:
            raise Http404


def _walking(found: Tour) -> HttpResponse:
    """To the page of the step; home again after the last one."""
    if not found.is_offered:
        return _without_cookie(redirect("home"))
    answer = redirect(found.stop.url)
    answer.set_cookie(COOKIE, "1", max_age=24 * 3600, samesite="Lax", httponly=True)
    return answer


def _resting() -> HttpResponse:
    """Home, where it is offered again unless it has ended."""
    return _without_cookie(redirect("home"))


def _without_cookie(answer: HttpResponse) -> HttpResponse:
    answer.delete_cookie(COOKIE, samesite="Lax")
    return answer

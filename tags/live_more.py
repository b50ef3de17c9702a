"""What is asked for after the count of a form: how many there were lately, some customers, and why they are in."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from cdp.engine import Cancelled
from cdp.errors import UserError

from .examples import example_why, examples_of, label_names_of
from .lately import lately
from .live import RUNNING, asked_at
from .why_pages import WhyPage
from .workbench import Work


def _lately(request: HttpRequest, work: Work) -> HttpResponse:
    """Called off by the next count of the form, as a count is."""
    try:
        with RUNNING.newest(request.user.pk, request.GET.get("form", ""), asked_at(request)):
            found = lately(work)
    except Cancelled:
        return HttpResponse(status=204)
    rest = label_names_of(work).get(found.rest, "")
    return render(request, "tags/builder/lately.html", {"lately": found, "rest": rest})


def _examples(request: HttpRequest, work: Work) -> HttpResponse:
    context = {"examples": examples_of(work), "why_url": request.path.replace("/examples/", "/why/")}
    return render(request, "tags/builder/live_examples.html", context)


def _why(request: HttpRequest, work: Work) -> HttpResponse:
    try:
        found = example_why(work, request.GET.get("customer", ""))
    except UserError as error:
        found = WhyPage("", "", problems=error.problems)
    return render(request, "tags/why/panel.html", {"why": found}, status=422 if found.problems else 200)


MORE: dict[str, Callable[[HttpRequest, Work], HttpResponse]] = {
    "lately": _lately,
    "examples": _examples,
    "why": _why,
}


def more_answer(request: HttpRequest, work: Work, more: str) -> HttpResponse:
    """Nothing for a form that gives nobody yet: what is missing in it is told beside the count."""
    if more not in MORE:
        raise Http404(more)
    if work.blanks or work.wrong:
        return _nothing(request, more)
    try:
        return MORE[more](request, work)
    except UserError:
        return _nothing(request, more)


def _nothing(request: HttpRequest, more: str) -> HttpResponse:
    """204; where customers are waited for, that there are none yet."""
    if more == "examples":
        return render(request, "tags/builder/live_examples.html")
    return HttpResponse(status=204)

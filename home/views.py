from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from cdp.access.web import is_htmx, page, person

from .finding import things_found
from .help import help_of, topic_of
from .pages import HomePage

LONGEST_QUERY = 200


@page()
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"page": HomePage.of(person(request))})


@require_GET
@page()
def find(request: HttpRequest) -> HttpResponse:
    """What the palette shows for what was typed so far."""
    query = request.GET.get("find", "")[:LONGEST_QUERY]
    return render(request, "parts/found.html", {"groups": things_found(request.user, query), "query": query})


@require_GET
@page()
def help_page(request: HttpRequest) -> HttpResponse:
    """What a page is for and how to use it: beside it, or as a page of its own without scripts."""
    found = help_of(topic_of(request.GET.get("page", "")), get_language() or "zh-hans")
    return render(request, "parts/help.html" if is_htmx(request) else "help.html", {"help": found})

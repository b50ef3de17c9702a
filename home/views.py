from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cdp.access.web import page

from .finding import things_found
from .pages import HomePage

LONGEST_QUERY = 200


@page()
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"page": HomePage.of(request.user)})


@require_GET
@page()
def find(request: HttpRequest) -> HttpResponse:
    """What the palette shows for what was typed so far."""
    query = request.GET.get("find", "")[:LONGEST_QUERY]
    return render(request, "parts/found.html", {"groups": things_found(request.user, query), "query": query})

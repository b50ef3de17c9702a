from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cdp.access.web import page

from .pages import CustomersPage


@page()
def customers(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:200]
    found = CustomersPage.of(
        request.user,
        query=query,
        before=_key(request, "before"),
        after=_key(request, "after"),
        lately="lately" in request.GET,
    )
    return render(request, "customers/list.html", {"page": found})


def _key(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 11 else None

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cdp.access.web import page

from .pages import HomePage


@page()
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"page": HomePage.of(request.user)})

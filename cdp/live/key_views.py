"""Pages on which write keys are made, named, switched off and on, and shown with what to paste where."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from cdp.access.web import page, person
from cdp.sources.forms import NEW

from . import selectors, services
from .key_forms import KeyForm
from .models import WriteKey
from .snippets import snippets

LOAD = "access.load_data"


@page(LOAD)
def keys(request: HttpRequest) -> HttpResponse:
    return render(request, "data/live/keys.html", {"keys": list(selectors.keys(request.user))})


@page(LOAD)
def new(request: HttpRequest) -> HttpResponse:
    form = KeyForm(request.POST or None, initial={"source": request.GET.get("source", "")})
    if request.method == "POST" and form.is_valid():
        by = person(request)
        source = form.source_settled(by)
        made = services.key_create(source=source, name=form.cleaned_data["purpose"], by=by)
        return redirect("live:key", made.pk)
    status = 422 if form.errors else 200
    return render(request, "data/live/key_new.html", {"form": form, "new": NEW}, status=status)


@page(LOAD)
def key(request: HttpRequest, pk: int) -> HttpResponse:
    found = _key(request, pk)
    here = request.build_absolute_uri("/").rstrip("/")
    shown = {"key": found, "here": here, "snippets": snippets(host=here, key=found.key)}
    return render(request, "data/live/key.html", shown | {"is_secure": request.is_secure()})


@require_POST
@page(LOAD)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    services.key_rename(key=_key(request, pk), name=request.POST.get("purpose", "").strip())
    messages.success(request, gettext("Saved."))
    return redirect("live:key", pk)


@require_POST
@page(LOAD)
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    is_on = request.POST.get("is_on") == "1"
    services.key_switch(key=_key(request, pk), is_on=is_on)
    if is_on:
        messages.success(request, gettext("The key is in use: what is sent with it is accepted."))
    else:
        messages.success(
            request, gettext("The key is off: within seconds nothing sent with it is accepted. What came stays.")
        )
    return redirect("live:key", pk)


def _key(request: HttpRequest, pk: int) -> WriteKey:
    return get_object_or_404(selectors.keys(request.user), pk=pk)

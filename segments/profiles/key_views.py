"""Pages on which administrators make keys for other systems, switch them off and delete them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cdp.access.keys import key_create, key_delete, key_switch
from cdp.access.models import ApiKey
from cdp.access.web import page, person

from .key_forms import KeyForm
from .key_pages import NewKey, choices_of, key_lines


@page(administrators_only=True)
def keys(request: HttpRequest) -> HttpResponse:
    return render(request, "keys/list.html", {"lines": key_lines(person(request))})


@never_cache
@page(administrators_only=True)
def new(request: HttpRequest) -> HttpResponse:
    form = KeyForm(request.POST or None, viewer=person(request))
    if request.method == "POST" and form.is_valid():
        key, secret = key_create(
            name=form.cleaned_data["name"],
            scope=form.scope(),
            expires_at=form.expires_at(),
            actor=person(request),
        )
        # Not by a redirect: the secret would have to be kept somewhere on the way.
        return render(request, "keys/made.html", {"page": NewKey.of(key, secret, request.build_absolute_uri)})
    shown = {"form": form, "groups": choices_of(form)}
    return render(request, "keys/new.html", shown, status=422 if form.errors else 200)


@require_POST
@page(administrators_only=True)
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey, pk=pk)
    is_on = request.POST.get("is_on") == "1"
    key_switch(key=key, is_on=is_on, actor=person(request))
    said = gettext("“%(name)s” is in use again.") if is_on else gettext("“%(name)s” is switched off at once.")
    messages.success(request, said % {"name": key.name})
    return redirect("keys:list")


@require_POST
@page(administrators_only=True)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey, pk=pk)
    if request.POST.get("name", "").strip() != key.name:
        messages.error(request, gettext("Nothing was deleted: the name that was typed is another one."))
        return redirect("keys:list")
    key_delete(key=key, actor=person(request))
    messages.success(
        request, gettext("“%(name)s” was deleted. Whoever still uses it is refused.") % {"name": key.name}
    )
    return redirect("keys:list")

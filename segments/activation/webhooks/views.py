"""Pages on which webhooks are made, changed, tried and watched."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cdp.access.web import is_htmx, page, person

from ..models import Delivery, Webhook
from . import services
from .forms import WebhookForm, initial_of
from .pages import Log, form_shown, hook_lines, log_row
from .selectors import deliveries, webhooks
from .services import EDIT


@page(EDIT)
def hooks(request: HttpRequest) -> HttpResponse:
    return render(request, "webhooks/list.html", {"lines": hook_lines(request.user, webhooks(request.user))})


@never_cache
@page(EDIT)
def new(request: HttpRequest) -> HttpResponse:
    begun = {"tells_entered": True, "tells_left": True, "some_segments": request.GET.getlist("segment")}
    form = WebhookForm(request.POST or None, viewer=person(request), initial=begun)
    if request.method == "POST" and form.is_valid():
        hook, secret = services.webhook_create(wish=form.wish(), actor=person(request))
        # Not by a redirect: the secret would have to be kept somewhere on the way.
        return render(request, "webhooks/secret.html", {"hook": hook, "secret": secret})
    return render(request, "webhooks/edit.html", form_shown(form), status=422 if form.errors else 200)


@page(EDIT)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    hook = _hook(request, pk)
    form = WebhookForm(request.POST or None, viewer=person(request), initial=initial_of(hook))
    if request.method == "POST" and form.is_valid():
        services.webhook_change(webhook=hook, wish=form.wish(), actor=person(request))
        messages.success(request, gettext("Saved."))
        return redirect("webhooks:hook", pk)
    return render(request, "webhooks/edit.html", form_shown(form, hook), status=422 if form.errors else 200)


@page(EDIT)
def hook(request: HttpRequest, pk: int) -> HttpResponse:
    """The log alone, when it looks again by itself."""
    found = _hook(request, pk)
    log = Log.of(request.user, found, state=request.GET.get("state", ""), before=request.GET.get("before", ""))
    shown = {"hook": found, "log": log, "line": hook_lines(request.user, [found])[0]}
    return render(request, "webhooks/log.html" if is_htmx(request) else "webhooks/hook.html", shown)


@page(EDIT)
def delivery(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    found = _delivery(request, pk, number)
    return render(request, "webhooks/delivery.html", {"hook": found.webhook, "line": log_row(found)})


@require_POST
@page(EDIT)
def again(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    services.delivery_again(delivery=_delivery(request, pk, number), actor=person(request))
    messages.success(request, gettext("It is sent again, under the same id."))
    return redirect("webhooks:hook", pk)


@require_POST
@page(EDIT)
def test(request: HttpRequest, pk: int) -> HttpResponse:
    services.webhook_test(webhook=_hook(request, pk), actor=person(request))
    messages.success(request, gettext("A test message is on its way; the log says what came of it."))
    return redirect("webhooks:hook", pk)


@require_POST
@page(EDIT)
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    is_on = request.POST.get("is_on") == "1"
    services.webhook_switch(webhook=_hook(request, pk), is_on=is_on, actor=person(request))
    if is_on:
        said = gettext("It is told what changes from now on. What still waited is sent.")
    else:
        said = gettext("Nothing is sent any more. What changes from now on is not told later either.")
    messages.success(request, said)
    return redirect("webhooks:hook", pk)


@never_cache
@require_POST
@page(EDIT)
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    found = _hook(request, pk)
    made = services.webhook_secret_renew(webhook=found, actor=person(request))
    return render(request, "webhooks/secret.html", {"hook": found, "secret": made})


@require_POST
@page(EDIT)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = _hook(request, pk)
    if request.POST.get("name", "").strip() != found.name:
        messages.error(request, gettext("Nothing was deleted: the name that was typed is another one."))
        return redirect("webhooks:hook", pk)
    services.webhook_delete(webhook=found, actor=person(request))
    messages.success(request, gettext("“%(name)s” was deleted, with its log.") % {"name": found.name})
    return redirect("webhooks:list")


def _hook(request: HttpRequest, pk: int) -> Webhook:
    return get_object_or_404(webhooks(request.user), pk=pk)


def _delivery(request: HttpRequest, pk: int, number: int) -> Delivery:
    found = deliveries(request.user, _hook(request, pk)).select_related("webhook")
    return get_object_or_404(found, pk=number)

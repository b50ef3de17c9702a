from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from cdp.access.viewer import sees_personal
from cdp.access.web import page, person
from cdp.errors import N_, UserError, user_error
from cdp.store.models import Attribute, Customer
from cdp.store.selectors import customers
from cdp.store.services import sources_rank, survivorship_set, value_lock, value_unlock
from cdp.templatetags.quanxi import problem_hint, problem_text

from .value_pages import MAY_CHANGE, RulesPage, ValuesPage
from .value_text import value_read


@page()
def values(request: HttpRequest, pk: int) -> HttpResponse:
    """Where each value of a customer comes from; who was merged away is shown as the one they became."""
    customer = _customer(request, pk)
    if customer.pk != pk:
        return redirect("customer-values", customer.pk)
    return render(request, "customers/values.html", {"page": ValuesPage.of(request.user, customer)})


@require_POST
@page(MAY_CHANGE)
def value_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a value by hand, or let the sources speak again."""
    customer, by = _customer(request, pk), person(request)
    try:
        attribute = _attribute(request)
        if "lift" in request.POST:
            value_unlock(customer=customer, attribute=attribute.slug, by=by)
            messages.success(request, gettext("The sources speak again."))
        else:
            note = request.POST.get("note", "").strip()[:500]
            value = value_read(attribute, request.POST.get("value", ""))
            value_lock(customer=customer, attribute=attribute.slug, value=value, by=by, note=note)
            messages.success(request, gettext("Set by hand. It counts until somebody lifts it."))
    except UserError as error:
        _say(request, error)
    return redirect("customer-values", customer.pk)


@page()
def rules(request: HttpRequest) -> HttpResponse:
    return render(request, "customers/rules.html", {"page": RulesPage.of(request.user)})


@require_POST
@page(MAY_CHANGE)
def rules_set(request: HttpRequest) -> HttpResponse:
    by = person(request)
    try:
        ranks = sources_rank(ranks=_ranks(request), by=by)
        job = survivorship_set(rules=_given(request, "rule-"), by=by) or ranks
    except UserError as error:
        _say(request, error)
    else:
        said = gettext("Kept. Profiles are being worked out again.") if job else gettext("Kept.")
        messages.success(request, said)
    return redirect("value-rules")


def _ranks(request: HttpRequest) -> dict[str, int]:
    given = _given(request, "rank-")
    wrong = [source for source, text in given.items() if text and not (text.isdecimal() and 0 < int(text) < 1000)]
    if wrong:
        raise user_error(
            N_("The rank of %(source)s is not a whole number from 1 to 999. Nothing was changed."),
            N_("1 is trusted the most; leave it empty to trust it the least."),
            source=wrong[0],
        )
    return {source: int(text) for source, text in given.items() if text}


def _given(request: HttpRequest, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): str(text) for name, text in request.POST.items() if name.startswith(prefix)}


def _attribute(request: HttpRequest) -> Attribute:
    found = Attribute.objects.filter(slug=request.POST.get("attribute", "")).first()
    if found is None or (found.personal and not sees_personal(request.user)):
        raise user_error(N_("You cannot change this attribute. Nothing was changed."), N_("Load the page again."))
    return found


def _customer(request: HttpRequest, pk: int) -> Customer:
    row = Customer.objects.filter(pk=pk).values_list("merged_into", flat=True)
    found = customers(request.user).filter(pk=row[0] or pk).first() if row else None
    if found is None:
        raise Http404
    return found


def _say(request: HttpRequest, error: UserError) -> None:
    for problem in error.problems:
        parts: list[Any] = [problem_text(problem), problem_hint(problem)]
        messages.error(request, " ".join(part for part in parts if part))

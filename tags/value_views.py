"""What the data has, for the field of a form that is being filled in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from cdp.access.web import page

from .ranges import range_of
from .region_tree import region_tree
from .selectors import catalog
from .values import suggestions, values_looked_up

MOST_PASTED = 5000
# A form is drawn anew with every change; what its data is like need not be asked each time.
BROWSER_KEEPS = 120


@require_GET
@page()
def value_list(request: HttpRequest) -> HttpResponse:
    """Values to choose from, for the field being typed in."""
    of, slug = _asked(request)
    found = suggestions(request.user, of, slug, request.GET.get("q", ""), catalog(request.user), _language())
    return render(request, "tags/builder/values.html", {"values": found, "of": of})


@require_POST
@page()
def value_check(request: HttpRequest) -> HttpResponse:
    """Which of the pasted values there are."""
    of, slug = _asked(request)
    texts = [text.strip() for text in request.POST.getlist("pasted")[:MOST_PASTED]]
    found = values_looked_up(
        request.user, of, slug, [text for text in texts if text], catalog(request.user), _language()
    )
    known = [{"text": one.text, "value": one.value, "label": one.label} for one in found.known]
    return render(request, "tags/builder/pasted.html", {"found": found, "known": known})


@require_GET
@page()
@cache_control(private=True, max_age=BROWSER_KEEPS)
def value_regions(request: HttpRequest) -> HttpResponse:
    _of, slug = _asked(request)
    regions = region_tree(request.user, slug, catalog(request.user))
    return render(request, "tags/builder/regions.html", {"regions": regions})


@require_GET
@page()
@cache_control(private=True, max_age=BROWSER_KEEPS)
def value_range(request: HttpRequest) -> HttpResponse:
    of, slug = _asked(request)
    found = range_of(request.user, of, slug, catalog(request.user))
    return render(request, "tags/builder/range.html", {"range": found})


def _asked(request: HttpRequest) -> tuple[str, str]:
    return request.GET.get("of", ""), request.GET.get("slug", "")


def _language() -> str:
    return get_language() or "zh-hans"

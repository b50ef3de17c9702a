"""Where a colleague shares an edition, sees who looked at it, and takes a link back."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from cdp.access.table_files import rows_a_page
from cdp.access.web import number_asked, page, person
from cdp.errors import UserError
from segments.editions.models import Edition
from segments.editions.selectors import editions_listed

from .models import ShareLink
from .services import DAYS, SHARE, link_make, link_revoke, links_of

EACH = 50


@never_cache
@page(SHARE)
def links(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    edition = _edition(request, slug, number)
    if request.method != "POST":
        return _list(request, edition)
    asked = request.POST
    try:
        link, token = link_make(
            edition=edition,
            name=asked.get("name", ""),
            days=number_asked(asked.get("days", "")),
            password=asked.get("password", ""),
            shows_names=asked.get("shows_names") == "1",
            actor=person(request),
        )
    except UserError as error:
        return _list(request, edition, status=422, problems=error.problems)
    # Not by a redirect: the address would have to be kept somewhere on the way.
    address = request.build_absolute_uri(reverse("sharing:shared", args=[token]))
    return render(request, "sharing/made.html", {"edition": edition, "link": link, "address": address})


def _list(request: HttpRequest, edition: Edition, status: int = 200, **more: Any) -> HttpResponse:
    shown = {
        "edition": edition,
        "links": links_of(request.user, edition),
        "most": settings.CDP_SHARE_DAYS,
        "days": min(DAYS, settings.CDP_SHARE_DAYS),
        "asked": request.POST,
    }
    return render(request, "sharing/links.html", shown | more, status=status)


@page(SHARE)
def link(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    found = _link(request, slug, number, pk)
    rows = Paginator(found.log.all(), rows_a_page(EACH)).get_page(request.GET.get("page"))
    return render(request, "sharing/link.html", {"edition": found.edition, "link": found, "rows": rows})


@require_POST
@page(SHARE)
def revoke(request: HttpRequest, slug: str, number: int, pk: int) -> HttpResponse:
    found = _link(request, slug, number, pk)
    link_revoke(link=found, actor=person(request))
    messages.success(request, gettext("“%(name)s” shows nothing any more.") % {"name": found.name})
    return redirect("sharing:links", slug, number)


def _edition(request: HttpRequest, slug: str, number: int) -> Edition:
    return get_object_or_404(editions_listed(request.user), persona__slug=slug, number=number)


def _link(request: HttpRequest, slug: str, number: int, pk: int) -> ShareLink:
    found = links_of(request.user, _edition(request, slug, number)).select_related("edition__persona")
    return get_object_or_404(found, pk=pk)

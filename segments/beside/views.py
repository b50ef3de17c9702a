"""Several groups side by side, as a page and as a workbook."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cdp.access.web import XLSX, page

from .pages import comparison_page
from .workbook import comparison_workbook


@require_GET
@page()
def compare(request: HttpRequest) -> HttpResponse:
    return render(request, "personas/compare.html", {"page": comparison_page(request.user, request.GET)})


@require_GET
@page()
def compare_workbook(request: HttpRequest) -> HttpResponse:
    """The numbers behind the page. Nothing that the page does not show is in it."""
    found = comparison_page(request.user, request.GET)
    if not found.may_show:
        raise Http404
    response = HttpResponse(comparison_workbook(found), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{_('Side by side')}.xlsx") or "attachment"
    return response

"""Files of customers: asking for one, and those that were made for who is signed in."""

from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cdp.access.table_files import rows_a_page
from cdp.access.web import page
from cdp.identity.pages import customers_listed

from .asking import TYPES, Wanted, asked, named
from .layout import CHANGED
from .models import Form
from .selectors import exports, may_take
from .services import PERMISSION

ROWS_A_PAGE = 50


@page(PERMISSION)
def customers(request: HttpRequest) -> HttpResponse:
    """The list of customers as it is narrowed, all its pages."""
    query, lately = request.GET.get("q", "").strip()[:200], "lately" in request.GET
    found = customers_listed(request.user, query=query, lately=lately)
    kept = {key: value for key, value in (("q", query), ("lately", "1" if lately else "")) if value}
    back = reverse("customers") + (f"?{urlencode(kept)}" if kept else "")
    shown = [*(column.slug for column in found.columns), CHANGED]
    title = _("Customers") if not query else f"{_('Customers')} {query}"
    return asked(request, Wanted(title, back, found.members, shown))


@require_GET
@page(PERMISSION)
def export_list(request: HttpRequest) -> HttpResponse:
    rows = Paginator(exports(request.user), rows_a_page(ROWS_A_PAGE)).get_page(request.GET.get("page"))
    return render(request, "exports/list.html", {"rows": rows})


@require_GET
@page(PERMISSION)
def export_page(request: HttpRequest, pk: int) -> HttpResponse:
    export = get_object_or_404(exports(request.user), pk=pk)
    return render(request, "exports/export.html", {"export": export, "may_take": may_take(request.user, export)})


@require_GET
@page(PERMISSION)
def export_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file, for who asked for it alone, if they still see what it shows."""
    export = get_object_or_404(exports(request.user), pk=pk)
    if not export.is_there:
        raise Http404
    if not may_take(request.user, export):
        raise PermissionDenied
    name = named(f"{export.title}.{export.form}")
    return FileResponse(
        default_storage.open(export.file), as_attachment=True, filename=name, content_type=TYPES[Form(export.form)]
    )

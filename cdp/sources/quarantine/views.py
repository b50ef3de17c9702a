"""The pages of the quarantine."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from cdp.access.viewer import require
from cdp.access.web import page, person
from cdp.errors import UserError
from cdp.templatetags.quanxi import problem_hint, problem_text

from ..models import Load, RefusedKind, RefusedRow, Upload
from ..selectors import loads
from ..services import upload_receive
from . import services
from .pages import LoadQuarantinePage, QuarantinePage, RowReader
from .selectors import common_values, digest, open_rows, quarantine
from .workbook import Corrected, refused_workbook_read, refused_workbook_write

LOAD = "access.load_data"
PERSONAL = "access.view_personal"


@page(LOAD)
def home(request: HttpRequest) -> HttpResponse:
    source = request.GET.get("source", "")
    shown = QuarantinePage(quarantine(request.user, source), source)
    return render(request, "data/quarantine/home.html", {"page": shown})


@page(LOAD)
def load(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        shown = LoadQuarantinePage.of(
            request.user, _load(request, pk), request.GET.get("kind", ""), request.GET.get("page")
        )
    except UserError as error:
        _tell(request, error)
        return redirect("data:load", pk)
    return render(request, "data/quarantine/load.html", {"page": shown})


@require_POST
@page(LOAD)
def fix(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """One cell, checked at once; the answer is the row as it is now, and the numbers above it."""
    found = _load(request, pk)
    one = get_object_or_404(open_rows().select_related("load__source", "load__upload"), load=found, row=row)
    given = {
        int(name.removeprefix("cell-")): str(text)
        for name, text in request.POST.items()
        if name.startswith("cell-") and name.removeprefix("cell-").isdecimal()
    }
    services.refused_rows_fix(fixes=[(one, given)], by=person(request))
    return _row(request, found, one)


def _row(request: HttpRequest, found: Load, one: RefusedRow) -> HttpResponse:
    count = next((c for c in quarantine(request.user, found.source.slug) if c.load.pk == found.pk), None)
    line = RowReader(request.user, found).line(one)
    shown = {"load": found, "line": line, "count": count, "swap": True}
    return render(request, "data/quarantine/row.html", shown)


@require_POST
@page(LOAD)
def replace(request: HttpRequest, pk: int) -> HttpResponse:
    chosen = request.POST.get("kind", "")
    kind = get_object_or_404(RefusedKind, pk=int(chosen) if chosen.isdecimal() else 0, load=_load(request, pk))
    stands, text = request.POST.get("value", ""), request.POST.get("text", "")
    value = next((value for value, _rows in common_values(kind) if digest(value) == stands), "")
    try:
        mended, ready = services.refused_value_replace(kind=kind, value=value, text=text, by=person(request))
    except UserError as error:
        _tell(request, error)
    else:
        _told_mended(request, mended, ready)
    return redirect(f"{reverse('data:quarantine-load', args=[pk])}?kind={kind.pk}")


def _told_mended(request: HttpRequest, mended: int, ready: int) -> None:
    text = ngettext("%(count)s row was mended.", "%(count)s rows were mended.", mended) % {"count": f"{mended:,}"}
    more = ngettext("%(count)s can be loaded now.", "%(count)s can be loaded now.", ready) % {"count": f"{ready:,}"}
    messages.success(request, f"{text} {more}")


@require_POST
@page(LOAD)
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    found, post = _load(request, pk), request.POST
    chosen = {name: int(post[name]) for name in ("row", "kind") if post.get(name, "").isdecimal()}
    try:
        count = services.refused_rows_dismiss(
            load=found, reason=post.get("reason", ""), by=person(request), **chosen
        )
    except UserError as error:
        _tell(request, error)
    else:
        text = ngettext("%(count)s row is left out.", "%(count)s rows are left out.", count)
        messages.success(request, text % {"count": f"{count:,}"})
    return redirect("data:quarantine-load", pk)


@require_POST
@page(LOAD)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    row = request.POST.get("row", "")
    count = services.refused_rows_restore(
        load=_load(request, pk), by=person(request), row=int(row) if row.isdecimal() else None
    )
    text = ngettext("%(count)s row waits again.", "%(count)s rows wait again.", count)
    messages.success(request, text % {"count": f"{count:,}"})
    return redirect("data:quarantine-load", pk)


@require_POST
@page(LOAD)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        made = services.refused_retry(load=_load(request, pk), by=person(request))
    except UserError as error:
        _tell(request, error)
        return redirect("data:quarantine-load", pk)
    return redirect("data:load", made.pk)


@page(LOAD)
def workbook(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """For those who may see what is in it in clear: it is to be corrected."""
    require(request.user, PERSONAL)
    found = _load(request, pk)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.xlsx"
        refused_workbook_write(load=found, path=path)
        name = gettext("rejected rows of %(file)s") % {"file": found.upload.name.rsplit(".", 1)[0]}
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"{name}.xlsx")


@require_POST
@page(LOAD)
def corrected(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, gettext("Choose a file first."))
        return redirect("data:quarantine")
    try:
        received = upload_receive(file=file, name=file.name or "", by=person(request))
    except UserError as error:
        _tell(request, error)
        return redirect("data:quarantine")
    return redirect(corrected_workbook(request, received))


def corrected_workbook(request: HttpRequest, received: Upload) -> str:
    """Take a corrected workbook; where to go on."""
    try:
        done = refused_workbook_read(upload=received, by=person(request))
    except UserError as error:
        _tell(request, error)
        return reverse("data:quarantine")
    _told_mended(request, done.changed, done.ready)
    if left := _left_text(done):
        messages.warning(request, left)
    only = next(iter(done.loads)) if len(done.loads) == 1 else None
    return reverse("data:quarantine-load", args=[only]) if only else reverse("data:quarantine")


def _left_text(done: Corrected) -> str:
    same = ngettext("%(count)s row is as it was.", "%(count)s rows are as they were.", done.same)
    unknown = ngettext(
        "%(count)s row does not wait any more, or never did; nothing was done with it.",
        "%(count)s rows do not wait any more, or never did; nothing was done with them.",
        done.unknown,
    )
    told = ((same, done.same), (unknown, done.unknown))
    return " ".join(text % {"count": f"{count:,}"} for text, count in told if count)


def _tell(request: HttpRequest, error: UserError) -> None:
    for problem in error.problems:
        messages.error(request, f"{problem_text(problem)} {problem_hint(problem)}".strip())


def _load(request: HttpRequest, pk: int) -> Load:
    return get_object_or_404(loads(request.user), pk=pk)

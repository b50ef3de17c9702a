"""The page of a list tag's values: who has which, since when and why; giving them and taking them away."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdp.access.web import page
from cdp.errors import N_, UserError, user_error
from cdp.identity.models import IdentifierType

from .entries import EntryReport, entries, entries_add, entry_remove
from .models import Tag, TagEntry, TagKind
from .uploads import file_values, pasted_values
from .workbench import said

EDIT = "access.edit_tags"
SHOWN = 200


@page(EDIT)
def tag_entries(request: HttpRequest, slug: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug, kind=TagKind.LIST)
    problems: list[str] = []
    if request.method == "POST":
        try:
            report = _added(request, tag)
        except UserError as error:
            problems = [said(problem) for problem in error.problems]
        else:
            _tell(request, report)
            return redirect("tags:entries", slug)
    held = entries(request.user, tag)
    context = {
        "tag": tag,
        "entries": held[:SHOWN],
        "total": held.count(),
        "types": IdentifierType.objects.all(),
        "problems": problems,
        "asked": request.POST,
    }
    return render(request, "tags/entries.html", context, status=422 if problems else 200)


def _added(request: HttpRequest, tag: Tag) -> EntryReport:
    file = request.FILES.get("file")
    values = pasted_values(str(request.POST.get("identifiers", "")))
    return entries_add(
        tag=tag,
        identifiers=file_values(file, file.name or "", file.size or 0) if file else values,
        value=str(request.POST.get("value", "")),
        type=str(request.POST.get("type", "")),
        reason=str(request.POST.get("reason", "")).strip()[:200],
        expires_at=_expiry(str(request.POST.get("expires", "")).strip()),
        actor=request.user,
    )


def _expiry(text: str) -> datetime | None:
    """The start of a business day; None for no text."""
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise user_error(N_('"%(text)s" is not a date.'), N_("Write it like 2026-11-21."), text=text)
    return datetime.combine(day, time(), ZoneInfo(settings.CDP_TIME_ZONE))


def _tell(request: HttpRequest, report: EntryReport) -> None:
    done = _("%(count)s customers were given the value.") % {"count": f"{report.customers:,}"}
    messages.success(request, done)
    if report.unmatched:
        rows = ", ".join(str(one.row) for one in report.unmatched[:20])
        text = _("%(count)s values belong to no known customer (rows %(rows)s).")
        messages.warning(request, text % {"count": f"{len(report.unmatched):,}", "rows": rows})


@require_POST
@page(EDIT)
def tag_entry_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    entry = get_object_or_404(TagEntry.objects.select_related("tag"), pk=pk, tag__slug=slug)
    entry_remove(entry=entry, actor=request.user)
    return redirect("tags:entries", slug)

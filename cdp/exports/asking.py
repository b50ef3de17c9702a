"""Customers on a page as a file: as they are shown, or with more columns; many of them in the background."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from pyroaring import BitMap

from cdp.access.viewer import Viewer, sees_personal

from .layout import attributes_all
from .models import Form
from .services import AT_ONCE, export_ask, people_write

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {Form.XLSX: XLSX, Form.CSV: "text/csv; charset=utf-8"}


@dataclass(frozen=True)
class Wanted:
    """`members`: customers the viewer may see. `shown`: the attributes that are columns of the page `back`, which
    names itself `title`."""

    title: str
    back: str
    members: BitMap
    shown: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class AskPage:
    """What a file of customers would hold."""

    title: str
    back: str
    count: int
    form: str
    in_background: bool
    is_masked: bool
    forms: Sequence[tuple[str, str]] = ((Form.XLSX, "Excel (.xlsx)"), (Form.CSV, "CSV"))


def asked(request: HttpRequest, wanted: Wanted) -> HttpResponse:
    """The page that asks which file; posted, the file, or where it is being made."""
    if request.method != "POST":
        return render(request, "exports/ask.html", {"page": _page(request, wanted)})
    form = Form.CSV if request.POST.get("form") == Form.CSV else Form.XLSX
    attributes = attributes_all() if request.POST.get("columns") == "all" else wanted.shown
    if len(wanted.members) <= AT_ONCE:
        return people_file(request.user, wanted, form, attributes)
    made = export_ask(
        by=request.user,
        members=wanted.members,
        attributes=attributes,
        form=form,
        title=wanted.title,
        back=wanted.back,
        language=get_language() or "",
    )
    return redirect("exports:export", made.pk)


def _page(request: HttpRequest, wanted: Wanted) -> AskPage:
    count = len(wanted.members)
    form = Form.CSV if request.GET.get("form") == Form.CSV else Form.XLSX
    return AskPage(wanted.title, wanted.back, count, form, count > AT_ONCE, not sees_personal(request.user))


def people_file(viewer: Viewer, wanted: Wanted, form: str, attributes: Sequence[str]) -> HttpResponse:
    """The file itself, for not more than `AT_ONCE`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        people_write(
            viewer=viewer,
            members=wanted.members,
            attributes=attributes,
            form=form,
            title=wanted.title,
            path=path,
        )
        content = path.read_bytes()
    return HttpResponse(content, content_type=TYPES[Form(form)], headers=attachment(f"{wanted.title}.{form}"))


def attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": content_disposition_header(True, named(name)) or "attachment"}


def named(file: str) -> str:
    return file.replace("/", " ").replace("\\", " ")

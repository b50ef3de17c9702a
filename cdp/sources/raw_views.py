"""The page of a raw row, found by its number or by the event that was made of it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from cdp.access.web import page
from cdp.errors import UserError
from cdp.templatetags.quanxi import problem_hint, problem_text

from . import raw_rows
from .selectors import loads

LOAD = "access.load_data"


@page(LOAD)
def row(request: HttpRequest, pk: int) -> HttpResponse:
    load = get_object_or_404(loads(request.user), pk=pk)
    number = request.GET.get("row", "").strip()
    if not number.isdecimal():
        messages.error(request, gettext("Write the number of the row, as a spreadsheet counts."))
        return redirect("data:load", pk)
    try:
        found = raw_rows.raw_row(request.user, load, int(number[:9]))
    except UserError as error:
        for problem in error.problems:
            messages.error(request, f"{problem_text(problem)} {problem_hint(problem)}".strip())
        return redirect("data:load", pk)
    return render(request, "data/raw_row.html", {"page": found})


@page(LOAD)
def event_row(request: HttpRequest, batch: int, event: str) -> HttpResponse:
    load = loads(request.user).filter(batch=batch).first()
    if load is None:
        messages.info(request, gettext("This event came without a file, so there is no raw row of it."))
        return redirect("data:home")
    try:
        number = raw_rows.event_row(load, bytes.fromhex(event))
    except (ValueError, UserError):
        raise Http404
    if number is None:
        raise Http404
    return redirect(f"{reverse('data:raw-row', args=[load.pk])}?row={number}")

"""The pages of plans. Each asks for a page object and shows it; what is done goes through the services."""

from dataclasses import replace
from datetime import time
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cdp.access.web import number_asked, page, person
from cdp.errors import UserError
from segments.boards.models import Board
from segments.boards.selectors import boards
from segments.personas.models import Persona
from segments.personas.selectors import personas

from .models import Every, Mailing
from .pages import FormPage, form_begun, form_of, list_page, mailing_page
from .selectors import EDIT, mailings, may_change
from .services import Plan, mailing_change, mailing_delete, mailing_make, mailing_pause, mailing_send


@require_GET
@page(EDIT)
def mailing_list(request: HttpRequest) -> HttpResponse:
    return render(request, "mailings/list.html", {"page": list_page(request.user)})


@page(EDIT)
def mailing_new(request: HttpRequest) -> HttpResponse:
    """Of the persona or the board that is asked for."""
    of = _asked_of(request)
    if request.method != "POST":
        return render(request, "mailings/form.html", {"page": form_begun(of)})
    try:
        made = mailing_make(of=of, plan=_plan(request), actor=person(request))
    except UserError as error:
        return _again(request, FormPage(of, {}), error)
    messages.success(request, _("It is sent from now on."))
    return redirect("mailings:mailing", made.pk)


@require_GET
@page(EDIT)
def mailing(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "mailings/mailing.html", {"page": mailing_page(request.user, _mailing(request, pk))})


@page(EDIT)
def mailing_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = _mailing(request, pk)
    if not may_change(request.user, found):
        raise Http404
    if request.method != "POST":
        return render(request, "mailings/form.html", {"page": form_of(found)})
    try:
        mailing_change(mailing=found, plan=_plan(request), actor=person(request))
    except UserError as error:
        return _again(request, FormPage(found.of, {}, found), error)
    messages.success(request, _("Saved."))
    return redirect("mailings:mailing", pk)


@require_POST
@page(EDIT)
def mailing_do(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause, resume, send now or delete."""
    found, actor = _mailing(request, pk), person(request)
    match request.POST.get("what", ""):
        case "pause":
            mailing_pause(mailing=found, is_on=False, actor=actor)
            messages.success(request, _("Nothing is sent until it is resumed."))
        case "resume":
            mailing_pause(mailing=found, is_on=True, actor=actor)
            messages.success(request, _("It is sent from now on."))
        case "send":
            mailing_send(mailing=found, actor=actor)
        case "delete":
            mailing_delete(mailing=found, actor=actor)
            messages.success(request, _("It is not sent any more. Editions that were kept stay."))
            return redirect("mailings:list")
        case _unknown:
            raise Http404
    return redirect("mailings:mailing", pk)


def _again(request: HttpRequest, form: FormPage, error: UserError) -> HttpResponse:
    asked = request.POST
    typed: dict[str, Any] = {name: asked.get(name, "") for name in ("every", "at", "language")}
    typed |= {name: number_asked(asked.get(name, "")) for name in ("weekday", "month_day")}
    chosen = {name: asked.getlist(name) for name in ("people", "departments", "bases")}
    shown = {"page": replace(form, typed={**typed, **chosen}), "problems": error.problems}
    return render(request, "mailings/form.html", shown, status=422)


def _plan(request: HttpRequest) -> Plan:
    asked = request.POST
    every = asked.get("every", "")
    day = asked.get("weekday" if every == Every.WEEK else "month_day", "")
    return Plan(
        every=every,
        day=number_asked(day, otherwise=99),
        at=_time(asked.get("at", "")),
        people=asked.getlist("people"),
        departments=asked.getlist("departments"),
        language=asked.get("language", ""),
        bases=[slug for slug in asked.getlist("bases") if slug],
    )


def _time(text: str) -> time | None:
    try:
        return parse_time(text)
    except ValueError:
        return None


def _asked_of(request: HttpRequest) -> Persona | Board:
    if slug := request.GET.get("board", ""):
        return get_object_or_404(boards(request.user), slug=slug)
    return get_object_or_404(personas(request.user), slug=request.GET.get("persona", ""))


def _mailing(request: HttpRequest, pk: int) -> Mailing:
    return get_object_or_404(mailings(request.user), pk=pk)

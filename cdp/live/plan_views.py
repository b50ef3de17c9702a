"""Pages of tracking plans."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from cdp.access.web import page
from cdp.errors import Problem, UserError
from cdp.store.models import EventType, ValueKind

from . import planning
from .plan_pages import PlanPage, event_lines
from .planning import Wanted

LOAD = "access.load_data"


@page(LOAD)
def plans(request: HttpRequest) -> HttpResponse:
    return render(request, "data/live/plans.html", {"lines": event_lines(request.user)})


@page(LOAD)
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    event = get_object_or_404(EventType, slug=slug)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        problems = _save(request.POST, event)
        messages.success(request, gettext("Saved. From now on what arrives is held against it."))
        if not problems:
            return redirect("live:plan", slug)
    shown = {"page": PlanPage.of(request.user, event), "problems": problems, "kinds": ValueKind.choices}
    return render(request, "data/live/plan.html", shown, status=422 if problems else 200)


@require_POST
@page(LOAD)
def adopt(request: HttpRequest, slug: str) -> HttpResponse:
    planning.plan_adopt(event=get_object_or_404(EventType, slug=slug))
    messages.success(request, gettext("Planned as it was seen. From now on what arrives is held against it."))
    return redirect("live:plan", slug)


@require_POST
@page(LOAD)
def drop(request: HttpRequest, slug: str) -> HttpResponse:
    planning.plan_drop(event=get_object_or_404(EventType, slug=slug))
    messages.success(request, gettext("The event is planned no longer; what came stays."))
    return redirect("live:plan", slug)


def _save(form: Any, event: EventType) -> tuple[Problem, ...]:
    """What is wrong with a new property does not keep the rest from being saved."""
    wanted = [
        Wanted(slug, f"always-{slug}" in form, form.get(f"note-{slug}", "").strip())
        for slug in dict.fromkeys(form.getlist("planned"))
    ]
    problems: tuple[Problem, ...] = ()
    if name := form.get("new_name", "").strip():
        kind = form.get("new_kind", "")
        try:
            slug = planning.property_plan(name=name, kind=kind if kind in ValueKind else ValueKind.TEXT)
            wanted = [one for one in wanted if one.slug != slug] + [Wanted(slug, "new_always" in form)]
        except UserError as error:
            problems = error.problems
    number = form.get("owner", "")
    owner = User.objects.filter(pk=number, is_staff=True).first() if number.isdecimal() else None
    description = form.get("description", "").strip()
    planning.event_plan(event=event, description=description, owner=owner, properties=wanted)
    return problems

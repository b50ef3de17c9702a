"""Pages of what people said about a persona."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from cdp.access.accounts import colleagues
from cdp.access.table_files import rows_a_page
from cdp.access.viewer import may
from cdp.access.web import number_asked, page, person
from cdp.errors import UserError
from segments.personas.models import Persona
from segments.personas.selectors import personas

from . import services
from .forms import NoteForm
from .keeping import summary_of
from .models import Note, NoteKind
from .selectors import decisions_of, is_masked, note_shown, notes, themes_of
from .services import EDIT

EACH = 50


@require_GET
@page()
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """The part of a persona's page; empty where there is nothing and nothing may be written."""
    persona = _persona(request, slug)
    shown = {"persona": persona, "summary": summary_of(persona), "may_write": may(request.user, EDIT)}
    return render(request, "interviews/section.html", shown)


@require_GET
@page()
def note_list(request: HttpRequest, slug: str) -> HttpResponse:
    return _list(request, _persona(request, slug))


def _list(request: HttpRequest, persona: Persona, status: int = 200, **more: Any) -> HttpResponse:
    rows = Paginator(notes(request.user, persona), rows_a_page(EACH)).get_page(request.GET.get("page"))
    shown = {
        "persona": persona,
        "summary": summary_of(persona),
        "rows": rows,
        "lines": [note_shown(request.user, note) for note in rows],
        "decisions": decisions_of(request.user, persona),
        "themes": themes_of(request.user, persona),
        "may_write": may(request.user, EDIT),
    }
    return render(request, "interviews/list.html", shown | more, status=status)


@page(EDIT)
def note_new(request: HttpRequest, slug: str) -> HttpResponse:
    return _write(request, _persona(request, slug), None)


@page(EDIT)
def note_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who sees customers masked would save what they see; the texts are not theirs to change then."""
    note = _note(request, slug, pk)
    if is_masked(request.user, note):
        messages.error(request, gettext(services.MASKED))
        return redirect("interviews:note", slug, pk)
    return _write(request, note.persona, note)


def _write(request: HttpRequest, persona: Persona, note: Note | None) -> HttpResponse:
    form = NoteForm(request.POST or None, viewer=request.user, persona=persona, note=note)
    problems: Any = ()
    if request.method == "POST" and form.is_valid():
        try:
            made = services.note_write(persona=persona, wish=form.wish(), actor=person(request), note=note)
        except UserError as error:
            problems = error.problems
        else:
            messages.success(request, gettext("Saved."))
            return redirect("interviews:note", persona.slug, made.pk)
    shown = {"form": form, "persona": persona, "note": note, "problems": problems}
    return render(request, "interviews/edit.html", shown, status=422 if form.errors or problems else 200)


@require_GET
@page()
def note(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _note(request, slug, pk)
    shown = {
        "persona": found.persona,
        "line": note_shown(request.user, found),
        "is_meeting": found.kind == NoteKind.MEETING,
        "decisions": found.decisions.select_related("owner"),
        "colleagues": colleagues(),
        "may_write": may(request.user, EDIT),
    }
    return render(request, "interviews/note.html", shown)


@require_POST
@page(EDIT)
def note_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    services.note_delete(note=_note(request, slug, pk), actor=person(request))
    messages.success(request, gettext("The note was deleted."))
    return redirect("interviews:list", slug)


@require_POST
@page(EDIT)
def theme_add(request: HttpRequest, slug: str) -> HttpResponse:
    persona = _persona(request, slug)
    shared = request.POST.get("is_shared") == "1"
    name = request.POST.get("name", "")
    try:
        services.theme_add(persona=persona, name=name, is_shared=shared, actor=person(request))
    except UserError as error:
        return _list(request, persona, status=422, problems=error.problems)
    return redirect("interviews:list", slug)


@require_POST
@page(EDIT)
def theme_delete(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    theme = get_object_or_404(themes_of(request.user, _persona(request, slug)), pk=pk)
    services.theme_delete(theme=theme, actor=person(request))
    return redirect("interviews:list", slug)


@require_POST
@page(EDIT)
def decision_add(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    owner = request.POST.get("owner", "")
    services.decision_add(
        note=_note(request, slug, pk),
        text=request.POST.get("text", ""),
        owner=colleagues().filter(pk=number_asked(owner)).first(),
        due_on=_day(request.POST.get("due_on", "")),
        actor=person(request),
    )
    return redirect("interviews:note", slug, pk)


@require_POST
@page(EDIT)
def decision_mark(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    decision = get_object_or_404(decisions_of(request.user, _persona(request, slug)), pk=pk)
    services.decision_mark(decision=decision, done=request.POST.get("done") == "1", actor=person(request))
    return redirect("interviews:note", slug, decision.note_id)


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _persona(request: HttpRequest, slug: str) -> Persona:
    return get_object_or_404(personas(request.user), slug=slug)


def _note(request: HttpRequest, slug: str, pk: int) -> Note:
    return get_object_or_404(notes(request.user, _persona(request, slug)).select_related("persona"), pk=pk)

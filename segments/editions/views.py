"""The pages of editions. Each asks for a page object and shows it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cdp.access.viewer import may
from cdp.access.web import number_asked, page
from cdp.errors import UserError
from segments.dashboards.downloads import file_answer
from segments.dashboards.selectors import renders
from segments.personas.models import Persona
from segments.personas.selectors import personas

from .change_pages import changes_page
from .models import Edition
from .pages import edition_board, edition_page
from .selectors import edition_before, editions, editions_listed
from .services import edition_make

EDIT = "access.edit_segments"


@require_GET
@page()
def edition_list(request: HttpRequest, slug: str) -> HttpResponse:
    persona = _persona(request, slug)
    rows = editions_listed(request.user).filter(persona=persona)
    context = {"persona": persona, "rows": rows, "first": 1, "may_make": may(request.user, EDIT)}
    return render(request, "editions/list.html", context)


@page(EDIT)
def edition_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep what the persona's page shows (`render`) as an edition, under a title."""
    persona = _persona(request, slug)
    asked = request.POST.get("render", "") or request.GET.get("render", "")
    found = renders(request.user).filter(segment=persona.segment_id)
    shown = get_object_or_404(found, pk=number_asked(asked))
    title = request.POST.get("title", persona.name_in(shown.language))
    context = {"persona": persona, "shown": shown, "title": title}
    if request.method != "POST":
        return render(request, "editions/new.html", context)
    try:
        made = edition_make(persona=persona, render=shown, title=title, actor=request.user)
    except UserError as error:
        return render(request, "editions/new.html", context | {"problems": error.problems}, status=422)
    messages.success(request, _("Edition %(number)s was kept. It never changes.") % {"number": made.number})
    return redirect("editions:edition", persona.slug, made.number)


@require_GET
@page()
def edition(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = _edition(request, slug, number)
    return render(request, "editions/edition.html", {"page": edition_page(request.user, found)})


@require_GET
@page()
def edition_file(request: HttpRequest, slug: str, number: int, form: str) -> HttpResponse:
    found = _edition(request, slug, number)
    with translation.override(found.language):
        return file_answer(edition_board(request.user, found), form)


@require_GET
@page()
def changes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What changed since the edition before, or since another one that is asked for."""
    after = _edition(request, slug, number)
    if asked := number_asked(request.GET.get("from", "")):
        before: Edition | None = _edition(request, slug, asked)
    else:
        before = edition_before(request.user, after)
    if before is None or before.pk == after.pk:
        raise Http404
    rows = editions_listed(request.user).filter(persona=after.persona_id).exclude(pk=after.pk)
    others = list(rows.values_list("number", "title"))
    return render(request, "editions/changes.html", {"page": changes_page(request.user, before, after, others)})


def _persona(request: HttpRequest, slug: str) -> Persona:
    return get_object_or_404(personas(request.user), slug=slug)


def _edition(request: HttpRequest, slug: str, number: int) -> Edition:
    found = editions(request.user).select_related("persona__segment").defer("persona__segment__bitmap")
    return get_object_or_404(found, persona__slug=slug, number=number)

"""The pages of personas. Each asks for a page object and shows it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdp.access.web import is_htmx, page
from cdp.errors import UserError
from cdp.ledger.models import JobState
from segments.looks.selectors import looks_of
from segments.looks.services import look_note
from segments.models import Segment
from segments.moves import moves_of
from segments.personas.customer import root_of
from segments.personas.selectors import personas
from segments.personas.services import persona_create
from segments.selectors import segments

from .cards import persona_cards, segment_cards
from .customer_pages import Asked, customer_page, timeline_of
from .downloads import file_answer
from .filters import Filters, filters_read
from .pages import board_drawn, board_of
from .selectors import renders

MOST_LOOKS = 500


@page()
def persona_list(request: HttpRequest) -> HttpResponse:
    cards = {"personas": persona_cards(request.user), "segments": segment_cards(request.user)}
    return render(request, "personas/list.html", cards)


@page()
def persona(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(personas(request.user), slug=slug)
    board = board_of(request.user, found.segment, found, base=_base(request), filters=_filters(request))
    return render(request, "personas/group.html", {"board": board})


@page()
def segment(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(segments(request.user), slug=slug)
    board = board_of(request.user, found, base=_base(request), filters=_filters(request))
    return render(request, "personas/group.html", {"board": board})


def _base(request: HttpRequest) -> Segment | None:
    """The segment it is to be compared with; nothing for everyone."""
    slug = request.GET.get("base", "")
    return get_object_or_404(segments(request.user).filter(run__isnull=False), slug=slug) if slug else None


def _filters(request: HttpRequest) -> Filters:
    return filters_read(request.GET.dict())


@require_POST
@page()
def again(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw once more what could not be drawn."""
    found = get_object_or_404(segments(request.user), slug=slug)
    base = _base(request)
    filters = _filters(request)
    board_of(request.user, found, base=base, filters=filters, again=True)
    first = personas(request.user).filter(segment=found).first()
    url = reverse("personas:persona", args=[first.slug]) if first else reverse("personas:segment", args=[slug])
    asked = ({"base": base.slug} if base else {}) | filters.query
    return redirect(f"{url}?{urlencode(asked)}" if asked else url)


@page()
def download(request: HttpRequest, pk: int, form: str = "html") -> HttpResponse:
    """The dashboard that was drawn, in the language it was drawn in, as a file of a form."""
    shown = get_object_or_404(renders(request.user), pk=pk, state=JobState.DONE)
    found = personas(request.user).filter(slug=request.GET.get("persona", ""), segment=shown.segment_id).first()
    with translation.override(shown.language):
        return file_answer(board_drawn(request.user, shown, found), form)


@page("access.edit_segments")
def persona_new(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(segments(request.user), slug=slug)
    asked = {key: request.POST.get(key, "") for key in ("name", "description")}
    if request.method != "POST":
        return render(request, "personas/new.html", {"segment": found, "asked": asked | {"name": found.name}})
    try:
        made = persona_create(segment=found, language=get_language() or "zh-hans", actor=request.user, **asked)
    except UserError as error:
        context = {"segment": found, "asked": asked, "problems": error.problems}
        return render(request, "personas/new.html", context, status=422)
    messages.success(request, _("The persona “%(name)s” was made.") % {"name": made.name})
    return redirect("personas:persona", made.slug)


@page()
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """One customer; who was merged away is shown as the one they became."""
    found = root_of(request.user, pk)
    if found is None:
        raise Http404
    if found.pk != pk:
        return redirect("personas:customer", found.pk)
    shown = customer_page(request.user, found, Asked.read(request.GET.dict()), request.GET.get("beside", ""))
    look_note(viewer=request.user, customer_id=found.pk)
    return render(request, "personas/customer.html", {"page": shown})


@page()
def timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """The next part of a customer's timeline, for the end of the list; the whole page without htmx."""
    asked = Asked.read(request.GET.dict())
    if not is_htmx(request):
        return redirect(f"{reverse('personas:customer', args=[pk])}?{asked.query(asked.number)}")
    return render(request, "personas/timeline.html", {"timeline": timeline_of(request.user, pk, asked)})


@page()
def moves(request: HttpRequest, pk: int) -> HttpResponse:
    """When they entered and left segments: a part of their page that is fetched when it is opened."""
    found = root_of(request.user, pk)
    if found is None:
        raise Http404
    return render(request, "personas/moves.html", {"moves": moves_of(request.user, found.pk)})


@page("access.view_personal")
def looks(request: HttpRequest, pk: int) -> HttpResponse:
    """Everyone who looked at a customer, the latest first."""
    found = root_of(request.user, pk)
    if found is None:
        raise Http404
    shown = {"customer": found, "looks": looks_of(request.user, found.pk)[:MOST_LOOKS]}
    return render(request, "personas/looks.html", shown)

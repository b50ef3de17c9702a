"""Beneath a chart: its numbers, and the customers behind one of them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from cdp.access.viewer import may
from cdp.access.web import is_htmx, page
from cdp.ledger.models import JobState

from .cities import city_figure
from .drilling import chart_in, drilled, lines_of, segment_rule
from .figures.house import figure_json
from .models import Render
from .selectors import renders


@require_GET
@page()
def numbers(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The table beneath a chart."""
    shown, chart = _chart(request, pk, slug)
    context = {
        "chart": chart,
        "lines": lines_of(shown, chart),
        "segment": shown.segment,
        "may_make": may(request.user, "access.edit_segments"),
    }
    return render(request, "personas/numbers.html", context)


@require_GET
@page()
def cities(request: HttpRequest, pk: int) -> HttpResponse:
    """The bars of one province's cities, and their numbers beneath."""
    shown, chart = _chart(request, pk, request.GET.get("of", ""))
    context = {
        "chart": chart,
        "figure": figure_json(city_figure(chart, shown.content)),
        "lines": lines_of(shown, chart),
        "may_make": may(request.user, "access.edit_segments"),
    }
    return render(request, "personas/cities.html", context)


@require_GET
@page()
def customers(request: HttpRequest, pk: int, slug: str, place: int) -> HttpResponse:
    """Who is behind a value. The page comes at once; who it is, with the second question."""
    shown, chart = _chart(request, pk, slug)
    lines = lines_of(shown, chart)
    if place >= len(lines) or lines[place].rule is None:
        raise Http404
    if not is_htmx(request):
        return render(request, "personas/drilled.html", {"render": shown, "chart": chart, "line": lines[place]})
    found = drilled(request.user, shown, chart, place)
    if found is None:
        raise Http404
    return render(request, "personas/drilled_rows.html", {"found": found, "rule": segment_rule(found)})


def _chart(request: HttpRequest, pk: int, slug: str) -> tuple[Render, dict]:
    shown = get_object_or_404(renders(request.user), pk=pk, state=JobState.DONE)
    chart = chart_in(shown, slug)
    if chart is None:
        raise Http404
    return shown, dict(chart)

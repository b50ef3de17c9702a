"""The pages of data quality: every source by its latest load, and one source over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from cdp.access.web import page
from cdp.errors import UserError
from cdp.templatetags.quanxi import problem_hint, problem_text

from .models import Load, Source
from .quality import DEFAULT_DAYS, MEASURES, Measure, least_of, warnings_of
from .quality_selectors import measured_loads
from .services import quality_settings_save

LOAD = "access.load_data"
WIDTH, HEIGHT = 220, 44


@dataclass(frozen=True)
class Figure:
    """One measure: its latest share, whether that is too low, and the line of all shares, as points of an SVG."""

    measure: Measure
    value: float | None
    least: float
    is_low: bool
    points: str
    floor: float


@dataclass(frozen=True)
class SourceQuality:
    source: Source
    latest: Load
    figures: Sequence[Figure]

    @property
    def found(self) -> Mapping[str, Any]:
        return self.latest.summary["quality"]


def quality_of(loads: Sequence[Load]) -> SourceQuality:
    """Of the loads of one source, the newest first; there is one at least."""
    latest, source = loads[0], loads[0].source
    low, least = warnings_of(latest.summary["quality"], source.quality), least_of(source.quality)
    figures = [
        Figure(
            measure,
            latest.summary["quality"].get(measure.name),
            least[measure.name],
            measure in low,
            _points([load.summary["quality"].get(measure.name) for load in reversed(loads)]),
            round(HEIGHT * (1 - least[measure.name]), 1),
        )
        for measure in MEASURES
    ]
    return SourceQuality(source, latest, figures)


def _points(shares: Sequence[float | None]) -> str:
    known = [share for share in shares if share is not None]
    step = WIDTH / max(len(known) - 1, 1)
    return " ".join(f"{place * step:.1f},{HEIGHT * (1 - share):.1f}" for place, share in enumerate(known))


@page()
def home(request: HttpRequest) -> HttpResponse:
    by_source = measured_loads(request.user)
    shown = [quality_of(loads) for loads in by_source.values()]
    return render(request, "data/quality/home.html", {"sources": shown, "measures": MEASURES})


@page()
def source(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Source, slug=slug)
    loads = measured_loads(request.user, slug).get(slug, [])
    shown = {
        "source": found,
        "loads": loads,
        "measures": MEASURES,
        "quality": quality_of(loads) if loads else None,
        "least": [(measure, round(share * 100)) for measure, share in _least(found)],
        "days": found.quality.get("days", DEFAULT_DAYS),
    }
    return render(request, "data/quality/source.html", shown)


def _least(source: Source) -> list[tuple[Measure, float]]:
    least = least_of(source.quality)
    return [(measure, least[measure.name]) for measure in MEASURES]


@require_POST
@page(LOAD)
def save(request: HttpRequest, slug: str) -> HttpResponse:
    try:
        quality_settings_save(source=get_object_or_404(Source, slug=slug), given=request.POST.dict())
    except UserError as error:
        for problem in error.problems:
            messages.error(request, f"{problem_text(problem)} {problem_hint(problem)}".strip())
    else:
        messages.success(request, gettext("Saved."))
    return redirect("data:quality-source", slug)

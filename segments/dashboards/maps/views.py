"""The page of the organisation's own map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cdp.access.web import page
from cdp.errors import UserError
from cdp.templatetags.quanxi import problem_hint, problem_text

from ..models import MapState, OwnMap
from .reading import MOST_BYTES
from .services import LONGEST, MAY, map_decide, map_retire, map_upload

KEPT = 20


@dataclass(frozen=True)
class Shown:
    """A map with a small picture of it: an SVG path for each part, within `box`."""

    map: OwnMap
    box: str
    paths: Sequence[str]

    @property
    def matched(self) -> int:
        return sum(bool(name) for name in self.map.outlines)

    @property
    def waits(self) -> bool:
        return self.map.state == MapState.WAITING

    @property
    def in_use(self) -> bool:
        return self.map.state == MapState.IN_USE


def shown(row: OwnMap) -> Shown:
    points = [point for rings in row.outlines.values() for ring in rings for point in ring]
    north = [point[1] for point in points]
    flat = cos(radians((min(north) + max(north)) / 2))
    west, east = (edge(point[0] for point in points) * flat for edge in (min, max))
    box = f"{west:.2f} {-max(north):.2f} {east - west:.2f} {max(north) - min(north):.2f}"
    return Shown(row, box, [_path(rings, flat) for rings in row.outlines.values()])


def _path(rings: Sequence[Any], flat: float) -> str:
    return " ".join("M" + " ".join(f"{x * flat:.2f},{-y:.2f}" for x, y in ring) + "Z" for ring in rings)


@page(MAY)
def own_map(request: HttpRequest) -> HttpResponse:
    problems: list[str] = []
    if request.method == "POST":
        try:
            map_upload(**_given(request), actor=request.user)
        except UserError as error:
            problems = [f"{problem_text(one)} {problem_hint(one)}".strip() for one in error.problems]
        else:
            messages.success(request, _("Uploaded. Somebody else who may set approvals has to approve it."))
            return redirect("maps:own")
    rows = OwnMap.objects.select_related("uploaded_by", "decided_by")
    context = {
        "maps": [shown(row) for row in rows[:KEPT]],
        "problems": problems,
        "source": request.POST.get("source", ""),
        "most_mb": MOST_BYTES // 1024**2,
        "longest": LONGEST,
    }
    return render(request, "maps/own.html", context, status=422 if problems else 200)


def _given(request: HttpRequest) -> Mapping[str, Any]:
    file = request.FILES.get("file")
    # No more is read than tells that it is too large.
    content = file.read(MOST_BYTES + 1) if file else b""
    return {"name": file.name or "" if file else "", "content": content, "source": request.POST.get("source", "")}


@require_POST
@page(MAY)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    row, asked = get_object_or_404(OwnMap, pk=pk), request.POST.get("do")
    try:
        if asked == "retire":
            map_retire(of=row, actor=request.user)
        else:
            map_decide(of=row, approve=asked == "approve", actor=request.user)
    except UserError as error:
        for problem in error.problems:
            messages.error(request, f"{problem_text(problem)} {problem_hint(problem)}".strip())
    else:
        messages.success(request, _("Kept. Personas are drawn anew when they are opened."))
    return redirect("maps:own")

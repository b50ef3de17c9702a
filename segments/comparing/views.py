"""The page that compares a segment with another one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from cdp.access.viewer import may
from cdp.access.web import page
from cdp.errors import UserError
from tags.workbench import said

from ..combining.pages import choices
from ..forms import EDIT
from ..selectors import segments
from .selectors import BOTH, LEFT, RIGHT, compared


@require_GET
@page()
def segment_compare(request: HttpRequest, slug: str) -> HttpResponse:
    segment = get_object_or_404(segments(request.user), slug=slug)
    other = request.GET.get("with", "")
    found, problems = None, []
    if other:
        try:
            found = compared(request.user, slug, other)
        except UserError as error:
            problems = [said(problem) for problem in error.problems]
    context = {
        "segment": segment,
        "other": other,
        "others": choices(request.user, [slug]),
        "found": found,
        "problems": problems,
        "areas": {"left": LEFT, "right": RIGHT, "both": BOTH},
        "may_edit": may(request.user, EDIT),
    }
    return render(request, "segments/compare.html", context)

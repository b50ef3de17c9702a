"""Asking why about one customer, from a segment's page or the customer's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cdp.access.web import page
from tags.why_pages import Part, WhyPage, why_answered

from .selectors import segments
from .why import SegmentExplained, segment_explained


@require_GET
@page()
def segment_why(request: HttpRequest, slug: str) -> HttpResponse:
    segment = get_object_or_404(segments(request.user), slug=slug)
    back = reverse("segments:detail", args=[slug])
    return why_answered(
        request,
        segment.name,
        back,
        lambda customer: _why_page(segment_explained(request.user, slug, customer), back),
    )


def _why_page(found: SegmentExplained, back: str) -> WhyPage:
    listed = _("It is a list: whoever was uploaded is a member.")
    return WhyPage(
        name=found.segment.name,
        back_url=back,
        customer_id=found.customer_id,
        as_of=found.as_of,
        answer=_("is a member") if found.member else _("is not a member"),
        parts=(Part(found.rule),) if found.rule else (),
        texts=() if found.rule else (listed,),
        notes=found.notes,
        differs=found.differs,
    )

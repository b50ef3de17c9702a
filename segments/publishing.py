"""How a segment is published once everybody concerned has approved (`tags.teamwork.approval`)."""

from collections.abc import Iterable

from django.contrib.auth.models import User

from tags.teamwork.publishers import Facets
from tags.versions import draft_of, seal_check

from .models import Segment
from .services import segment_refresh_request
from .versions import segment_put_in_force


class SegmentPublisher:
    def named(self, slug: str) -> Segment | None:
        return Segment.objects.defer("bitmap").filter(slug=slug).first()

    def facets(self, slugs: Iterable[str]) -> dict[str, Facets]:
        found = Segment.objects.filter(slug__in=list(slugs)).order_by().values_list("slug", flat=True)
        return {slug: Facets() for slug in found}

    def names(self, slugs: Iterable[str]) -> dict[str, str]:
        return {one.slug: one.name for one in Segment.objects.defer("bitmap").filter(slug__in=list(slugs))}

    def put_in_force(self, slug: str, seal: str, by: User) -> None:
        segment = Segment.objects.select_for_update().defer("bitmap").get(slug=slug)
        seal_check(draft_of(segment), seal)
        version = segment_put_in_force(segment)
        segment_refresh_request(segments=[version.segment], by=by)

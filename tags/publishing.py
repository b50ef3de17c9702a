"""How a tag is published once everybody concerned has approved (`tags.teamwork.approval`)."""

from collections.abc import Iterable

from django.contrib.auth.models import User

from .models import Tag
from .services import tag_put_in_force, tag_refresh_request
from .teamwork.publishers import Facets
from .versions import draft_of, seal_check


class TagPublisher:
    def named(self, slug: str) -> Tag | None:
        return Tag.objects.filter(slug=slug).first()

    def facets(self, slugs: Iterable[str]) -> dict[str, Facets]:
        rows = Tag.objects.filter(slug__in=list(slugs)).order_by()
        found = rows.values_list("slug", "category_id", "sensitivity")
        return {slug: Facets(category, sensitivity) for slug, category, sensitivity in found}

    def names(self, slugs: Iterable[str]) -> dict[str, str]:
        return {tag.slug: tag.name for tag in Tag.objects.filter(slug__in=list(slugs))}

    def put_in_force(self, slug: str, seal: str, by: User) -> None:
        tag = Tag.objects.select_for_update().get(slug=slug)
        seal_check(draft_of(tag), seal)
        tag_put_in_force(tag)
        tag_refresh_request(tags=[tag], by=by)

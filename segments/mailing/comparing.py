"""Whom a plan compares with: everyone, or up to four segments. An edition is kept against the first of them."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cdp.access.viewer import Viewer
from cdp.errors import N_, user_error
from segments.models import Segment
from segments.selectors import segments_named

from .models import Mailing

MOST = 4


def bases_known(viewer: Viewer) -> QuerySet[Segment]:
    """Segments that can be compared with: with members, in use."""
    return segments_named(viewer).filter(run__isnull=False, count__gt=0, retired_at=None)


def bases_of(viewer: Viewer, mailing: Mailing) -> list[Segment]:
    """In the plan's order. `UserError` where one of them cannot be compared with any more: to leave it out unseen
    would change what the indices mean."""
    known = {one.slug: one for one in bases_known(viewer).filter(slug__in=mailing.bases).select_related("run")}
    for slug in mailing.bases:
        if slug not in known:
            raise user_error(
                N_("The segment “%(slug)s” it is compared with has no members or is no longer there."),
                N_("Change the plan: choose another segment, or everyone."),
                slug=slug,
            )
    return [known[slug] for slug in mailing.bases]


def bases_said(viewer: Viewer, slugs: Sequence[str]) -> str:
    names = {one.slug: one.name for one in segments_named(viewer).filter(slug__in=slugs)}
    return _(", ").join(names.get(slug, slug) for slug in slugs) or _("Everyone")

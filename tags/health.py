"""What is wrong with tags and segments, beside how current they are: empty, like another, or used by nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from .dependencies import Ref
from .impact import names_of
from .teamwork.models import Likeness

EMPTY, DUPLICATE, UNUSED = "empty", "duplicate", "unused"
UNUSED_DAYS = 90


def health_labels() -> dict[str, str]:
    return {
        EMPTY: _("nobody in it"),
        DUPLICATE: _("like another"),
        UNUSED: _("unused for 90 days"),
    }


def unhealthy(rows: QuerySet[Any], what: str, *, kind: str, size: str, uses: Mapping[Ref, int]) -> QuerySet[Any]:
    """Of tags or segments those with one trouble; `size` names the column of a row's size, `uses` says how much is
    built on each. Unused is what is older than that and has nothing built on it now."""
    match what:
        case "empty":
            return rows.filter(run__isnull=False, **{size: 0})
        case "duplicate":
            return rows.filter(slug__in=Likeness.objects.filter(kind=kind).values("slug"))
        case "unused":
            used = [ref.slug for ref, count in uses.items() if ref.kind == kind and count]
            before = timezone.now() - timedelta(days=UNUSED_DAYS)
            return rows.filter(created_at__lt=before).exclude(slug__in=used)
    return rows


@dataclass(frozen=True)
class Like:
    ref: Ref
    name: str
    share: float


def likes_of(kind: str, slugs: Iterable[str]) -> dict[str, list[Like]]:
    """Slug → what is like it, the most alike first. Names are read only where there is anything."""
    rows = list(Likeness.objects.filter(kind=kind, slug__in=list(slugs)).order_by("-share", "other_slug"))
    names = names_of() if rows else {}
    found: dict[str, list[Like]] = {}
    for row in rows:
        ref = Ref(row.other_kind, row.other_slug)
        found.setdefault(row.slug, []).append(Like(ref, names.get(ref, ref.slug), row.share))
    return found

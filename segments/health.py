"""After a refresh: which tags and segments mean nearly the same, kept for their lists and pages."""

import logging
from collections.abc import Iterable

from django.db import transaction

from cdp.access.viewer import SYSTEM
from cdp.store.lake import snapshot
from tags.dependencies import SEGMENT, TAG, Ref
from tags.likeness import Alike, alike_found
from tags.selectors import all_tag_values, graph
from tags.teamwork.models import Likeness

from .selectors import segments_members

log = logging.getLogger(__name__)


def likeness_find() -> None:
    """Work out anew what is alike. What goes wrong here does not spoil the refresh it comes after."""
    try:
        meant = {Ref(TAG, slug): values for slug, values in all_tag_values(SYSTEM).items()}
        meant |= {Ref(SEGMENT, slug): {"": members} for slug, members in segments_members(SYSTEM).items()}
        with snapshot() as lake:
            universe = len(lake.universe())
        _keep(alike_found(meant, universe, graph()))
    except Exception:
        log.exception("what is alike could not be worked out")


@transaction.atomic
def _keep(found: Iterable[Alike]) -> None:
    rows = [
        Likeness(kind=one.kind, slug=one.slug, other_kind=other.kind, other_slug=other.slug, share=pair.share)
        for pair in found
        for one, other in ((pair.one, pair.other), (pair.other, pair.one))
    ]
    Likeness.objects.all().delete()
    Likeness.objects.bulk_create(rows)

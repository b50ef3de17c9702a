"""All that is told of one customer over the API, as JSON. The viewer decides which fields there are."""

import math
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from cdp.access.viewer import Viewer, sees_identifiers
from cdp.identity.models import IdentifierType
from cdp.identity.selectors import identifiers_shown
from cdp.store.models import Customer
from cdp.store.selectors import data_as_of
from segments.personas.customer import facts
from segments.selectors import SegmentOf, segments_of
from tags.selectors import TagOf, tags_of


def profile_json(viewer: Viewer, customer: Customer, types: list[IdentifierType]) -> dict[str, Any]:
    """Of a customer the viewer may see, with all types of identifiers at hand. `as_of` is when the data came into
    sight; that of a tag or segment is when it was worked out."""
    told: dict[str, Any] = {"customer": customer.pk}
    language = get_language() or "zh-hans"
    if sees_identifiers(viewer):
        told["identifiers"] = [
            {"type": one.type.slug, "value": one.value} for one in identifiers_shown(viewer, customer, types)
        ]
    return told | {
        "attributes": {fact.attribute.slug: fact.value for fact in facts(viewer, customer)},
        "tags": [_tag(one, language) for one in tags_of(viewer, customer.pk)],
        "segments": [_segment(one, language) for one in segments_of(viewer, customer.pk)],
        "as_of": _told(data_as_of()),
    }


def _tag(one: TagOf, language: str) -> dict[str, Any]:
    return {
        "tag": one.tag.slug,
        "name": one.tag.name_in(language),
        # A number without bins is in the bin without a name.
        "values": [value for value in one.values if value],
        "labels": [label for label in one.labels if label],
        # JSON has no infinity.
        "number": one.number if one.number is not None and math.isfinite(one.number) else None,
        "as_of": _told(one.as_of),
    }


def _segment(one: SegmentOf, language: str) -> dict[str, Any]:
    return {"segment": one.segment.slug, "name": one.segment.name_in(language), "as_of": _told(one.as_of)}


@lru_cache(maxsize=1024)
def _told(moment: datetime | None) -> str | None:
    """Many tags are of the same moment, and telling it takes as long as finding the tag."""
    return None if moment is None else moment.astimezone(timezone.get_default_timezone()).isoformat()

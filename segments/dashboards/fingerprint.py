"""What a rendering was made from, as one short text: same text, same picture."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from cdp.access.viewer import SYSTEM
from cdp.naming import Named
from cdp.store import selectors as store
from segments.models import Segment
from tags import selectors as tags

from .models import MapState, OwnMap

NAMES = ("name_zh_hans", "name_zh_hant", "name_en")
TAGGED = ("slug", "run_id", "category__theme")
DRAWN_BY = ("segments/dashboards", "segments/personas", "segments/playbook")


def state_now(data_version: str) -> dict[str, Any]:
    """What every rendering of now has in common: the data, the tags' runs, every name that is printed, the code."""
    registries = (store.attributes(), store.properties(), store.event_types())
    return {
        "data": data_version,
        # Not as objects: each would bring its versions' rules along, to be read from JSON.
        "tags": list(
            map(list, tags.tags(SYSTEM).order_by("slug").values_list("slug", "run_id", "category__theme", *NAMES))
        ),
        "names": [
            [row.slug, *_names(row), getattr(row, "theme", "")] for registry in registries for row in registry
        ],
        "least": settings.CDP_MIN_GROUP,
        "map": OwnMap.objects.filter(state=MapState.IN_USE).values_list("pk", flat=True).first(),
        "code": code_version(),
    }


def fingerprint_of(
    segment: Segment, base: Segment | None, state: Mapping[str, Any], language: str, filters: str = ""
) -> str:
    """Of the runs of the segment and of the one it is compared with, the language, the filters, and `state_now`."""
    made_of = {
        **state,
        "segment": [segment.pk, segment.run_id],
        "base": [base.pk, base.run_id, *_names(base)] if base else None,
        "language": language,
        "filters": filters,
    }
    return hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()


def _names(row: Named) -> list[Any]:
    return [getattr(row, name) for name in NAMES]


@cache
def code_version() -> str:
    """Of the files that draw: nobody has to remember to raise a number when a chart changes."""
    digest = hashlib.sha256()
    for folder in DRAWN_BY:
        for file in sorted((Path(settings.BASE_DIR) / folder).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()

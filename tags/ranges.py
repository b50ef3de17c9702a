"""What the values of a number or a date are like: the smallest, the middle and the largest, as a hint beside it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from django.core.cache import cache

from cdp.access.viewer import Viewer
from cdp.store.lake import Lake, snapshot

from . import membership
from .rules.catalog import Catalog
from .selectors import tag_numbers
from .values import CACHE_SECONDS, values_of

NUMBERS = ("number", "money")


@dataclass(frozen=True)
class Range:
    """Numbers, or days; of days there is no `middle`. `kind`: number, money or date."""

    kind: str
    low: Any
    high: Any
    middle: Any = None


def range_of(viewer: Viewer, of: str, slug: str, names: Catalog) -> Range | None:
    """None where nobody has a value, or the viewer may not see everybody's."""
    if of == "tag":
        return _of_tag(viewer, slug)
    field = names.attributes.get(slug) if of == "attribute" else names.property_field(slug)
    if field is None or field.kind not in (*NUMBERS, "date") or membership.scope(viewer) is not None:
        return None
    with snapshot() as lake:
        key = f"range:{lake.version}:{of}:{slug}".replace(" ", "_")
        kept = cache.get(key)
        if kept is None:
            kept = _measured(lake, of, slug, field.kind)
            cache.set(key, kept, CACHE_SECONDS)
    low, middle, high = kept
    return None if low is None else Range(field.kind, low, high, middle)


def _of_tag(viewer: Viewer, slug: str) -> Range | None:
    values = tag_numbers(viewer, slug)["value"].to_numpy()
    if not len(values):
        return None
    low, middle, high = (round(float(one), 2) for one in np.quantile(values, [0, 0.5, 1]))
    return Range("number", low, high, middle)


def _measured(lake: Lake, of: str, slug: str, kind: str) -> tuple[Any, Any, Any]:
    values = values_of(lake, of, slug, kind)
    if kind == "date":
        [row] = lake.frame(values.agg(low=values.value.min(), high=values.value.max())).to_pylist()
        return _day(row["low"]), None, _day(row["high"])
    number = values.value.cast("float64")
    # Of the events, of which there are many more, about the middle is as good a hint.
    middle = number.median() if of == "attribute" else number.approx_median()
    found = values.agg(low=number.min(), middle=middle, high=number.max())
    [row] = lake.frame(found).to_pylist()
    return row["low"], None if row["middle"] is None else round(row["middle"], 2), row["high"]


def _day(moment: datetime | date | None) -> date | None:
    return moment.date() if isinstance(moment, datetime) else moment

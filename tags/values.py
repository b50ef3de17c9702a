"""The values that are there to choose from, with how often they occur: the suggestions of a form."""

from collections.abc import Iterable
from dataclasses import dataclass

import ibis
from django.core.cache import cache

from cdp.access.viewer import Viewer
from cdp.store.lake import snapshot

from . import membership
from .rules.catalog import Catalog, Field, name_in
from .selectors import tag_values

KEPT = 1000
SHOWN = 50
CACHE_SECONDS = 3600


@dataclass(frozen=True)
class Suggestion:
    """`count`: customers who have the value; for a property, events."""

    value: str
    label: str
    count: int


def suggestions(viewer: Viewer, of: str, slug: str, typed: str, names: Catalog, language: str) -> list[Suggestion]:
    """The commonest values of an attribute, a property or a tag that contain what was typed."""
    known, found = _found(viewer, of, slug, names)
    named = (Suggestion(value, name_in(known.get(value, {}), language, value), count) for value, count in found)
    wanted = typed.strip().casefold()
    fitting = [one for one in named if wanted in one.label.casefold() or wanted in one.value.casefold()]
    return fitting[:SHOWN]


def _found(viewer: Viewer, of: str, slug: str, names: Catalog) -> tuple[dict, Iterable[tuple[str, int]]]:
    if of == "tag":
        tag = names.tags.get(slug)
        counts = {value: len(members) for value, members in tag_values(viewer, slug).items()}
        return (dict(tag.values) if tag else {}), [
            (value, counts.get(value, 0)) for value in (tag.values if tag else {})
        ]
    field = names.attributes.get(slug) if of == "attribute" else names.property_field(slug)
    if field is None or field.kind not in ("text", "list", "number") or membership.scope(viewer) is not None:
        return {}, []
    return dict(field.values), _counted(of, slug, field)


def _counted(of: str, slug: str, field: Field) -> list[tuple[str, int]]:
    """Value and count, the commonest first; kept for as long as the data is the same."""
    with snapshot() as lake:
        key = f"values:{lake.version}:{of}:{slug}".replace(" ", "_")
        kept = cache.get(key)
        if kept is None:
            table = lake.tables.profiles if of == "attribute" else lake.tables.events
            kept = _count_values(lake, table, slug, field.kind)
            cache.set(key, kept, CACHE_SECONDS)
    return kept


def _count_values(lake, table: ibis.Table, slug: str, kind: str) -> list[tuple[str, int]]:
    column = _weekday(table) if slug == "weekday" and slug not in table.columns else table[slug]
    values = table.select(value=column.unnest() if kind == "list" else column).filter(ibis._.value.notnull())
    counted = values.group_by("value").agg(count=ibis._.count()).order_by(ibis.desc("count"), "value").limit(KEPT)
    rows = lake.frame(counted).to_pylist()
    return [(_text(row["value"]), row["count"]) for row in rows]


def _weekday(table: ibis.Table):
    return table["day"].day_of_week.index() + 1


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

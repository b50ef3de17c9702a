"""The values that are there to choose from, with how often they occur: the suggestions of a form."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import ibis
from django.core.cache import cache

from cdp import pinyin
from cdp.access.viewer import Viewer
from cdp.store.lake import Lake, snapshot

from . import membership
from .rules.catalog import Catalog, Field, Names, name_in
from .selectors import tag_values

KEPT = 1000
SHOWN = 50
CACHE_SECONDS = 3600
COUNTED = ("text", "list", "number")


@dataclass(frozen=True)
class Suggestion:
    """`count`: customers who have the value; for a property, events."""

    value: str
    label: str
    count: int


@dataclass(frozen=True)
class Typed:
    """A value as it was typed or pasted, and the one that is meant, as it is kept and as it is called."""

    text: str
    value: str
    label: str


@dataclass(frozen=True)
class Looked:
    """Pasted values after they were looked for: those that are there, and those that nobody has."""

    known: tuple[Typed, ...]
    unknown: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.known) + len(self.unknown)


def suggestions(viewer: Viewer, of: str, slug: str, typed: str, names: Catalog, language: str) -> list[Suggestion]:
    """The commonest values of an attribute, a property or a tag that have what was typed in them, or sound like
    it."""
    known, found = _found(viewer, of, slug, names)
    named = (Suggestion(value, name_in(known.get(value, {}), language, value), count) for value, count in found)
    wanted = typed.strip()
    fitting = (one for one in named if not wanted or pinyin.rank(wanted, (one.label, one.value)) is not None)
    return [one for one, _place in zip(fitting, range(SHOWN), strict=False)]


def values_looked_up(
    viewer: Viewer, of: str, slug: str, texts: Collection[str], names: Catalog, language: str
) -> Looked:
    """Which of these values there are. Each may be written as it is kept or as it is called in any language."""
    known, _counts = _named(viewer, of, slug, names)
    called = {_folded(text): value for value, own in known.items() for text in (value, *own.values())}
    meant = {text: called.get(_folded(text), text) for text in dict.fromkeys(texts)}
    there = set(called.values()) | _stored(viewer, of, slug, set(meant.values()), names)
    found = [
        Typed(text, value, name_in(known.get(value, {}), language, value))
        for text, value in meant.items()
        if value in there
    ]
    return Looked(tuple(found), tuple(text for text, value in meant.items() if value not in there))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _found(
    viewer: Viewer, of: str, slug: str, names: Catalog
) -> tuple[Mapping[str, Names], Iterable[tuple[str, int]]]:
    known, field = _named(viewer, of, slug, names)
    if of == "tag":
        counts = {value: len(members) for value, members in tag_values(viewer, slug).items()}
        return known, [(value, counts.get(value, 0)) for value in known]
    return known, [] if field is None else _counted(of, slug, field)


def _named(viewer: Viewer, of: str, slug: str, names: Catalog) -> tuple[Mapping[str, Names], Field | None]:
    """The values that have names, and of what kind it is where its values can be counted for this viewer."""
    if of == "tag":
        tag = names.tags.get(slug)
        return (tag.values if tag else {}), None
    field = names.attributes.get(slug) if of == "attribute" else names.property_field(slug)
    if field is None or field.kind not in COUNTED or membership.scope(viewer) is not None:
        return {}, None
    return field.values, field


def _counted(of: str, slug: str, field: Field) -> list[tuple[str, int]]:
    """Value and count, the commonest first; kept for as long as the data is the same."""
    with snapshot() as lake:
        key = f"values:{lake.version}:{of}:{slug}".replace(" ", "_")
        kept = cache.get(key)
        if kept is None:
            kept = _count_values(lake, of, slug, field.kind)
            cache.set(key, kept, CACHE_SECONDS)
    return kept


def _count_values(lake: Lake, of: str, slug: str, kind: str) -> list[tuple[str, int]]:
    values = values_of(lake, of, slug, kind)
    counted = values.group_by("value").agg(count=ibis._.count()).order_by(ibis.desc("count"), "value").limit(KEPT)
    rows = lake.frame(counted).to_pylist()
    return [(_text(row["value"]), row["count"]) for row in rows]


def values_of(lake: Lake, of: str, slug: str, kind: str) -> ibis.Table:
    """A row a value, in the column `value`; of a list each of its items."""
    table = lake.tables.profiles if of == "attribute" else lake.tables.events
    column = _weekday(table) if slug == "weekday" and slug not in table.columns else table[slug]
    return table.select(value=column.unnest() if kind == "list" else column).filter(ibis._.value.notnull())


def _stored(viewer: Viewer, of: str, slug: str, values: Collection[str], names: Catalog) -> set[str]:
    """Those of these values that somebody has, or some event."""
    if of == "tag":
        return set(tag_values(viewer, slug)) & set(values)
    _known, field = _named(viewer, of, slug, names)
    if field is None or not values:
        return set()
    with snapshot() as lake:
        table = values_of(lake, of, slug, field.kind)
        text = table.value.cast("string") if field.kind == "number" else table.value
        wanted = [f"{value}.0" for value in values] if field.kind == "number" else list(values)
        rows = lake.frame(table.filter(text.isin([*wanted, *values])).select("value").distinct())
    return {_text(value) for value in rows["value"].to_pylist()}


def _weekday(table: ibis.Table):
    return table["day"].day_of_week.index() + 1


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

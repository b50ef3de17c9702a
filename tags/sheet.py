"""All that tags say of customers, laid out to be asked about one customer after the other.

A process keeps the latest sheet. Whether it still holds is asked each time, by one small query: the database
leaves a mark at every change of what it is made from (`tags.marks`), which is the runs in use, names and
categories, and which versions are in force.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, FilteredRelation, Q
from pyroaring import BitMap

from . import membership
from .labels import ValueNames, VersionKey, published_mark, value_names
from .marks import marks
from .membership import RunKey
from .models import LiveTag, Tag, TagRun, VersionState
from .rules.catalog import NUMERIC, name_in

# A run, its claim, and the version in force; then what else is shown of a tag.
Row = tuple[Any, ...]
SHOWN = (
    *("run_id", "run__claim", "in_force_id", "in_force_mark", "pk", "run__as_of", "valid_days", "sensitivity"),
    *("name_zh_hans", "name_zh_hant", "name_en", "category_id", "category__position"),
    *("category__name_zh_hans", "category__name_zh_hant", "category__name_en"),
)


@dataclass(frozen=True, eq=False)
class Entry:
    """A tag with a result in use. `tag` has its category at hand; `names` are those of its values."""

    key: RunKey
    tag: Tag
    as_of: datetime
    values: tuple[tuple[str, BitMap], ...]
    names: ValueNames
    _told: dict[tuple[tuple[str, ...], str], tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def is_numeric(self) -> bool:
        return self.tag.kind in NUMERIC

    @cached_property
    def until(self) -> datetime | None:
        """When it stops counting (`tags.validity`); None for never."""
        days = self.tag.valid_days
        return None if days is None else self.as_of + timedelta(days=days)

    def labels(self, values: tuple[str, ...], language: str) -> tuple[str, ...]:
        """Values as people call them."""
        told = self._told.get((values, language))
        if told is None:
            told = tuple([name_in(self.names.get(value, {}), language, value) for value in values])
            self._told[values, language] = told
        return told


class Told(NamedTuple):
    """A tag of a customer with the values they have: those of the run in use, or what was found as of `live`."""

    entry: Entry
    values: tuple[str, ...]
    live: datetime | None = None


@dataclass(frozen=True)
class Sheet:
    """`entries` in the order of tags; `rows` are what they were made from, when there were these `marks`."""

    marks: frozenset[str]
    rows: tuple[Row, ...]
    entries: tuple[Entry, ...]

    @cached_property
    def _values(self) -> list[tuple[BitMap, Entry, str]]:
        return [(members, entry, value) for entry in self.entries for value, members in entry.values]

    def of(self, customer_id: int, at: datetime, live: Mapping[int, LiveTag] | None = None) -> list[Told]:
        """The tags a customer has values of, and which; not those that have expired. `live` is what was found of
        the customer since, by tag; it counts where the run in use is older."""
        found = [(entry, value) for members, entry, value in self._values if customer_id in members]
        told = [
            Told(entry, tuple([value for _entry, value in values]))
            for entry, values in groupby(found, key=_first)
            if entry.until is None or at < entry.until
        ]
        return self._with(live, told, at) if live else told

    def _with(self, live: Mapping[int, LiveTag], told: list[Told], at: datetime) -> list[Told]:
        found = {one.entry: one for one in told}
        for entry in self.entries:
            row = live.get(entry.tag.pk)
            if row is not None and row.as_of > entry.as_of and (entry.until is None or at < entry.until):
                found[entry] = Told(entry, tuple(row.values), row.as_of)
        return [found[entry] for entry in self.entries if entry in found and found[entry].values]


_first = itemgetter(0)
_latest: Sheet = Sheet(frozenset(), (), ())


def sheet() -> Sheet:
    """What all tags say now. One small query while nothing changed."""
    global _latest
    for _attempt in range(membership.ATTEMPTS):
        # Before anything else is read: what changes meanwhile leaves other marks.
        found, kept = marks(), _latest
        if found and kept.marks == found:
            return kept
        rows = _rows()
        made = replace(kept, marks=found) if kept.rows == rows else _made(found, rows)
        if made is not None:
            _latest = made
            return made
    raise RuntimeError("the results in use were replaced faster than they could be read")


def _rows() -> tuple[Row, ...]:
    with connection.cursor() as cursor:
        sql, params = _question()
        cursor.execute(sql, params)
        return tuple(cursor.fetchall())


@cache
def _question() -> tuple[str, tuple[Any, ...]]:
    """Compiled once, because that takes longer than answering it; only numbers and texts, as they come."""
    published = FilteredRelation("versions", condition=Q(versions__state=VersionState.PUBLISHED))
    found = Tag.objects.filter(run__isnull=False).alias(in_force=published).order_by("pk")
    marked = found.annotate(in_force_id=F("in_force__pk"), in_force_mark=published_mark("in_force__published_at"))
    return marked.values_list(*SHOWN).query.sql_with_params()


def _made(found: frozenset[str], rows: tuple[Row, ...]) -> Sheet | None:
    """None when a run in use was replaced while it was read."""
    keys: list[RunKey] = [(row[0], row[1]) for row in rows]
    versions: list[VersionKey] = [(row[2], row[3]) for row in rows]
    results, names = membership.results(set(keys)), value_names({key for key in versions if key[0]})
    moments = dict(TagRun.objects.filter(pk__in=[run for run, _claim in keys]).values_list("pk", "as_of"))
    tags = Tag.objects.select_related("category").in_bulk([row[4] for row in rows])
    if not (
        results.keys() >= set(keys) and moments.keys() >= {run for run, _claim in keys} and len(tags) == len(rows)
    ):
        return None
    entries = [
        Entry(key, tags[row[4]], moments[key[0]], tuple(results[key].values.items()), names.get(version, {}))
        for row, key, version in zip(rows, keys, versions, strict=True)
    ]
    return Sheet(found, rows, tuple(sorted(entries, key=_order)))


def _order(entry: Entry) -> tuple[int, str]:
    """As tags are ordered everywhere; those without a category come first."""
    category = entry.tag.category
    return (-1 if category is None else category.position, entry.tag.slug)

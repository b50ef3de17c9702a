"""All that tags say of customers, laid out to be asked about one customer after the other.

A process keeps the latest sheet. Whether it still holds is found out by one query each time, over everything
it was made from: the runs in use, names and categories, and which versions are in force.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import F, FilteredRelation, Q
from pyroaring import BitMap

from . import membership
from .labels import ValueNames, VersionKey, published_mark, value_names
from .membership import RunKey
from .models import Tag, TagRun, VersionState
from .rules.catalog import name_in
from .states import is_expired

# A run, its claim, and the version in force; then what else is shown of a tag.
Row = tuple[Any, ...]
SHOWN = (
    *("run_id", "run__claim", "in_force_id", "in_force_mark", "pk", "valid_days", "sensitivity"),
    *("name_zh_hans", "name_zh_hant", "name_en", "category_id", "category__position"),
    *("category__name_zh_hans", "category__name_zh_hant", "category__name_en"),
)


@dataclass(frozen=True)
class Entry:
    """A tag with a result in use. `tag` has its category at hand; `names` are those of its values."""

    key: RunKey
    tag: Tag
    as_of: datetime
    values: tuple[tuple[str, BitMap], ...]
    names: ValueNames

    def values_of(self, customer_id: int, at: datetime) -> tuple[str, ...]:
        """The values a customer has of it; none any more once it has expired."""
        if is_expired(self.as_of, self.tag.valid_days, at):
            return ()
        return tuple([value for value, members in self.values if customer_id in members])

    def labels(self, values: tuple[str, ...], language: str) -> tuple[str, ...]:
        """Values as people call them."""
        return tuple([name_in(self.names.get(value, {}), language, value) for value in values])


@dataclass(frozen=True)
class Sheet:
    """`entries` in the order of tags; `rows` are what they were made from."""

    rows: tuple[Row, ...]
    entries: tuple[Entry, ...]


_latest: Sheet = Sheet((), ())


def sheet() -> Sheet:
    """What all tags say now. One query while nothing changed."""
    global _latest
    for _attempt in range(membership.ATTEMPTS):
        rows = _rows()
        kept = _latest
        if kept.rows == rows:
            return kept
        if (made := _made(rows)) is not None:
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


def _made(rows: tuple[Row, ...]) -> Sheet | None:
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
    return Sheet(rows, tuple(sorted(entries, key=_order)))


def _order(entry: Entry) -> tuple[int, str]:
    """As tags are ordered everywhere; those without a category come first."""
    category = entry.tag.category
    return (-1 if category is None else category.position, entry.tag.slug)

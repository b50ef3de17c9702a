"""All that tags say of customers, laid out to be asked about one customer after the other.

A process keeps the latest sheet. Whether it still holds is told by one query a question, over everything
that is shown: which run of which tag is in use, names, categories, the version in force.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import FilteredRelation, Q
from pyroaring import BitMap

from . import membership
from .labels import ValueNames, VersionKey, published_mark, value_names
from .models import Tag, TagRun, VersionState
from .rules.catalog import NUMERIC
from .states import is_expired


class Row(NamedTuple):
    """What an entry depends on, as the database has it."""

    tag: int
    run: int
    claim: str
    valid_days: int | None
    names: tuple[str, ...]
    category: tuple[Any, ...]
    version: VersionKey | None


@dataclass(frozen=True)
class Entry:
    """One tag with a result in use. `tag` comes with its category; `numbers` as that kind has them."""

    tag: Tag
    as_of: datetime
    values: tuple[tuple[str, BitMap], ...]
    key: membership.RunKey
    names: ValueNames

    @property
    def has_numbers(self) -> bool:
        return self.tag.kind in NUMERIC

    def values_of(self, customer_id: int, at: datetime) -> tuple[str, ...]:
        """Which values a customer has of it; none once it has expired."""
        if self.tag.valid_days is not None and is_expired(self.as_of, self.tag.valid_days, at):
            return ()
        return tuple([value for value, members in self.values if customer_id in members])


@dataclass(frozen=True)
class Sheet:
    rows: tuple[tuple[Any, ...], ...]
    entries: tuple[Entry, ...]


SHOWN = (
    *("pk", "run_id", "run__claim", "valid_days", "slug", "kind"),
    *("name_zh_hans", "name_zh_hant", "name_en"),
    *("category_id", "category__slug", "category__position"),
    *("category__name_zh_hans", "category__name_zh_hant", "category__name_en"),
)

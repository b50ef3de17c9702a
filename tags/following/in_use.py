"""What is in use of a few customers: the runs' results, and over them what was found of these customers since."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pyarrow as pa
from django.db.models import F, QuerySet
from pyroaring import BitMap

from cdp.bitmaps import ids_of_bitmap
from cdp.store.bulk import among
from tags import membership
from tags.models import LiveTag, Tag
from tags.tables import NUMBERS


def live_rows(customers: BitMap) -> QuerySet[LiveTag]:
    """What was found of these customers since the runs in use."""
    where, value = among("tags_livetag.customer_id", [int(one) for one in customers])
    newer = LiveTag.objects.extra(where=[where], params=[value])
    return newer.filter(as_of__gt=F("tag__run__as_of")).select_related("tag")


class TagsInUse:
    """Of the customers who are followed; segments and lists are told by `segments` of the storey above."""

    def __init__(self, customers: BitMap, at: datetime) -> None:
        self.customers, self.at = customers, at
        self.rows: dict[str, list[LiveTag]] = {}
        for row in live_rows(customers):
            self.rows.setdefault(row.tag.slug, []).append(row)
        self._held: dict[str, membership.Held] = {}

    def read(self, slugs: set[str]) -> None:
        """The results of these tags at once, in as few queries as can be."""
        self._held |= membership.current(slugs - self._held.keys(), self.at)

    def tag_values(self, slug: str) -> Mapping[str, BitMap]:
        self.read({slug})
        held = self._held.get(slug)
        found = {value: who & self.customers for value, who in held.values.items()} if held else {}
        rows = self.rows.get(slug, ())
        known = BitMap([row.customer_id for row in rows])
        found = {value: who - known for value, who in found.items()}
        for row in rows:
            for value in row.values:
                found.setdefault(value, BitMap()).add(row.customer_id)
        return found

    def tag_numbers(self, slug: str) -> pa.Table | None:
        self.read({slug})
        held = self._held.get(slug)
        found = membership.numbers([held]).get(held.key) if held else None
        rows = self.rows.get(slug, ())
        if found is None and not any(row.number is not None for row in rows):
            return None
        table = NUMBERS.empty_table() if found is None else found.table
        ids = table["customer_id"].to_numpy()
        mine = np.isin(ids, ids_of_bitmap(self.customers - BitMap([row.customer_id for row in rows])))
        numbers = dict(zip(ids[mine].tolist(), table["value"].to_numpy()[mine].tolist(), strict=True))
        numbers |= {row.customer_id: row.number for row in rows if row.number is not None}
        rising = sorted(numbers)
        return pa.table({"customer_id": rising, "value": [numbers[one] for one in rising]}, schema=NUMBERS)


def tags_of_slugs(slugs: set[str]) -> dict[str, int]:
    return dict(Tag.objects.filter(slug__in=slugs).values_list("slug", "pk"))

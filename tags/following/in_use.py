"""What is in use of a few customers: the runs' results, and over them what was found of these customers since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
from django.db.models import F
from pyroaring import BitMap

from cdp.bitmaps import ids_of_bitmap
from cdp.store.bulk import among
from tags import membership
from tags.models import LiveTag
from tags.tables import NUMBERS


@dataclass(frozen=True)
class Live:
    """What was found of one customer since the run in use."""

    values: list[str]
    number: float | None


Rows = Mapping[int, Live]


def live_rows(customers: BitMap) -> dict[str, dict[int, Live]]:
    """Tag slug → customer → what was found since the run in use."""
    where, value = among("tags_livetag.customer_id", [int(one) for one in customers])
    newer = LiveTag.objects.filter(as_of__gt=F("tag__run__as_of")).extra(where=[where], params=[value])
    found: dict[str, dict[int, Live]] = {}
    for slug, customer, values, number in newer.values_list("tag__slug", "customer_id", "values", "number"):
        found.setdefault(slug, {})[customer] = Live(values, number)
    return found


class TagsInUse:
    """Of the customers who are followed; segments and lists are told by the storey above."""

    def __init__(self, customers: BitMap, at: datetime) -> None:
        self.customers, self.at = customers, at
        self._rows = live_rows(customers)
        self._held: dict[str, membership.Held] = {}
        self._read: set[str] = set()

    def read(self, slugs: set[str]) -> None:
        """The results of these tags at once, in as few queries as can be."""
        if missing := slugs - self._read:
            self._held |= membership.current(missing, self.at)
            self._read |= missing

    def rows(self, slug: str) -> Rows:
        return self._rows.get(slug, {})

    def tag_values(self, slug: str) -> Mapping[str, BitMap]:
        self.read({slug})
        held, rows = self._held.get(slug), self.rows(slug)
        others = self.customers - BitMap(rows)
        found = {value: who & others for value, who in held.values.items()} if held else {}
        for customer, row in rows.items():
            for value in row.values:
                found.setdefault(value, BitMap()).add(customer)
        return found

    def tag_numbers(self, slug: str) -> pa.Table | None:
        self.read({slug})
        held, rows = self._held.get(slug), self.rows(slug)
        found = membership.numbers([held]).get(held.key) if held else None
        if found is None and all(row.number is None for row in rows.values()):
            return None
        table = NUMBERS.empty_table() if found is None else found.table
        ids = table["customer_id"].to_numpy()
        mine = np.isin(ids, ids_of_bitmap(self.customers - BitMap(rows)))
        numbers = dict(zip(ids[mine].tolist(), table["value"].to_numpy()[mine].tolist(), strict=True))
        numbers |= {customer: row.number for customer, row in rows.items() if row.number is not None}
        rising = sorted(numbers)
        return pa.table({"customer_id": rising, "value": [numbers[one] for one in rising]}, schema=NUMBERS)

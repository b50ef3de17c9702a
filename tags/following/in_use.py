"""What is in use of a few customers: the runs' results, and over them what was found of these customers since."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import numpy as np
import pyarrow as pa
from django.db.models import F
from pyroaring import BitMap

from cdp.bitmaps import ids_of_bitmap
from cdp.store.bulk import among
from tags import membership
from tags.kinds import Result
from tags.models import LiveTag, Tag
from tags.tables import NUMBERS

from .numbers import Numbers, numbers_read


def values_read(customers: Iterable[int]) -> dict[str, dict[int, list[str]]]:
    """Tag slug → customer → the values found since the run in use."""
    where, value = among("tags_livetag.customer_id", [int(one) for one in customers])
    newer = LiveTag.objects.filter(as_of__gt=F("tag__run__as_of")).extra(where=[where], params=[value])
    found: dict[str, dict[int, list[str]]] = {}
    for slug, customer, values in newer.values_list("tag__slug", "customer_id", "values"):
        found.setdefault(slug, {})[customer] = values
    return found


class TagsInUse:
    """Of the customers who are followed; segments and lists are told by the storey above. `numbers` are all that is
    kept of them, by customer."""

    def __init__(self, customers: BitMap, at: datetime) -> None:
        self.customers, self.at = customers, at
        self.numbers: dict[int, Numbers] = numbers_read([*customers])
        self._values = values_read(customers)
        self._held: dict[str, membership.Held] = {}
        self._read: set[str] = set()

    def read(self, slugs: set[str]) -> None:
        """The results of these tags at once, in as few queries as can be."""
        if missing := slugs - self._read:
            self._held |= membership.current(missing, self.at)
            self._read |= missing

    def tag_values(self, slug: str) -> Mapping[str, BitMap]:
        self.read({slug})
        held, rows = self._held.get(slug), self._values.get(slug, {})
        others = self.customers - BitMap(rows)
        found = {value: who & others for value, who in held.values.items()} if held else {}
        for customer, values in rows.items():
            for value in values:
                found.setdefault(value, BitMap()).add(customer)
        return found

    def of_run(self, slug: str) -> Result:
        """What the run in use says of these customers, whatever was found of them since."""
        self.read({slug})
        if (held := self._held.get(slug)) is None:
            return Result({})
        found = membership.numbers([held]).get(held.key)
        values = {value: who & self.customers for value, who in held.values.items()}
        return Result(values, None if found is None else found.table)

    def tag_numbers(self, slug: str) -> pa.Table | None:
        self.read({slug})
        held = self._held.get(slug)
        found = membership.numbers([held]).get(held.key) if held else None
        since = self._numbers_since(slug)
        if found is None and all(number is None for number in since.values()):
            return None
        table = NUMBERS.empty_table() if found is None else found.table
        ids = table["customer_id"].to_numpy()
        mine = np.isin(ids, ids_of_bitmap(self.customers - BitMap(since)))
        numbers = dict(zip(ids[mine].tolist(), table["value"].to_numpy()[mine].tolist(), strict=True))
        numbers |= {customer: number for customer, number in since.items() if number is not None}
        rising = sorted(numbers)
        return pa.table({"customer_id": rising, "value": [numbers[one] for one in rising]}, schema=NUMBERS)

    def _numbers_since(self, slug: str) -> dict[int, float | None]:
        tag = Tag.objects.filter(slug=slug, run__isnull=False).values_list("pk", "run__as_of").first()
        if tag is None or tag[1] is None:
            return {}
        told = {customer: numbers.since(tag[0], tag[1]) for customer, numbers in self.numbers.items()}
        return {customer: found.number for customer, found in told.items() if found is not None}

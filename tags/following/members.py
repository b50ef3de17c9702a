"""What rules see of tags, segments and lists while a few customers are followed: what was found of them just now,
or else what is in use. All of it by the numbers that customers have in their small lake.
"""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids, ids_of_bitmap
from tags.membership import ANY


class InUse(Protocol):
    """What is in use of the customers who are followed, by their ids."""

    def tag_values(self, slug: str) -> Mapping[str, BitMap]: ...

    def tag_numbers(self, slug: str) -> pa.Table | None: ...

    def segment(self, slug: str) -> BitMap: ...

    def list(self, slug: str) -> BitMap: ...


class NumberedMembers:
    """`customers` are the ids of the numbers 0, 1, 2, … in rising order."""

    def __init__(self, customers: np.ndarray, in_use: InUse) -> None:
        self.customers, self.in_use = customers, in_use
        self.values: dict[str, Mapping[str, BitMap]] = {}
        self.numbers: dict[str, pa.Table | None] = {}
        self.segments: dict[str, BitMap] = {}

    def tag_values(self, slug: str) -> Mapping[str, BitMap]:
        if slug not in self.values:
            found = self.in_use.tag_values(slug)
            self.values[slug] = {value: self.numbered(who) for value, who in found.items()}
        return {value: who for value, who in self.values[slug].items() if value != ANY}

    def tag_numbers(self, slug: str) -> pa.Table | None:
        if slug not in self.numbers:
            found = self.in_use.tag_numbers(slug)
            self.numbers[slug] = None if found is None else self.numbered_table(found)
        return self.numbers[slug]

    def segment(self, slug: str) -> BitMap:
        if slug not in self.segments:
            self.segments[slug] = self.numbered(self.in_use.segment(slug))
        return self.segments[slug]

    def list(self, slug: str) -> BitMap:
        return self.numbered(self.in_use.list(slug))

    def numbered(self, who: BitMap) -> BitMap:
        """Those of the customers who are followed, by number."""
        return bitmap_of_ids(np.flatnonzero(np.isin(self.customers, ids_of_bitmap(who))))

    def ids(self, numbers: BitMap) -> BitMap:
        return bitmap_of_ids(self.customers[ids_of_bitmap(numbers)])

    def numbered_table(self, table: pa.Table) -> pa.Table:
        ids = table["customer_id"].to_numpy()
        kept = np.isin(ids, self.customers)
        numbers = np.searchsorted(self.customers, ids[kept]).astype(np.uint32)
        return pa.table({"customer_id": numbers, "value": table["value"].to_numpy()[kept]})

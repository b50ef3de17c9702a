"""The numbers of tags in storage, read: a whole table, and what became other since as a small one
(`tags.measurements_put`)."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
from django.db.models import QuerySet

from .models import Measurement
from .packed import Stored, stored, unpack
from .tables import patched, table_read


def measurement_table(row: Measurement) -> pa.Table:
    """The numbers of a measurement whose base is at hand."""
    base = unpack(row.base.table).table()
    return base if row.patch is None else patched(base, table_read(row.patch))


@dataclass(frozen=True)
class OneByOne:
    """The numbers of a run, to be asked about one customer after the other: as they are stored, with what became
    other since (`patch`, of NUMBERS; null for those who have none any more) beside them."""

    key: tuple[int, str]
    base: Stored
    patch: pa.Table | None
    details: pa.Table | None

    def of(self, customer_id: int) -> float | None:
        if self.patch is not None and (place := _place(self.patch, customer_id)) is not None:
            return self.patch["value"][place].as_py()
        return self.base.of(customer_id)

    def details_of(self, customer_id: int) -> dict[str, Any] | None:
        """A customer's row of what the kind of tag keeps beside its numbers."""
        if self.details is None or (place := _place(self.details, customer_id)) is None:
            return None
        return self.details.slice(place, 1).to_pylist()[0]

    @cached_property
    def bytes(self) -> int:
        return self.base.bytes + sum(table.nbytes for table in (self.patch, self.details) if table is not None)


def measurement_one_by_one(key: tuple[int, str], row: Measurement) -> OneByOne:
    """Of a measurement whose base is at hand, for a run and its claim."""
    patch = None if row.patch is None else table_read(row.patch)
    return OneByOne(key, stored(row.base.table), patch, measurement_details(row))


def _place(table: pa.Table, customer_id: int) -> int | None:
    """Where a customer is in a table that rises by `customer_id`."""
    ids = table["customer_id"].to_numpy()
    # Looked for as their own type: otherwise all of them are turned into Python's wider one first.
    place = int(ids.searchsorted(ids.dtype.type(customer_id)))
    return place if place < len(ids) and ids[place] == customer_id else None


def measurement_details(row: Measurement) -> pa.Table | None:
    return None if row.base.details is None else table_read(row.base.details)


def measurements_with_base() -> QuerySet[Measurement]:
    return Measurement.objects.select_related("base")

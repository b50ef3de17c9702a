"""The numbers of tags in storage, read: a whole table, and what became other since as a small one
(`tags.measurements_put`)."""

import pyarrow as pa
from django.db.models import QuerySet

from .models import Measurement
from .packed import unpack
from .tables import patched, table_read


def measurement_table(row: Measurement) -> pa.Table:
    """The numbers of a measurement whose base is at hand."""
    base = unpack(row.base.table).table()
    return base if row.patch is None else patched(base, table_read(row.patch))


def measurement_details(row: Measurement) -> pa.Table | None:
    return None if row.base.details is None else table_read(row.base.details)


def measurements_with_base() -> QuerySet[Measurement]:
    return Measurement.objects.select_related("base")

"""The numbers of tags in storage: a whole table now and then, and what became other since as a small one."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import QuerySet

from .models import Measurement, MeasurementBase, Tag, TagRun
from .tables import difference, numbers_only, patched, table_read, table_write

# A patch longer than this share of the whole is not worth keeping apart: each reader works it in anew.
MOST_PATCHED = 1 / 8


def measurement_table(row: Measurement) -> pa.Table:
    """The numbers of a measurement whose base is at hand."""
    base = table_read(row.base.table)
    return base if row.patch is None else patched(base, table_read(row.patch))


def measurement_details(row: Measurement) -> pa.Table | None:
    return None if row.base.details is None else table_read(row.base.details)


def measurements_with_base() -> QuerySet[Measurement]:
    return Measurement.objects.select_related("base")


def measurements_of(versions: Iterable[int]) -> dict[int, Measurement]:
    """Version → its numbers in storage, without reading them. One query."""
    return {row.version_id: row for row in Measurement.objects.filter(version__in=list(versions))}


def measurement_write(
    run: TagRun, tag: Tag, row: Measurement | None, found: pa.Table | None, details: pa.Table | None
) -> None:
    """Put numbers (None: there are none) and details in the place of those of before: of `row` where that is of
    the same version."""
    if found is None or row is None:
        Measurement.objects.filter(version__tag=tag).delete()
    if found is None:
        return
    numbers = numbers_only(found)
    if row is None:
        row = Measurement.objects.create(version=run.version, run=run)
        _base_write(row, numbers, details)
        return
    patch = _patch(row, numbers, details)
    if patch is None:
        MeasurementBase.objects.filter(measurement=row).delete()
        _base_write(row, numbers, details)
    _row_write(row, run, patch)


def measurement_patch(run: TagRun, row: Measurement, patch: pa.Table) -> pa.Table:
    """Put the numbers there are, with some of them replaced, in their place; gives all of them."""
    if row.patch is not None:
        earlier = table_read(row.patch)
        others = pc.invert(pc.is_in(earlier["customer_id"], value_set=patch["customer_id"]))
        patch = pa.concat_tables([earlier.filter(others), patch]).sort_by("customer_id")
    numbers = patched(table_read(row.base.table), patch)
    if len(patch) > MOST_PATCHED * len(numbers):
        MeasurementBase.objects.filter(measurement=row).delete()
        _base_write(row, numbers, None)
        patch = patch.slice(0, 0)
    _row_write(row, run, patch)
    return numbers


def _row_write(row: Measurement, run: TagRun, patch: pa.Table | None) -> None:
    row.run, row.patch = run, table_write(patch) if patch else None
    row.save(update_fields=["run", "patch"])


def _patch(row: Measurement, numbers: pa.Table, details: pa.Table | None) -> pa.Table | None:
    """What makes the numbers out of the stored ones; None where those are better replaced as a whole."""
    if details != measurement_details(row):
        return None
    found = difference(table_read(row.base.table), numbers)
    return found if len(found) <= MOST_PATCHED * len(numbers) else None


def _base_write(row: Measurement, numbers: pa.Table, details: pa.Table | None) -> None:
    MeasurementBase.objects.create(
        measurement=row,
        table=table_write(numbers),
        details=None if details is None else table_write(details),
    )

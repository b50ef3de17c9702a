"""The numbers of tags put in the place of those of before, those of many runs with a few statements: a whole table
now and then, and what became other since as a small one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa
from django.db.models import F

from cdp.store.bulk import rows_update

from .kinds.base import Patch, Result
from .measurements import measurement_details, measurements_with_base
from .models import Measurement, MeasurementBase, TagRun
from .packed import Packed, pack, unpack
from .spread import Spread, quartiles_of, spread_of, spread_read
from .tables import difference, later, numbers_only, patched, table_read, table_write

# A patch longer than this share of the whole is not worth keeping apart: each reader works it in anew.
MOST_PATCHED = 1 / 8


@dataclass(frozen=True)
class Whole:
    """Numbers to be kept as they are."""

    packed: Packed
    details: pa.Table | None
    spread: Spread


@dataclass(frozen=True)
class Patched:
    """Numbers to be kept as what there is and a `patch` of it; `spread` where that is known."""

    base: Packed
    patch: pa.Table
    spread: Spread | None


def measurements_put(found: Sequence[tuple[TagRun, Result]]) -> dict[int, list[float]]:
    """Run → the quartiles of its numbers, of those that have some. The runs are of different tags."""
    rows = _rows_by_tag([run for run, _result in found])
    written: list[tuple[TagRun, Measurement | None, Whole | Patched]] = []
    over: list[Measurement] = []
    for run, result in found:
        row = rows.get(run.version.tag_id)
        if row is not None and (row.version_id != run.version_id or not _has_numbers(result)):
            over.append(row)
            row = None
        if _has_numbers(result):
            written.append((run, row, _stored(row, result)))
    if over:
        Measurement.objects.filter(pk__in=[row.pk for row in over]).delete()
    _rows_write(written)
    return {run.pk: _quartiles(stored) for run, _row, stored in written}


def _has_numbers(result: Result) -> bool:
    return result.numbers is not None or result.patch is not None


def _rows_by_tag(runs: Iterable[TagRun]) -> dict[int, Measurement]:
    rows = measurements_with_base().filter(version__tag__in=[run.version.tag_id for run in runs])
    return {row.tag_id: row for row in rows.annotate(tag_id=F("version__tag_id"))}


def _stored(row: Measurement | None, result: Result) -> Whole | Patched:
    if result.patch is not None:
        return _patched(row, result.patch)
    assert result.numbers is not None
    numbers = numbers_only(result.numbers)
    if row is None or result.details != measurement_details(row):
        return _whole(numbers, result.details)
    base = unpack(row.base.table)
    patch = difference(base.table(), numbers)
    if _is_long(patch, len(numbers)):
        return _whole(numbers, result.details)
    return _settled(row, base, patch)


def _patched(row: Measurement | None, patch: Patch) -> Whole | Patched:
    if row is None or row.run_id != patch.run:
        raise RuntimeError("the numbers to patch were replaced meanwhile")
    base, changes = unpack(row.base.table), patch.numbers
    if row.patch is not None:
        changes = later(table_read(row.patch), changes)
    found = _settled(row, base, changes)
    return _whole(patched(base.table(), found.patch), None) if _is_long(found.patch, len(base.ids)) else found


def _is_long(patch: pa.Table, whole: int) -> bool:
    return len(patch) > MOST_PATCHED * whole


def _settled(row: Measurement, base: Packed, patch: pa.Table) -> Patched:
    """Without what is no change."""
    now, is_now = patch["value"].to_numpy(zero_copy_only=False), patch["value"].is_valid().to_numpy()
    before, was = base.of(patch["customer_id"].to_numpy())
    other = (was != is_now) | (was & (before != now))
    spread = None if row.base.spread is None else spread_read(row.base.spread)
    if spread is not None:
        spread = spread.changed(before[was & other], now[is_now & other])
    return Patched(base, patch.filter(pa.array(other)), spread)


def _whole(numbers: pa.Table, details: pa.Table | None) -> Whole:
    packed = pack(numbers)
    return Whole(packed, details, spread_of(packed))


def _quartiles(stored: Whole | Patched) -> list[float]:
    found = stored.spread.quartiles() if stored.spread is not None else None
    if found is None:
        numbers = (
            patched(stored.base.table(), stored.patch) if isinstance(stored, Patched) else stored.packed.table()
        )
        return quartiles_of(numbers)
    return found


def _rows_write(written: Sequence[tuple[TagRun, Measurement | None, Whole | Patched]]) -> None:
    anew = [row.pk for _run, row, stored in written if row is not None and isinstance(stored, Whole)]
    if anew:
        MeasurementBase.objects.filter(measurement__in=anew).delete()
    patches = [(row.pk, run.pk, _blob(stored)) for run, row, stored in written if row is not None]
    columns = zip(*patches, strict=True) if patches else ((), (), ())
    types = {"id": pa.int64(), "run_id": pa.int64(), "patch": pa.binary()}
    rows_update(
        Measurement, pa.table({n: pa.array(c, t) for (n, t), c in zip(types.items(), columns, strict=True)})
    )
    new = [Measurement(version=run.version, run=run) for run, row, _stored in written if row is None]
    made = iter(Measurement.objects.bulk_create(new))
    rows = [(row or next(made), stored) for _run, row, stored in written]
    MeasurementBase.objects.bulk_create(_base(row, stored) for row, stored in rows if isinstance(stored, Whole))


def _blob(stored: Whole | Patched) -> bytes | None:
    return table_write(stored.patch) if isinstance(stored, Patched) and len(stored.patch) else None


def _base(row: Measurement, stored: Whole) -> MeasurementBase:
    return MeasurementBase(
        measurement=row,
        table=stored.packed.write(),
        details=None if stored.details is None else table_write(stored.details),
        spread=stored.spread.write(),
    )

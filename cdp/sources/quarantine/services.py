"""What a steward does with rows in quarantine: mend cells, leave rows out, have the mended ones loaded."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from cdp.errors import N_, user_error
from cdp.ledger.services import job_run, job_send

from .. import loading
from ..models import Load, LoadStage, RefusedKind, RefusedRow
from .checking import rows_check, shape_of
from .keeping import BLOCK, Kinds
from .selectors import open_rows, ready_rows

Person = User | None
Fixes = Mapping[int, str]
LONGEST = 10_000


def refused_rows_fix(*, fixes: Sequence[tuple[RefusedRow, Fixes]], by: Person) -> int:
    """Write texts (place → text) into cells of open rows and check every row at once. Returns how many of them
    can be loaded now. Rows of several loads may be given, each once."""
    ready = 0
    in_order = sorted(fixes, key=lambda one: (one[0].load_id, one[0].row))
    for _load, group in groupby(in_order, key=lambda one: one[0].load_id):
        ready += _fix(list(group), by)
    return ready


def _fix(fixes: Sequence[tuple[RefusedRow, Fixes]], by: Person) -> int:
    load = fixes[0][0].load
    shape = shape_of(load)
    for row, given in fixes:
        _write(row, given)
    rows = [row for row, _given in fixes]
    kinds = Kinds(load, shape.columns)
    for row, found in zip(rows, rows_check(load, shape, [row.text() for row in rows]), strict=True):
        for name, value in kinds.of(found, row.text()).items():
            setattr(row, name, value)
        row.changed_by, row.changed_at = by, timezone.now()
    fields = ["fixes", "kind", "kinds", "value", "changed_by", "changed_at"]
    RefusedRow.objects.bulk_update(rows, fields, batch_size=500)
    return sum(row.kind_id is None for row in rows)


def _write(row: RefusedRow, given: Fixes) -> None:
    """A cell that says again what the file says is mended no more."""
    for place, text in given.items():
        if not 0 <= place < len(row.cells):
            continue
        row.fixes.pop(str(place), None)
        if text != row.cells[place]:
            row.fixes[str(place)] = text[:LONGEST]


def refused_value_replace(*, kind: RefusedKind, value: str, text: str, by: Person) -> tuple[int, int]:
    """The same text for every open row of this kind that has this value. Returns (rows mended, rows ready)."""
    place = kind.place
    if place is None:
        raise user_error(
            N_("This reason is about the row as a whole, so there is no one cell to replace"),
            N_("Mend the rows one by one, or in the workbook"),
        )
    same = list(open_rows().filter(kind=kind, value=value).select_related("load__source", "load__upload"))
    ready = 0
    for start in range(0, len(same), BLOCK):
        ready += refused_rows_fix(fixes=[(row, {place: text}) for row in same[start : start + BLOCK]], by=by)
    return len(same), ready


def refused_rows_dismiss(
    *, load: Load, reason: str, by: Person, row: int | None = None, kind: int | None = None
) -> int:
    """Leave one row, or all of one kind, out for good, with the reason why. Returns how many."""
    if not reason.strip():
        raise user_error(N_("Say why these rows are left out"), N_("A few words are enough, such as: test orders"))
    chosen = open_rows().filter(load=load)
    chosen = chosen.filter(row=row) if row is not None else chosen.filter(kind=kind)
    # Not every database updates what it joins.
    rows = RefusedRow.objects.filter(pk__in=list(chosen.values_list("pk", flat=True)))
    return rows.update(dismissed=reason.strip()[:200], changed_by=by, changed_at=timezone.now())


def refused_rows_restore(*, load: Load, by: Person, row: int | None = None) -> int:
    """Take rows back that were left out. Returns how many."""
    rows = load.refused_rows.exclude(dismissed="")
    rows = rows if row is None else rows.filter(row=row)
    return rows.update(dismissed="", changed_by=by, changed_at=timezone.now())


def refused_retry(*, load: Load, by: Person) -> Load:
    """Ask for a load of the rows of `load` that were mended. Raises `UserError` when there are none."""
    return job_send(_retry(load, by))


def refused_retry_now(*, load: Load, by: Person) -> Load:
    """The same, done here and now, for a command."""
    retry = _retry(load, by)
    job_run(Load, retry.pk, loading.run)
    retry.refresh_from_db()
    return retry


def _retry(load: Load, by: Person) -> Load:
    with transaction.atomic():
        root = Load.objects.select_for_update().get(pk=load.pk)
        ready = list(ready_rows().filter(load=root).values_list("pk", flat=True))
        if not ready:
            raise user_error(
                N_("No row is mended yet, so there is nothing to load"),
                N_("Correct the marked cells first"),
            )
        retry = Load.objects.create(
            source=root.source,
            upload=root.upload,
            mapping=root.mapping,
            stage=LoadStage.WRITE,
            retry_of=root,
            requested_by=by,
            trigger="person" if by else "command",
            language=get_language() or "",
        )
        for start in range(0, len(ready), BLOCK):
            RefusedRow.objects.filter(pk__in=ready[start : start + BLOCK]).update(retry=retry)
        return retry

"""Rows in quarantine as a workbook, and the corrected workbook back: every row is known by its own number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User

from cdp.engine import workspace
from cdp.errors import Problem

from ..models import Load, RefusedRow, Upload
from ..readers import files
from ..readers.shape import Shape
from ..rejects import KNOWN_BY, Refusal, rejects_write
from .checking import shape_of
from .keeping import BLOCK
from .selectors import open_rows
from .services import refused_rows_fix

_NUMBER = re.compile(r"(\d{1,18}):(\d{1,10})")


@dataclass(frozen=True)
class Corrected:
    """What came back: rows that were changed, how many of those can be loaded now, rows that are as they were, and
    rows that do not wait (any more). `loads` are the loads they are of."""

    changed: int
    ready: int
    same: int
    unknown: int
    loads: frozenset[int]


def is_corrected(shape: Shape) -> bool:
    return KNOWN_BY in shape.columns


def refused_workbook_write(*, load: Load, path: Path) -> None:
    """The open rows of a load as they are now, in the active language."""
    kinds = {kind.pk: (kind.column, Problem.from_json(kind.problem)) for kind in load.refused_kinds.all()}
    rows = open_rows().filter(load=load).order_by("row").iterator(BLOCK)
    lines = (Refusal(row.row, row.text(), [kinds[pk] for pk in row.kinds]) for row in rows)
    rejects_write(path, shape_of(load).columns, lines, load.pk)


def refused_workbook_read(*, upload: Upload, by: User | None) -> Corrected:
    """Mend rows by what a corrected workbook says of them. Columns are found by their header, in any order; rows
    by their number, so a row is never doubled."""
    given = _cells(upload)
    changed: list[tuple[RefusedRow, dict[int, str]]] = []
    known: set[tuple[int, int]] = set()
    ready = 0
    places: dict[int, dict[str, int]] = {}
    for row in _open(given):
        known.add((row.load_id, row.row))
        columns = places.setdefault(row.load_id, _places(row.load))
        fixes = _differences(row, columns, given[row.load_id, row.row])
        changed += [(row, fixes)] if fixes else []
    for start in range(0, len(changed), BLOCK):
        ready += refused_rows_fix(fixes=changed[start : start + BLOCK], by=by)
    same, unknown = len(known) - len(changed), len(given) - len(known)
    return Corrected(len(changed), ready, same, unknown, frozenset(load for load, _row in known))


def _cells(upload: Upload) -> Mapping[tuple[int, int], Mapping[str, str]]:
    """(load, row) → header → text. Of a number that is there twice the last counts."""
    path = Path(upload.file.path)
    shape = files.look(path, upload.sheet)
    with workspace() as connection:
        files.stage(connection, path, shape)
        rows: list[Any] = connection.execute("SELECT * EXCLUDE (overflow) FROM raw ORDER BY rowid").fetchall()
    found: dict[tuple[int, int], Mapping[str, str]] = {}
    for row in rows:
        texts = {column: text or "" for column, text in zip(shape.columns, row, strict=True)}
        if number := _NUMBER.fullmatch(texts.pop(KNOWN_BY).strip()):
            found[int(number[1]), int(number[2])] = texts
    return found


def _open(given: Mapping[tuple[int, int], Any]) -> list[RefusedRow]:
    wanted = open_rows().filter(load__in={load for load, _row in given})
    rows = wanted.select_related("load__source", "load__upload").order_by("load", "row")
    return [row for row in rows if (row.load_id, row.row) in given]


def _places(load: Load) -> dict[str, int]:
    return {column: place for place, column in enumerate(shape_of(load).columns)}


def _differences(row: RefusedRow, places: Mapping[str, int], texts: Mapping[str, str]) -> dict[int, str]:
    """What differs from the cells as they are now. A column that was removed says nothing."""
    now = row.text()
    return {place: texts[column] for column, place in places.items() if texts.get(column, now[place]) != now[place]}

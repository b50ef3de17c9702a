"""Refused rows of a load become rows in quarantine."""

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from cdp.errors import Problem

from ..models import Load, RefusedKind, RefusedRow
from ..rejects import Refusal

BLOCK = 2_000
SHOWN = 200


class Kinds:
    """The kinds of problems of a load, made as they are met."""

    def __init__(self, load: Load, columns: Sequence[str]):
        self.load, self.columns = load, columns
        self.known = {_key(kind.column, kind.problem): kind for kind in load.refused_kinds.all()}

    def of(self, problems: Sequence[tuple[str, Problem]], cells: Sequence[str]) -> dict[str, Any]:
        """What a row with these problems says of them: its fields kind, kinds and value."""
        kinds = [self._kind(column, problem) for column, problem in problems]
        first = kinds[0] if kinds else None
        value = cells[first.place][:SHOWN] if first and first.place is not None else ""
        return {"kind": first, "kinds": [kind.pk for kind in kinds], "value": value}

    def _kind(self, column: str, problem: Problem) -> RefusedKind:
        key = _key(column, problem.as_json())
        if key not in self.known:
            place = self.columns.index(column) if column in self.columns else None
            self.known[key] = RefusedKind.objects.create(
                load=self.load, column=column[:255], place=place, problem=problem.as_json()
            )
        return self.known[key]


def refused_keep(*, load: Load, columns: Sequence[str], found: Iterable[Refusal]) -> None:
    """Everything a load refused, block by block; what an earlier try of it kept is dropped."""
    load.refused_rows.all().delete()
    kinds, rest = Kinds(load, columns), iter(found)
    while block := list(islice(rest, BLOCK)):
        RefusedRow.objects.bulk_create(
            RefusedRow(load=load, row=one.row, cells=list(one.cells), **kinds.of(one.problems, one.cells))
            for one in block
        )


def refused_again(*, retry: Load, columns: Sequence[str], found: Iterable[Refusal]) -> None:
    """Rows that a retry refused once more wait again, with what is wrong now."""
    root = retry.retry_of
    assert root is not None
    kinds = Kinds(root, columns)
    for one in found:
        root.refused_rows.filter(row=one.row).update(retry=None, **kinds.of(one.problems, one.cells))


def _key(column: str, problem: dict[str, Any]) -> tuple[str, str]:
    return column, json.dumps(problem, sort_keys=True, ensure_ascii=False)

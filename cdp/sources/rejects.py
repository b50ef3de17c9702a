"""Refused rows as a workbook people correct and load again: every cell as text, so nothing in it can run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from rustpy_xlsxwriter import FastExcel

from cdp.errors import Problem

from .staging import ROW_REASONS, Staged

MOST_ROWS = 1_000_000
_MOST_SIGNS = 32_000
_BLOCK = 10_000


def write_rejects(connection: Any, staged: Staged, path: Path) -> None:
    """The original columns, then row number, column, reason and what to do, in the active language."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = _rows(connection, staged)
    FastExcel(str(path)).format(bold_headers=True).sheet(_("Refused rows"), rows).save()


def _rows(connection: Any, staged: Staged) -> Iterator[dict[str, Any]]:
    shape, reasons = staged.plan.shape, _reasons(staged)
    extra = _unlike(shape.columns, (_("row"), _("column"), _("what is wrong"), _("what to do")))
    cells = ", ".join(f"raw.c{index}" for index in range(len(shape.columns)))
    numbers = ", ".join(f"clean.{name}" for name in reasons)
    # The writer takes rows from a generator, so the answer streams.
    answer = connection.execute(
        f"SELECT clean.row, {cells}, {numbers} FROM clean"
        f" JOIN raw ON raw.rowid = clean.row - {shape.first_data_row} WHERE refused ORDER BY clean.row"
        f" LIMIT {MOST_ROWS}"
    )
    while block := answer.fetchmany(_BLOCK):
        for row in block:
            original = [(text or "")[:_MOST_SIGNS] for text in row[1 : 1 + len(shape.columns)]]
            found = [
                (column, staged.reasons[number - 1])
                for column, number in zip(reasons.values(), row[1 + len(shape.columns) :], strict=True)
                if number
            ]
            yield dict(zip(shape.columns, original, strict=True)) | dict(
                zip(extra, (row[0], *_told(found)), strict=True)
            )


def _reasons(staged: Staged) -> dict[str, str]:
    """Column of reasons in the workspace → column of the file ("" for the row as a whole)."""
    by_cell = {target.reason: target.column for target in staged.refusing}
    return by_cell | {name: staged.row_columns.get(name, "") for name in ROW_REASONS if name in staged.row_columns}


def _told(found: list[tuple[str, Problem]]) -> tuple[str, str, str]:
    columns = "; ".join(dict.fromkeys(column for column, _reason in found if column))
    messages = dict.fromkeys(_(reason.message) % reason.params for _column, reason in found)
    hints = dict.fromkeys(_(reason.hint) % reason.params for _column, reason in found)
    return columns, "; ".join(messages), "; ".join(hints)


def _unlike(taken: tuple[str, ...], names: tuple[str, ...]) -> list[str]:
    return [f"{name} *" if name in taken else name for name in names]

"""Refused rows as a workbook people correct and load again: every cell as text, so nothing in it can run."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from rustpy_xlsxwriter import FastExcel

from cdp.errors import Problem

from .staging import ROW_REASONS, Staged

MOST_ROWS = 1_000_000
# The column by which a row is known again; the same in every language.
KNOWN_BY = "quanxi:row"
_MOST_SIGNS = 32_000
_BLOCK = 10_000


@dataclass(frozen=True)
class Refusal:
    """A refused row: its number in the file, its cells, and every (column, problem); "" is the row as a whole."""

    row: int
    cells: Sequence[str]
    problems: Sequence[tuple[str, Problem]]


def refusals(connection: Any, staged: Staged) -> Iterator[Refusal]:
    """In the order of the file, while tables `raw` and `clean` are there."""
    shape, reasons = staged.plan.shape, _reasons(staged)
    cells = ", ".join(f"raw.c{index}" for index in range(len(shape.columns)))
    numbers = ", ".join(f"clean.{name}" for name in reasons)
    answer = connection.execute(
        f"SELECT clean.row, {cells}, {numbers} FROM clean"
        f" JOIN raw ON raw.rowid = clean.row - {shape.first_data_row} WHERE refused ORDER BY clean.row"
        f" LIMIT {MOST_ROWS}"
    )
    width = len(shape.columns)
    while block := answer.fetchmany(_BLOCK):
        for row in block:
            found = zip(reasons.values(), row[1 + width :], strict=True)
            problems = [(column, staged.reasons[number - 1]) for column, number in found if number]
            yield Refusal(row[0], [text or "" for text in row[1 : 1 + width]], problems)


def rejects_write(path: Path, columns: Sequence[str], rows: Iterable[Refusal], load: int | None = None) -> None:
    """The original columns, then row number, column, reason and what to do, in the active language. With the
    number of a `load` each row says which one it is, so that it is known again when it comes back."""
    path.parent.mkdir(parents=True, exist_ok=True)
    FastExcel(str(path)).format(bold_headers=True).sheet(_("Refused rows"), _lines(columns, rows, load)).save()


def _lines(columns: Sequence[str], rows: Iterable[Refusal], load: int | None) -> Iterator[dict[str, Any]]:
    extra = _unlike(columns, (_("row"), _("column"), _("what is wrong"), _("what to do")))
    # The writer takes rows from a generator, so the answer streams.
    for row in rows:
        line: dict[str, Any] = dict(zip(columns, (text[:_MOST_SIGNS] for text in row.cells), strict=True))
        line |= dict(zip(extra, (row.row, *_told(row.problems)), strict=True))
        yield line if load is None else line | {KNOWN_BY: f"{load}:{row.row}"}


def _reasons(staged: Staged) -> dict[str, str]:
    """Column of reasons in the workspace → column of the file ("" for the row as a whole)."""
    by_cell = {target.reason: target.column for target in staged.refusing}
    return by_cell | {name: staged.row_columns.get(name, "") for name in ROW_REASONS if name in staged.row_columns}


def _told(found: Sequence[tuple[str, Problem]]) -> tuple[str, str, str]:
    columns = "; ".join(dict.fromkeys(column for column, _reason in found if column))
    messages = dict.fromkeys(_(reason.message) % reason.params for _column, reason in found)
    hints = dict.fromkeys(_(reason.hint) % reason.params for _column, reason in found)
    return columns, "; ".join(messages), "; ".join(hints)


def _unlike(taken: Sequence[str], names: tuple[str, ...]) -> list[str]:
    return [f"{name} *" if name in taken else name for name in names]

"""Rows of another database into a file such as people bring, the same text for the same value every time."""

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from cdp.errors import N_, Problem, user_error
from cdp.sources.models import Feed, Pull

from .marks import Mark, Met, before, row_hash
from .sessions import session

Cells = tuple[str, ...]
NO_VALUE = N_("Rows without a value in %(column)s were left out: %(count)s")
NO_VALUE_HINT = N_("Nobody can say whether they are new; give the column a value wherever it is empty")
MORE_COLUMNS = N_("The table has columns it did not have before: %(columns)s")
MORE_COLUMNS_HINT = N_("They are left out; test the pull and map them if they are wanted")


@dataclass
class Read:
    """What came: `rows` written to the file, everything `met`, and what to tell."""

    met: Met
    columns: Cells
    rows: int = 0
    notes: list[Problem] = field(default_factory=list)

    @property
    def mark(self) -> Mark | None:
        return None if self.met.mark is None else Mark.of(self.met.mark)


def rows_read(
    feed: Feed,
    path: Path,
    *,
    start: Pull | None,
    whole: bool,
    check: Callable[[Sequence[str]], None],
    progress: Callable[[int], None],
) -> Read:
    """Write what is new since `start` to a CSV file, or everything. `check` may refuse its columns before rows are
    read; `progress` is told how many were. Raises `UserError`; the file is then of no use.
    """
    with session(feed) as talk:
        there = talk.columns()
        columns, notes = _columns(feed, there)
        grows = "" if whole or not feed.column else column_named(feed.column, there)
        columns = columns if grows in ("", *columns) else (*columns, grows)
        check(columns)
        if grows and (empty := talk.without(grows)):
            notes.append(Problem((), NO_VALUE, NO_VALUE_HINT, {"column": grows, "count": empty}))
        after = Mark(**start.mark).value if start and start.mark else None
        after = None if after is None else before(after, feed.again)
        read = Read(Met(feed.again), columns, notes=notes)
        known = _Known.of(start, columns)
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(columns)
            for rows in talk.new(columns, grows, after):
                new = list(_unknown(read, known, rows, columns.index(grows) if grows else None))
                writer.writerows(new)
                read.rows += len(new)
                progress(read.met.rows)
            late = known.grown()
            writer.writerows(late)
            read.rows += len(late)
    return read


def _unknown(read: Read, known: "_Known", rows: list[tuple[Any, ...]], place: int | None) -> Iterator[Cells]:
    for row in rows:
        cells = tuple(map(cell_text, row))
        read.met.add(None if place is None else row[place], row_hash(cells))
        if not known.holds(cells):
            yield cells


def column_named(name: str, there: Sequence[str]) -> str:
    """As the database spells it. Raises `UserError` with the columns there are."""
    found = [column for column in there if column == name] or [c for c in there if c.lower() == name.lower()]
    if not found:
        raise user_error(
            N_("There is no column %(column)s"),
            N_("There are: %(columns)s"),
            ("column",),
            column=name,
            columns=", ".join(there[:50]),
        )
    return found[0]


def _columns(feed: Feed, there: Cells) -> tuple[Cells, list[Problem]]:
    """Those of the last test, in their order: what a row says must not change because the table got a column more.

    Raises `UserError` when some of them are gone.
    """
    if not feed.columns:
        return there, []
    if gone := [column for column in feed.columns if column not in there]:
        raise user_error(
            N_("The table no longer has these columns: %(columns)s. Nothing was read."),
            N_("Give them back their names, or test the pull again and map what there is now"),
            columns=", ".join(gone),
        )
    more = [column for column in there if column not in feed.columns]
    notes = [Problem((), MORE_COLUMNS, MORE_COLUMNS_HINT, {"columns": ", ".join(more)})] if more else []
    return tuple(feed.columns), notes


class _Known:
    """The rows the pull before met and this one meets again. They are known by the columns there were then."""

    def __init__(self, seen: dict[str, int], places: list[int] | None):
        self._seen, self._places = seen, places
        self._met: Counter[str] = Counter()
        self._cells: dict[str, Cells] = {}

    @classmethod
    def of(cls, start: Pull | None, columns: Cells) -> "_Known":
        window = start.window if start else {}
        then = window.get("columns", [])
        if not window or any(column not in columns for column in then):
            return cls({}, None)
        places = None if tuple(then) == columns else [columns.index(column) for column in then]
        return cls(window["rows"], places)

    def holds(self, cells: Cells) -> bool:
        if not self._seen:
            return False
        known_as = row_hash(cells if self._places is None else [cells[place] for place in self._places])
        if known_as not in self._seen:
            return False
        self._met[known_as] += 1
        self._cells[known_as] = cells
        return True

    def grown(self) -> list[Cells]:
        """Rows of which there are more than there were: all that are alike, so that each keeps its number among
        them; of a table whose columns changed only those that are more, since none is known any more."""
        rows: list[Cells] = []
        for known_as, count in self._met.items():
            if more := max(0, count - self._seen[known_as]):
                rows += [self._cells[known_as]] * (count if self._places is None else more)
        return rows


def cell_text(value: Any) -> str:
    """As a file says it. Times keep the offset they have; bytes that are no text are written as hex digits."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=cell_text)
    if isinstance(value, bytes | bytearray | memoryview):
        return _bytes_text(bytes(value))
    return str(value)


def _bytes_text(value: bytes) -> str:
    try:
        return value.decode().replace("\0", "")
    except UnicodeDecodeError:
        return value.hex()

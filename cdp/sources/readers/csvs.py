"""Comma, tab, semicolon or pipe separated text. DuckDB reads it; ragged files go through Python's reader."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
from django.conf import settings

from cdp.engine import EngineError
from cdp.errors import N_, UserError, user_error

from .encoding import BLOCK, find_encoding, not_a_table, opened, without_nul
from .shape import Shape, column_names, find_header

DELIMITERS = (",", "\t", ";", "|")
_LOOK_LINES = 60
_LOOK_BYTES = 1 << 20
_CHUNK = 50_000
OVERFLOW = "overflow"
# A line that no file has, read after the last one.
_END = "\x00end"
_FEED, _RETURN = 10, 13
_SPACE = frozenset(b"\r\n \t")
csv.field_size_limit(1 << 24)


def look(path: Path) -> Shape:
    encoding = find_encoding(path)
    lines = _first_lines(path, encoding)
    delimiter = _find_delimiter(lines)
    rows = _parsed(lines, delimiter)
    if not any(any(cell.strip() for cell in row) for row in rows):
        raise empty()
    header = find_header(rows)
    first = 0 if header is None else header
    columns = column_names(() if header is None else rows[first], len(rows[first]))
    below = rows[first if header is None else first + 1 :]
    return Shape(
        "tsv" if delimiter == "\t" else "csv",
        columns,
        header,
        encoding=encoding,
        delimiter=delimiter,
        preview=tuple(tuple(row) for row in below if any(row)),
    )


def empty() -> UserError:
    return user_error(N_("The file is empty"), N_("Export it again and check that it has rows"))


def _first_lines(path: Path, encoding: str) -> list[str]:
    with opened(path, encoding) as stream:
        lines = islice(iter(lambda: stream.readline(_LOOK_BYTES), ""), _LOOK_LINES)
        return [without_nul(line) for line in lines]


def _parsed(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        raise not_a_table() from None


def _find_delimiter(lines: list[str]) -> str:
    """The one that cuts most rows into the same number of cells, more than one."""

    def score(delimiter: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        usual = max(set(widths), key=widths.count, default=1)
        return (widths.count(usual) / len(widths) if usual > 1 else 0, usual)

    try:
        return max(DELIMITERS, key=score)
    except csv.Error:
        raise not_a_table() from None


def stage(connection: Any, path: Path, shape: Shape) -> None:
    """Make table `raw`: columns c0, c1, … of text in file order, and `overflow` where a row is too long."""
    with _as_utf8(path, shape.encoding) as plain:
        if _has_blank_lines(plain):
            _stage_ragged(connection, plain, shape)
            return
        try:
            connection.execute(_read_sql(shape), [str(plain)]).fetchall()
        except EngineError:
            _stage_ragged(connection, plain, shape)


def _has_blank_lines(path: Path) -> bool:
    """Whether rows would be miscounted: the engine passes over empty lines without a word."""
    with pa.memory_map(str(path)) as source:
        text = np.frombuffer(source.read_buffer(), np.uint8)
    end = len(text)
    while end and text[end - 1] in _SPACE:
        end -= 1
    return any(_two_breaks(text[start : min(start + BLOCK + 1, end)]) for start in range(0, end, BLOCK))


def _two_breaks(text: np.ndarray) -> bool:
    """Whether a line break follows another one; a return and a line feed after it are one."""
    place = np.flatnonzero(text[:-1] <= _RETURN)
    one, next_one = text[place], text[place + 1]
    pairs = ((one == _FEED) | (one == _RETURN)) & ((next_one == _FEED) | (next_one == _RETURN))
    return bool((pairs & ~((one == _RETURN) & (next_one == _FEED))).any())


def _read_sql(shape: Shape) -> str:
    names = [f"c{index}" for index in range(len(shape.columns))]
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    skip = 0 if shape.header_row is None else shape.header_row + 1
    return (
        f"CREATE OR REPLACE TABLE raw AS SELECT *, NULL::VARCHAR AS {OVERFLOW} FROM read_csv(?, header=false,"
        f" auto_detect=false, skip={skip}, delim='{shape.delimiter}', quote='\"', escape='\"',"
        f" max_line_size=16777216, columns={{{columns}}})"
    )


def _stage_ragged(connection: Any, path: Path, shape: Shape) -> None:
    """Row by row in C: short rows are filled up, long ones marked, broken quotes taken as they are.

    But not a quotation mark that is never closed: it would swallow all rows below it as one text.
    """
    width = len(shape.columns)
    names = [f"c{index}" for index in range(width)]
    columns = ", ".join(f"{name} VARCHAR" for name in [*names, OVERFLOW])
    connection.execute(f"CREATE OR REPLACE TABLE raw ({columns})").fetchall()
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = _closed(csv.reader(chain(stream, [_END]), delimiter=shape.delimiter))
        skipped = 0 if shape.header_row is None else shape.header_row + 1
        for _ in islice(rows, skipped):
            pass
        try:
            while chunk := list(islice(rows, _CHUNK)):
                connection.register("chunk", _padded(chunk, names))
                connection.execute("INSERT INTO raw SELECT * FROM chunk").fetchall()
                connection.unregister("chunk")
        except csv.Error:
            raise not_a_table() from None


def _closed(rows: Any) -> Iterator[list[str]]:
    """The rows before the end mark. Raises `UserError` when it was taken for a part of a quoted text."""
    begins = 1
    for row in rows:
        if row == [_END]:
            return
        if row and row[-1].endswith(_END):
            raise user_error(
                N_("A quotation mark in line %(line)s is never closed, so where its row ends cannot be told"),
                N_("Correct that line in a text editor, or save the table as .xlsx"),
                line=begins,
            )
        yield row
        begins = rows.line_num + 1


def _padded(rows: list[list[str]], names: list[str]) -> pa.Table:
    width = len(names)
    blank = [""] * width
    even = [(row + blank)[:width] for row in rows]
    overflow = ["\t".join(row[width:]) if any(row[width:]) else None for row in rows]
    arrays = [pa.array(column, pa.string()) for column in zip(*even, strict=True)]
    return pa.table([*arrays, pa.array(overflow, pa.string())], names=[*names, OVERFLOW])


@contextmanager
def _as_utf8(path: Path, encoding: str) -> Iterator[Path]:
    """The file itself when it is UTF-8, else a temporary copy in it, written block by block."""
    if encoding == "utf-8":
        yield path
        return
    spill = Path(settings.CDP_DATA) / "tmp"
    spill.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=spill) as folder:
        copy = Path(folder) / "plain.csv"
        with opened(path, encoding) as source, copy.open("w", encoding="utf-8", newline="") as target:
            while block := source.read(BLOCK):
                target.write(without_nul(block))
        yield copy

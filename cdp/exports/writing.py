"""Arrow tables as a file, one after the other, so that what was written need not be kept.

Numbers and days are cells of their kind; everything else is text, so a phone keeps its zeros and nothing in a
workbook can run.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext
from pyarrow import csv
from rustpy_xlsxwriter import FastExcel, Format

# A sheet has 1,048,576 rows, the first of them the headings.
SHEET_ROWS = 1_048_575
# A text that begins like a formula is run by spreadsheets; a phone such as +8613800138000 is none.
FORMULA = pa.array(["=", "@", "-", "+", "\t", "\r"])
WIDTHS = {pa.string(): 18.0, pa.date32(): 12.0, pa.timestamp("s"): 20.0}
USUAL_WIDTH, WIDEST = 14.0, 40.0
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
BLOCK = 20_000


class _Tables:
    """Tables one after the other as rows of sheets. What goes wrong while they are made is kept, because a writer
    that asks for rows from outside Python would tell only its text."""

    def __init__(self, tables: Iterable[pa.Table]) -> None:
        self._tables = iter(tables)
        self._left: pa.Table | None = None
        self.error: BaseException | None = None

    def schema(self) -> pa.Schema:
        self._left = next(self._tables)
        return self._left.schema

    def rows(self, most: int) -> Iterator[pa.RecordBatch]:
        """The next so many rows."""
        try:
            while most and (table := self._next()) is not None:
                taken = table.slice(0, most)
                self._left = table.slice(taken.num_rows) if taken.num_rows < table.num_rows else None
                most -= taken.num_rows
                yield from taken.combine_chunks().to_batches(max_chunksize=BLOCK)
        except BaseException as error:
            self.error = error
            raise

    def _next(self) -> pa.Table | None:
        return self._left if self._left is not None else next(self._tables, None)


class _Sheet:
    """What a writer takes for a data frame."""

    def __init__(self, reader: pa.RecordBatchReader) -> None:
        self._reader = reader

    def __arrow_c_stream__(self, requested: Any = None) -> Any:
        return self._reader.__arrow_c_stream__(requested)


def xlsx_write(path: Path, tables: Iterable[pa.Table], *, title: str, rows: int, most: int = SHEET_ROWS) -> None:
    """A workbook of tables with one schema, at least one of them, `rows` in all; so many sheets as that takes."""
    found = _Tables(tables)
    schema = found.schema()
    book = FastExcel(path).freeze(row=1).format(bold_headers=True, datetime_format=MOMENT)
    for number in range(max(1, -(-rows // most))):
        reader = pa.RecordBatchReader.from_batches(schema, found.rows(most))
        texts = [name for name in schema.names if pa.types.is_string(schema.field(name).type)]
        book.sheet(
            _sheet_name(title, number),
            _Sheet(reader),
            column_widths=[_width(one) for one in schema],
            column_formats={one.name: Format().set_num_format(DAY) for one in schema if pa.types.is_date(one.type)},
            ignore_errors=texts,
        )
    try:
        book.save()
    except RuntimeError:
        if found.error is not None:
            raise found.error
        raise


def csv_write(path: Path, tables: Iterable[pa.Table]) -> None:
    """UTF-8 with a mark, so that Excel reads Chinese right."""
    found = _Tables(tables)
    schema = found.schema()
    options = csv.WriteOptions(include_header=False, quoting_style="needed")
    with path.open("wb") as file:
        file.write(b"\xef\xbb\xbf" + _line(schema.names))
        with csv.CSVWriter(file, schema, write_options=options) as writer:
            for batch in found.rows(1 << 62):
                writer.write_batch(_harmless(batch))


def _line(headings: Sequence[str]) -> bytes:
    sink = pa.BufferOutputStream()
    csv.write_csv(pa.table({heading: pa.array([], pa.string()) for heading in headings}), sink)
    return sink.getvalue().to_pybytes()


def _harmless(batch: pa.RecordBatch) -> pa.RecordBatch:
    """A text that begins like a formula gets an apostrophe before it."""
    columns = [_quoted(column) if pa.types.is_string(column.type) else column for column in batch.columns]
    return pa.record_batch(columns, schema=batch.schema)


def _quoted(texts: pa.Array) -> pa.Array:
    begins = pc.is_in(pc.utf8_slice_codeunits(texts, 0, 1), value_set=FORMULA)
    if not pc.any(begins).as_py():
        return texts
    runs = pc.and_(begins, pc.invert(pc.utf8_is_decimal(pc.utf8_slice_codeunits(texts, 1))))
    return pc.if_else(runs, pc.binary_join_element_wise("'", texts, ""), texts)


def _width(column: pa.Field) -> float:
    heading = sum(2 if ord(sign) > 255 else 1 for sign in column.name) + 3.0
    return min(WIDEST, max(WIDTHS.get(column.type, USUAL_WIDTH), heading))


def _sheet_name(title: str, number: int) -> str:
    """At most 31 signs, and none that a sheet's name may not have."""
    plain = "".join(" " if sign in "[]:*?/\\" else sign for sign in title).strip(" '") or gettext("Table")
    return plain[:31] if not number else f"{plain[:26]} {number + 1}"

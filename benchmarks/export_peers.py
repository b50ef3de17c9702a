"""Peers of `bench export`, each in a process of its own that prints one JSON object: seconds, and MiB of memory.

`xlsx FILE CELLS` writes the cells of a Parquet file with XlsxWriter, in the environment of `setup bench`;
`copy FILE DATABASE LAKE` has DuckDB's COPY write the same rows, out of the same places: identifiers and names
from the operational database, attributes from the lake's files. `memory FILE CELLS` is COPY out of a table at hand.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

BATCH = 20_000
SHEET_ROWS = 1_048_576


def xlsx(file: str, cells: str) -> float:
    """As its documentation has it for large files: `constant_memory`, row after row, each cell by its kind."""
    import xlsxwriter

    begin = time.perf_counter()
    source = pq.ParquetFile(cells)
    headings = source.schema_arrow.names
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_urls": False})
    day, moment = (book.add_format({"num_format": kind}) for kind in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"))
    kinds = source.schema_arrow.types
    sheet, at = None, SHEET_ROWS
    for batch in source.iter_batches(BATCH):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            if sheet is None or at == SHEET_ROWS:
                sheet, at = book.add_worksheet(), 1
                for place, heading in enumerate(headings):
                    sheet.write_string(0, place, heading)
            for place, value in enumerate(row):
                if value is None:
                    continue
                if pa.types.is_string(kinds[place]):
                    sheet.write_string(at, place, value)
                elif pa.types.is_date(kinds[place]):
                    sheet.write_datetime(at, place, value, day)
                elif pa.types.is_timestamp(kinds[place]):
                    sheet.write_datetime(at, place, value, moment)
                else:
                    sheet.write_number(at, place, value)
            at += 1
    book.close()
    return time.perf_counter() - begin


def copy(file: str, database: str, lake: str) -> float:
    import sqlite3

    import duckdb

    begin = time.perf_counter()
    own = (
        "SELECT id, json_extract(attributes, '$.name'), updated_at FROM store_customer WHERE merged_into_id IS NULL"
    )
    owned = (
        "SELECT coalesce(c.merged_into_id, c.id), i.type, i.value FROM identity_identifier i"
        " JOIN store_customer c ON c.id = i.origin_id"
    )
    held = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    with duckdb.connect(config={"threads": 2}) as engine:
        for name, sql, columns in (
            ("own", own, ("id", "name", "changed")),
            ("owned", owned, ("id", "type", "value")),
        ):
            rows = zip(*held.execute(sql).fetchall(), strict=True)
            engine.register(name, pa.table(dict(zip(columns, map(pa.array, rows), strict=True))))
        attributes = "gender, age, province, city, member_level, since::DATE AS since, spent"
        engine.execute(
            "COPY (WITH held AS (SELECT id,"
            " string_agg(value, ';' ORDER BY value) FILTER (type = 'member_no') AS member_no,"
            " string_agg(value, ';' ORDER BY value) FILTER (type = 'phone') AS phone,"
            " string_agg(value, ';' ORDER BY value) FILTER (type = 'email') AS email FROM owned GROUP BY id)"
            f" SELECT own.id, name, member_no, phone, email, {attributes}, changed::TIMESTAMP FROM own"
            " LEFT JOIN held USING (id)"
            f" LEFT JOIN read_parquet('{lake}/profiles/**/*.parquet') AS p ON p.customer_id = own.id"
            " ORDER BY own.id)"
            f" TO '{file}' (FORMAT csv, HEADER)"
        ).fetchall()
    return time.perf_counter() - begin


def memory(file: str, cells: str) -> float:
    import duckdb

    with duckdb.connect(config={"threads": 2}) as engine:
        engine.execute(f"CREATE TABLE cells AS FROM read_parquet('{cells}')").fetchall()
        begin = time.perf_counter()
        engine.execute(f"COPY cells TO '{file}' (FORMAT csv, HEADER)").fetchall()
        return time.perf_counter() - begin


PEERS: dict[str, Any] = {"xlsx": xlsx, "copy": copy, "memory": memory}


def main(peer: str, file: str, *places: str) -> None:
    seconds = PEERS[peer](file, *places)
    size = Path(file).stat().st_size
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "bytes": size, "mib": round(peak)}))


if __name__ == "__main__":
    main(*sys.argv[1:])

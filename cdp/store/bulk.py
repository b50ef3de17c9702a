"""Many rows at once, in and out of the operational database, past the ORM.

SQLite is written in short transactions, so that nobody waits for the one writer for long; PostgreSQL
by COPY. Reads of whole tables from PostgreSQL go through ADBC straight into Arrow, unless the caller is
inside a transaction that another connection could not see into. Never so from SQLite: ADBC brings a second
SQLite library into the process, and closing a file there drops the locks of Django's connections and
removes the log under them.
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from itertools import zip_longest
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import DataError, connection, models, transaction
from pyarrow import csv

T = TypeVar("T")
CHUNK_ROWS = 20_000
ROWS_A_STATEMENT = 500
ROWS_TOGETHER = 2 * CHUNK_ROWS
FAR_APART = 8
# What fails in the middle of a statement is taken back with the transaction around it, which is there always. To be
# able to take back the statement alone, SQLite would first copy each page it touches into a file of its own: as
# many pages as it then writes, where rows lie far apart.
OR_FAIL = "OR FAIL"


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(connection.ops.quote_name(name) for name in names)


def moment_text(moment: datetime) -> str:
    """A moment as the database writes it itself, for rows that go past the ORM."""
    adapted = connection.ops.adapt_datetimefield_value(moment)
    return adapted if isinstance(adapted, str) else moment.isoformat()


def ids_reserve(model: type[models.Model], count: int) -> int:
    """Take `count` consecutive ids of a model for good; returns the first."""
    table = model._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if is_postgresql():
            cursor.execute(f"LOCK TABLE {_quoted([table])} IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
            sequence = cursor.fetchone()[0]
            cursor.execute(f"SELECT nextval('{sequence}')")
            first = cursor.fetchone()[0]
            cursor.execute("SELECT setval(%s, %s)", [sequence, first + max(count, 1) - 1])
            return first
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        if row:
            cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        else:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        return first


def rows_insert(model: type[models.Model], rows: pa.Table, constants: Mapping[str, Any] | None = None) -> None:
    """Insert rows (column names are database columns), each with the same `constants` besides."""
    if rows.num_rows == 0:
        return
    constants = constants or {}
    table = connection.ops.quote_name(model._meta.db_table)
    if is_postgresql():
        for name, value in constants.items():
            rows = rows.append_column(name, pa.array([value] * rows.num_rows))
        _copy_in(f"{table} ({_quoted(rows.column_names)})", rows)
        return
    fixed = {name: _literal(value) for name, value in constants.items()}
    for start in range(0, rows.num_rows, CHUNK_ROWS):
        statements = _insert_sql(model, rows.slice(start, CHUNK_ROWS), fixed)
        with _driver() as driver:
            for sql, values in statements:
                driver.execute(sql, values)


@contextmanager
def _driver() -> Iterator[Any]:
    """In one transaction, SQLite's driver itself: Django's wrapper would look for %s in every statement."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor, connection.wrap_database_errors:
        yield cursor.connection


@contextmanager
def rows_together(count: int) -> Iterator[None]:
    """One transaction for all that is written inside (`count` rows), unless it would hold others up for long.

    A page of an index that several of the statements touch is then written once. What is too much for that puts
    SQLite's log into the file at its end, rather than leave it to the next writer, and readers to look through it.
    """
    if count <= ROWS_TOGETHER:
        with transaction.atomic():
            yield
        return
    yield
    _log_empty()


def _log_empty() -> None:
    """As far as nobody is reading from it; waits for nobody."""
    if not is_postgresql() and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()


def _literal(value: Any) -> str:
    with connection.cursor() as cursor:
        return str(cursor.connection.execute("SELECT quote(?)", [value]).fetchone()[0])


def _insert_sql(model: type[models.Model], rows: pa.Table, fixed: Mapping[str, str]) -> list[tuple[str, list[Any]]]:
    """Statements with their parameters.

    A column that is always the same, or counts up by one, need not be sent; when one other is left, or a
    whole number and one more, the rows go in as one JSON text, in half the time or less.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    short = {name: sql for name in rows.column_names if (sql := _shortened(rows[name])) is not None}
    sent = rows.drop_columns(list(short))
    parcel = _parcel(model, sent, counts=any("key" in sql for sql in short.values()))
    if parcel is not None:
        columns, text = parcel
        written = {**fixed, **short, **columns}
        names, values = _quoted(written), ", ".join(written.values())
        return [(f"INSERT {OR_FAIL} INTO {table} ({names}) SELECT {values} FROM json_each(?) AS new", [text])]
    sql = f"INSERT {OR_FAIL} INTO {table} ({_quoted([*fixed, *rows.column_names])}) VALUES "
    one = f"({', '.join([*fixed.values(), *['?'] * rows.num_columns])})"
    flat = [value for row in zip(*(column.to_pylist() for column in rows.columns), strict=True) for value in row]
    step = ROWS_A_STATEMENT * rows.num_columns
    parts = [flat[at : at + step] for at in range(0, len(flat), step)]
    return [(sql + ", ".join([one] * (len(part) // rows.num_columns)), part) for part in parts]


def _parcel(model: type[models.Model], rows: pa.Table, counts: bool = False) -> tuple[dict[str, str], str] | None:
    """Rows as one JSON text for `json_each`, and the SQL that gets each column out again.

    One column is an array. Two are an object, if one has different whole numbers to be its names, and no other
    column `counts` the places of an array. Anything else is None.
    """
    if rows.num_columns < 2:
        values = rows.column(0).to_pylist() if rows.num_columns else [None] * rows.num_rows
        return dict.fromkeys(rows.column_names, "new.value"), json.dumps(values, ensure_ascii=False)
    numbers = [name for name in rows.column_names if _is_whole(rows[name])]
    if rows.num_columns > 2 or not numbers or counts:
        return None
    key = numbers[0]
    (value,) = (name for name in rows.column_names if name != key)
    columns = {key: "CAST(new.key AS INTEGER)", value: "new.value"}
    if _holds_json(model, value) and not rows[value].null_count:
        return columns, _object_text(rows[key], rows[value])
    pairs = dict(zip(rows[key].to_pylist(), rows[value].to_pylist(), strict=True))
    return (columns, json.dumps(pairs, ensure_ascii=False)) if len(pairs) == rows.num_rows else None


def _object_text(numbers: pa.ChunkedArray, values: pa.ChunkedArray) -> str:
    """A JSON object of values that are JSON themselves: so they are not escaped, and not read twice."""
    pairs = pc.binary_join_element_wise('"', numbers.cast(pa.string()), '":', values.cast(pa.string()), "")
    every = pa.ListArray.from_arrays([0, len(pairs)], pairs.combine_chunks())
    return "{" + pc.binary_join(every, ",")[0].as_py() + "}"


def _holds_json(model: type[models.Model], column: str) -> bool:
    return any(field.column == column and isinstance(field, models.JSONField) for field in model._meta.fields)


def _is_whole(column: pa.ChunkedArray) -> bool:
    return pa.types.is_integer(column.type) and not column.null_count


def _shortened(column: pa.ChunkedArray) -> str | None:
    """The SQL for a column of one value, or of whole numbers counting up by one (the place counts from 0)."""
    if column.null_count == len(column):
        return "NULL"
    if not (_is_whole(column) or (pa.types.is_boolean(column.type) and not column.null_count)):
        return None
    numbers = column.to_numpy().astype(np.int64)
    if (numbers == numbers[0]).all():
        return str(numbers[0])
    return f"{numbers[0]} + new.key" if (numbers - numbers[0] == np.arange(len(numbers))).all() else None


def rows_update(model: type[models.Model], rows: pa.Table, constants: Mapping[str, Any] | None = None) -> None:
    """Set the columns of `rows` (and the `constants`) where `id` is the one in `rows`, which has each id once."""
    if rows.num_rows == 0:
        return
    constants = constants or {}
    if is_postgresql():
        _update_by_copy(connection.ops.quote_name(model._meta.db_table), rows, constants)
        return
    # In the order of the table: each of its pages is then written in one transaction, not in all of them.
    rows = rows.sort_by("id")
    fixed = {name: _literal(value) for name, value in constants.items()}
    for start in range(0, rows.num_rows, CHUNK_ROWS):
        _update_chunk(model, rows.slice(start, CHUNK_ROWS), fixed)


def _update_chunk(model: type[models.Model], rows: pa.Table, fixed: Mapping[str, str]) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    settings = [f"{_quoted([name])} = {sql}" for name, sql in fixed.items()]
    names = [name for name in rows.column_names if name != "id"]
    with _driver() as driver:
        parcel = None if _is_sparse(rows["id"]) else _parcel(model, rows)
        if parcel is not None:
            columns, text = parcel
            settings += [f"{_quoted([name])} = {columns[name]}" for name in names]
            found = f"FROM json_each(?) AS new WHERE {table}.id = {columns['id']}"
            driver.execute(f"UPDATE {OR_FAIL} {table} SET {', '.join(settings)} {found}", [text])
            return
        settings += [f"{_quoted([name])} = ?" for name in names]
        values = zip(*(column.to_pylist() for column in rows.select([*names, "id"]).columns), strict=True)
        driver.executemany(f"UPDATE {OR_FAIL} {table} SET {', '.join(settings)} WHERE id = ?", values)


def _is_sparse(ids: pa.ChunkedArray) -> bool:
    """Whether ascending ids lie so far apart that most are on a page of their own: row by row then takes half the
    time of one statement for all, which takes half of that where they lie together."""
    return (ids[-1].as_py() - ids[0].as_py()) > FAR_APART * len(ids)


def _update_by_copy(table: str, rows: pa.Table, constants: Mapping[str, Any]) -> None:
    for name, value in constants.items():
        rows = rows.append_column(name, pa.array([value] * rows.num_rows))
    names = [name for name in rows.column_names if name != "id"]
    settings = ", ".join(f"{_quoted([name])} = new.{_quoted([name])}" for name in names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE new ON COMMIT DROP AS SELECT {_quoted(['id', *names])} FROM {table} LIMIT 0"
        )
        _copy_in(f"new ({_quoted(rows.column_names)})", rows)
        cursor.execute(f"UPDATE {table} SET {settings} FROM new WHERE {table}.id = new.id")
        cursor.execute("DROP TABLE new")


def _copy_in(target: str, rows: pa.Table) -> None:
    """CSV is what PostgreSQL takes in fastest of what Arrow writes; a missing value is an unquoted nothing."""
    options = csv.WriteOptions(include_header=False, quoting_style="all_valid")
    rows = _without_bytes(rows)
    copying = f"COPY {target} FROM STDIN (FORMAT csv)"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.cursor.copy(copying) as copy:
        for batch in rows.to_batches(max_chunksize=CHUNK_ROWS):
            text = io.BytesIO()
            csv.write_csv(batch, text, options)
            copy.write(text.getvalue())


def _without_bytes(rows: pa.Table) -> pa.Table:
    """Bytes as the text that PostgreSQL reads them from."""
    for place, field in enumerate(rows.schema):
        if pa.types.is_binary(field.type):
            texts = [None if blob is None else f"\\x{blob.hex()}" for blob in rows[place].to_pylist()]
            rows = rows.set_column(place, field.name, pa.array(texts, pa.large_string()))
    return rows


def among(column: str, values: Sequence[Any]) -> tuple[str, Any]:
    """`column` is one of `values`, as SQL and its one parameter, however many values there are."""
    if is_postgresql():
        return f"{column} = ANY(%s)", list(values)
    return f"{column} IN (SELECT value FROM json_each(%s))", json.dumps(list(values))


def found_in(table: str, column: str, values: Sequence[Any]) -> tuple[str, Any]:
    """FROM `table` as `stored`, its rows whose `column` is one of the values (texts, or whole numbers), beside
    `given.place`, which of them (counting from 0); the parameter comes second. Each is given once; sorted ones are
    looked up along the index."""
    if is_postgresql():
        kind = "text" if values and isinstance(values[0], str) else "bigint"
        texts = f"unnest(CAST(%s AS {kind}[])) WITH ORDINALITY AS one (value, place)"
        given = f"(SELECT value, place - 1 AS place FROM {texts}) AS given"
        return f"FROM {given} JOIN {table} AS stored ON stored.{column} = given.value", list(values)
    given = "(SELECT value, key AS place FROM json_each(%s)) AS given"
    # CROSS keeps this order: each value is sought in the index, rather than every row among the values.
    return f"FROM {given} CROSS JOIN {table} AS stored ON stored.{column} = given.value", json.dumps(list(values))


def rows_delete(model: type[models.Model], ids: Sequence[int]) -> None:
    table = connection.ops.quote_name(model._meta.db_table)
    for start in range(0, len(ids), CHUNK_ROWS):
        where, value = among("id", ids[start : start + CHUNK_ROWS])
        with transaction.atomic(savepoint=False), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE {where}", [value])


def rows_read(sql: str, schema: pa.Schema, params: Sequence[Any] = ()) -> pa.Table:
    """What a query gives, as Arrow in the given types. Cast JSON columns to text in the query."""
    if not is_postgresql():
        return _read_sqlite(sql, schema, params)
    if params or connection.in_atomic_block:
        return _read_rows(sql, schema, params)
    with _adbc() as source, source.cursor() as cursor:
        cursor.execute(sql)
        table = cursor.fetch_arrow_table()
    return pa.table(
        [column.cast(kind) for column, kind in zip(table.columns, schema.types, strict=True)], schema=schema
    )


def read_by_two(reads: Sequence[Callable[[], T]]) -> list[T]:
    """What each gives, in their order. Every other one is read beside, on a connection of its own, unless that one
    could not see what is here: what a transaction has written so far, or a database in memory."""
    if connection.in_atomic_block or _is_in_memory():
        return [read() for read in reads]
    with ThreadPoolExecutor(1, thread_name_prefix="read") as other:
        beside = other.submit(_read_and_close, reads[1::2])
        here = [read() for read in reads[::2]]
        found = zip_longest(here, beside.result())
    return [one for pair in found for one in pair][: len(reads)]


def _is_in_memory() -> bool:
    return not is_postgresql() and connection.is_in_memory_db()  # type: ignore[attr-defined]


def _read_and_close(reads: Sequence[Callable[[], T]]) -> list[T]:
    try:
        return [read() for read in reads]
    finally:
        connection.close()


def _read_sqlite(sql: str, schema: pa.Schema, params: Sequence[Any]) -> pa.Table:
    """Whole columns as JSON arrays, which takes a fifth of the time of rows; rows where they are too long."""
    columns = ", ".join(f"json_group_array({connection.ops.quote_name(name)})" for name in schema.names)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM ({sql})", list(params) or None)
            texts = cursor.fetchone()
    except DataError:
        return _read_rows(sql, schema, params)
    arrays = [pa.array(json.loads(text), kind) for text, kind in zip(texts, schema.types, strict=True)]
    return pa.table(arrays, schema=schema)


def _read_rows(sql: str, schema: pa.Schema, params: Sequence[Any]) -> pa.Table:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(params) or None)
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(values, kind) for values, kind in zip(columns, schema.types, strict=True)]
    return pa.table(arrays, schema=schema)


def _adbc() -> Any:
    # The driver pulls pandas in; without PostgreSQL, every process would start the slower for nothing.
    import adbc_driver_postgresql.dbapi

    given = connection.settings_dict
    keys = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    parts = {
        key: str(given[name]).replace("\\", "\\\\").replace("'", "\\'") for key, name in keys.items() if given[name]
    }
    return adbc_driver_postgresql.dbapi.connect(" ".join(f"{key}='{value}'" for key, value in parts.items()))

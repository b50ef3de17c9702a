"""DuckDB in this process: an engine that evaluates over attached views, and workspaces for bulk work.

Both keep within `CDP_ENGINE_MEMORY` and `CDP_ENGINE_THREADS`, spill into `CDP_DATA`, think in UTC and
never fetch an extension.
"""

import logging
import os
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from django.conf import settings

from cdp.errors import N_, UserError, user_error

from .asking import asked_on

EngineError = duckdb.Error
log = logging.getLogger(__name__)
Connection = duckdb.DuckDBPyConnection


def _connect() -> Connection:
    spill = Path(settings.CDP_DATA) / "tmp" / f"engine-{os.getpid()}"
    spill.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": settings.CDP_ENGINE_MEMORY,
            "threads": settings.CDP_ENGINE_THREADS,
            "temp_directory": str(spill),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        },
    )
    for setting in ("TimeZone = 'UTC'", "parquet_metadata_cache = true"):
        connection.execute(f"SET GLOBAL {setting}").fetchall()
    return connection


class Engine:
    """Runs queries over named sets of views. Every query has a cursor of its own, so threads may share it."""

    def __init__(self) -> None:
        self._connection = _connect()
        self._lock = threading.Lock()

    def cursor(self) -> Connection:
        return self._connection.cursor()

    def attach(self, name: str, views: Mapping[str, str]) -> None:
        """Make a set of views, each given as a SELECT, and each allowed to read those before it."""
        with self._lock, self._connection.cursor() as cursor:
            cursor.execute(f'CREATE SCHEMA "{name}"').fetchall()
            cursor.execute(f"SET schema = '{name}'").fetchall()
            for view, sql in views.items():
                cursor.execute(f'CREATE VIEW "{name}"."{view}" AS {sql}').fetchall()

    def detach(self, name: str) -> None:
        with self._lock, self._connection.cursor() as cursor:
            cursor.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE').fetchall()

    def keep(self, name: str, into: str, table: str, sql: str, tables: Mapping[str, pa.Table]) -> None:
        """Keep what a query over `name` gives as a table of a new set `into`, to be detached as any other."""
        with self._session(name, tables) as cursor:
            cursor.execute(f'CREATE SCHEMA "{into}"').fetchall()
            cursor.execute(f'CREATE TABLE "{into}"."{table}" AS {sql}').fetchall()

    def fill(self, name: str, table: str, sql: str, tables: Mapping[str, pa.Table]) -> None:
        """Add what a query gives to a set, as a table."""
        with self._session(name, tables) as cursor:
            cursor.execute(f'CREATE TABLE "{name}"."{table}" AS {sql}').fetchall()

    def view(self, name: str, view: str, sql: str) -> None:
        """Add a view to a set."""
        with self._session(name, None) as cursor:
            cursor.execute(f'CREATE VIEW "{name}"."{view}" AS {sql}').fetchall()

    def ids(self, name: str, sql: str, tables: Mapping[str, pa.Table] | None = None) -> np.ndarray:
        """The `customer_id` column of a query as uint32, without the missing ones."""
        wanted = f"SELECT customer_id::UINTEGER AS customer_id FROM ({sql}) WHERE customer_id IS NOT NULL"
        with self._session(name, tables) as cursor:
            return np.asarray(cursor.execute(wanted).fetchnumpy()["customer_id"], dtype=np.uint32)

    def frame(self, name: str, sql: str, tables: Mapping[str, pa.Table] | None = None) -> pa.Table:
        with self._session(name, tables) as cursor:
            return cursor.sql(sql).to_arrow_table()

    @contextmanager
    def _session(self, name: str, tables: Mapping[str, pa.Table] | None) -> Iterator[Connection]:
        with self._connection.cursor() as cursor, _told(), asked_on(cursor):
            cursor.execute(f"SET schema = '{name}'").fetchall()
            for table, rows in (tables or {}).items():
                cursor.register(table, rows)
            yield cursor


@contextmanager
def _told() -> Iterator[None]:
    """What the engine could not do becomes a sentence for the user and the details for the log."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        log.exception("engine out of memory")
        raise user_error(
            N_("This needs more memory than the engine may use."),
            N_("Ask an administrator to raise CDP_ENGINE_MEMORY, or use a shorter period."),
        ) from error
    except duckdb.Error as error:
        log.exception("engine failed")
        raise user_error(
            N_("The engine could not answer. Nothing was changed."),
            N_("Try again; if it happens again, tell an administrator what you were looking at."),
        ) from error


_engines: dict[int, Engine] = {}
_engines_lock = threading.Lock()


def engine() -> Engine:
    """This process's engine. A forked worker starts its own."""
    pid = os.getpid()
    with _engines_lock:
        if pid not in _engines:
            try:
                _engines[pid] = Engine()
            except duckdb.Error as error:
                log.exception("engine did not start")
                raise _missing() from error
        return _engines[pid]


def _missing() -> UserError:
    return user_error(
        N_("The engine did not start."),
        N_("Ask an administrator to look at CDP_ENGINE_MEMORY and at the space left in the data folder."),
    )


@contextmanager
def workspace() -> Iterator[Connection]:
    """A fresh, empty database of its own for one piece of bulk work, within the engine's memory.

    Register Arrow tables by name to read them. Everything made in it is gone at the end.
    """
    name = f"work_{uuid.uuid4().hex}"
    cursor = engine().cursor()
    try:
        cursor.execute(f"ATTACH ':memory:' AS {name}").fetchall()
        cursor.execute(f"USE {name}").fetchall()
        yield cursor
    finally:
        cursor.close()
        with engine().cursor() as other:
            other.execute(f"DETACH DATABASE IF EXISTS {name}").fetchall()


@contextmanager
def beside(connection: Connection) -> Iterator[Connection]:
    """Another connection to the same workspace, for another thread; it sees the tables, not what is registered."""
    name = connection.execute("SELECT current_database()").fetchall()[0][0]
    with connection.cursor() as cursor:
        cursor.execute(f"USE {name}").fetchall()
        yield cursor

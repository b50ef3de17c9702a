"""Spark for rules: this process is the driver, `CDP_SPARK_MASTER` says where the work is done.

Imported only where CDP_ENGINE=spark; `pyspark` is an extra and needs Java 17. Files are read where they
lie, so every worker needs the lake under the same name (a shared folder, or object storage).
"""

import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from ibis.backends.pyspark.datatypes import PySparkType
from py4j.protocol import Py4JError
from pyspark import SparkContext
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import DataType as SparkType
from pyspark.sql.types import StructField, StructType, TimestampNTZType

from cdp.errors import N_, user_error

from .rules import FileTable, State
from .spark_sql import quoted, spark_sql

log = logging.getLogger(__name__)
logging.getLogger("py4j").setLevel(logging.WARNING)

WORKERS_SECONDS = 60


def _settings() -> dict[str, str]:
    scratch = Path(settings.CDP_DATA) / "tmp" / "spark"
    scratch.mkdir(parents=True, exist_ok=True)
    chosen = {
        "spark.app.name": "quanxi rules",
        "spark.master": settings.CDP_SPARK_MASTER,
        "spark.driver.memory": settings.CDP_SPARK_MEMORY,
        "spark.executor.memory": settings.CDP_SPARK_MEMORY,
        "spark.cores.max": str(settings.CDP_SPARK_CORES),
        "spark.sql.shuffle.partitions": str(4 * settings.CDP_SPARK_CORES),
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        # Times are kept in UTC and without a zone, as they are in the files.
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    if settings.CDP_SPARK_MASTER.startswith("local"):
        chosen |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return chosen


class Spark:
    """Holds the session, and attaches states to it when they are first asked; a stopped session is replaced."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._states: dict[str, State] = {}
        self.session: SparkSession | None = None
        self._attached: set[str] = set()

    def attach(self, name: str, state: State) -> None:
        self._states[name] = state

    def detach(self, name: str) -> None:
        with self._lock:
            state = self._states.pop(name)
            if self.session is None or name not in self._attached:
                return
            self._attached.discard(name)
            with _told():
                for table in (*state.views, *state.tables):
                    self.session.catalog.dropTempView(_known_as(name, table))

    def ids(self, name: str, expr: ir.Table) -> np.ndarray:
        found = self.frame(name, expr)["customer_id"]
        return pc.cast(found.drop_null(), pa.uint32()).to_numpy()

    def frame(self, name: str, expr: ir.Table) -> pa.Table:
        with _told():
            session = self._ready(name)
            return session.sql(_over(name, self._states[name].views, expr)).toArrow()

    def _ready(self, name: str) -> SparkSession:
        with self._lock:
            if self.session is None or not _alive(self.session):
                self._attached.clear()
                self.session = _start()
            if name not in self._attached:
                _make_views(self.session, name, self._states[name])
                self._attached.add(name)
            return self.session


def _alive(session: SparkSession) -> bool:
    context = session.sparkContext._jsc
    try:
        return context is not None and not context.sc().isStopped()
    except (Py4JError, OSError):
        return False


def _start() -> SparkSession:
    """A new session; whatever is left of an earlier one, whose cluster or JVM is gone, is forgotten first."""
    _forget()
    builder = SparkSession.builder
    for key, value in _settings().items():
        builder = builder.config(key, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError, OSError) as error:
        log.exception("spark did not start")
        raise user_error(
            N_("Spark did not start."),
            N_("Ask an administrator to look at CDP_SPARK_MASTER and at Java 17, or to choose CDP_ENGINE=duckdb."),
        ) from error
    _await_worker(session)
    return session


def _forget() -> None:
    context = SparkContext._active_spark_context
    if context is None:
        return
    try:
        context.stop()
    except (Py4JError, OSError):
        log.warning("the JVM of the last session is gone")
    SparkContext._active_spark_context = SparkSession._instantiatedSession = None
    SparkContext._gateway = SparkContext._jvm = None


def _await_worker(session: SparkSession) -> None:
    """A cluster without a free core would let every query wait for ever, and silently."""
    tracker = session.sparkContext._jsc.sc().statusTracker()
    deadline = time.monotonic() + WORKERS_SECONDS
    local = settings.CDP_SPARK_MASTER.startswith("local")
    while not local and len(tracker.getExecutorInfos()) < 2:  # the driver is one of them
        if time.monotonic() > deadline:
            session.stop()
            raise user_error(
                N_("The Spark cluster has no free worker."),
                N_("Nothing was changed. Ask an administrator to look at the cluster, then try again."),
            )
        time.sleep(0.1)


def _make_views(session: SparkSession, name: str, state: State) -> None:
    for table, files in state.tables.items():
        _read(session, files).createOrReplaceTempView(_known_as(name, table))
    for view, expr in state.views.items():
        session.sql(_over(name, state.tables, expr)).createOrReplaceTempView(_known_as(name, view))


def _over(name: str, tables: Iterable[str], expr: ir.Table) -> str:
    """An expression over some of a state's tables as SQL: a session's views are of all states."""
    seen = ", ".join(f"{quoted(table)} AS (SELECT * FROM {quoted(_known_as(name, table))})" for table in tables)
    return f"WITH {seen} SELECT * FROM ({spark_sql(expr)})"


def _known_as(name: str, table: str) -> str:
    return f"{name}_{table}"


def _read(session: SparkSession, files: FileTable) -> DataFrame:
    fields = [StructField(column, _spark_type(kind)) for column, kind in files.schema.items()]
    if not files.paths:
        return session.createDataFrame([], StructType(fields))
    paths = [f"{files.root}/{path}" for path in files.paths]
    found = session.read.schema(StructType(fields)).option("basePath", files.root).parquet(*paths)
    return found.select(*files.schema)


def _spark_type(kind: dt.DataType) -> SparkType:
    return TimestampNTZType() if kind.is_timestamp() else PySparkType.from_ibis(kind)


@contextmanager
def _told() -> Iterator[None]:
    """What Spark could not do becomes a sentence for the user and the details for the log."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        log.exception("spark failed")
        raise user_error(
            N_("The engine could not answer. Nothing was changed."),
            N_("Try again; if it happens again, tell an administrator what you were looking at."),
        ) from error


_engines: dict[int, Spark] = {}
_engines_lock = threading.Lock()


def engine() -> Spark:
    """This process's driver. A forked worker starts its own."""
    with _engines_lock:
        return _engines.setdefault(os.getpid(), Spark())

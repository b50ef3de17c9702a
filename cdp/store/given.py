"""Events on their way into the lake: their columns checked, each of them once, as table `given` of a workspace.

Nothing here but `now_registered` asks the operational database, so the rest may run in a thread of its own.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from django.conf import settings
from django.db.models import Q

from cdp.engine import Connection, beside, workspace
from cdp.errors import N_, Problem, UserError

from .delta import DataFile, table_files
from .kinds import EVENT_COLUMNS, Column, literal, quoted
from .models import Batch, BatchState, EventType
from .views import EVENTS, event_schema, read, visible


@dataclass(frozen=True)
class Query:
    """Rows that tables of a workspace give; so they need not leave the engine."""

    connection: Connection
    sql: str


Events: TypeAlias = pa.Table | Query
GIVEN = ("event_id", "origin_id", "event", "time")
OPTIONAL = ("received_at", "extra")


@dataclass(frozen=True)
class Registered:
    """What the operational database says of events: their columns, their names, the batches not to be minded."""

    columns: dict[str, Column]
    events: frozenset[str]
    others: tuple[int, ...]


def now_registered(batch: Batch | None, replacing: str = "") -> Registered:
    """Batches that are still being written by others do not count: if they are given up, nothing is lost. Nor do
    those that were replaced, or those of the source somebody is about to replace."""
    gone = Q(state=BatchState.OPEN) | Q(replaced_by__isnull=False)
    others = Batch.objects.filter(gone | Q(source=replacing) if replacing else gone)
    others = others.exclude(pk=batch.pk) if batch else others
    names = EventType.objects.values_list("slug", flat=True)
    return Registered(event_schema(), frozenset(names), tuple(others.values_list("pk", flat=True)))


@contextmanager
def handed_over(events: Events) -> Iterator[Events]:
    """The same events for another thread: a connection refuses to serve two at a time."""
    if isinstance(events, Query):
        with beside(events.connection) as connection:
            yield Query(connection, events.sql)
    else:
        yield events


def origins_of(events: Events) -> np.ndarray:
    if isinstance(events, Query):
        sql = f"SELECT DISTINCT origin_id FROM ({events.sql})"
        return np.asarray(events.connection.execute(sql).fetchnumpy()["origin_id"])
    return np.unique(events["origin_id"].drop_null().to_numpy())


@contextmanager
def taken(events: Events, registered: Registered) -> Iterator[tuple[Connection, int]]:
    """A connection with the table `given`, that has every column events have of their own; and its rows.

    Raises `UserError` for a column or an event that is not registered.
    """
    if isinstance(events, Query):
        try:
            yield events.connection, _take(events.connection, f"({events.sql})", registered)
        finally:
            events.connection.execute("DROP TABLE IF EXISTS given").fetchall()
        return
    with workspace() as connection:
        connection.register("arrived", events)
        yield connection, _take(connection, "arrived", registered)


def _take(connection: Connection, source: str, registered: Registered) -> int:
    columns = registered.columns
    names = [name for name, *_ in connection.execute(f"DESCRIBE FROM {source}").fetchall()]
    _check_columns(names, columns)
    wanted = [*GIVEN, *OPTIONAL, *(name for name in columns if name not in EVENT_COLUMNS)]
    casts = ", ".join(
        f"{quoted(name) if name in names else 'NULL'}::{columns[name].sql} AS {quoted(name)}" for name in wanted
    )
    connection.execute(f"CREATE TABLE given AS SELECT {casts} FROM {source}").fetchall()
    _check_events(connection, registered.events)
    return rows_count(connection, "given")


def rows_count(connection: Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def _check_columns(names: Iterable[str], columns: dict[str, Column]) -> None:
    unknown = [
        name for name in names if name not in columns or (name in EVENT_COLUMNS and name not in GIVEN + OPTIONAL)
    ]
    if unknown:
        message, hint = N_("“%(slug)s” is not a registered property."), N_("Register it first.")
        raise UserError(*(Problem((name,), message, hint, {"slug": name}) for name in unknown))


def _check_events(connection: Connection, known: Collection[str]) -> None:
    found = connection.execute("SELECT DISTINCT event FROM given").fetchall()
    unknown = sorted(str(event) for (event,) in found if event not in known)
    if unknown:
        message, hint = N_("“%(slug)s” is not a registered event."), N_("Register it first.")
        raise UserError(*(Problem((slug,), message, hint, {"slug": slug}) for slug in unknown))
    missing = " OR ".join(f"{name} IS NULL" for name in GIVEN)
    count = rows_count(connection, f"given WHERE {missing}")
    if count:
        raise ValueError(f"{count} events without an id, a customer, a name or a time")


def repeated_drop(connection: Connection, registered: Registered) -> int:
    """Leave in `given` the first of each event_id that is not stored. Returns how many are left."""
    total, distinct = connection.execute("SELECT count(*), count(DISTINCT hash(event_id)) FROM given").fetchall()[0]
    if total != distinct:
        connection.execute(
            "CREATE OR REPLACE TABLE given AS SELECT * FROM given"
            " QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY rowid) = 1"
        ).fetchall()
    stored = _stored_sql(connection, registered.others)
    if stored:
        connection.execute(
            f"CREATE OR REPLACE TABLE given AS SELECT * FROM given ANTI JOIN ({stored}) AS stored USING (event_id)"
        ).fetchall()
    return rows_count(connection, "given") if stored or total != distinct else int(total)


def _stored_sql(connection: Connection, others: Collection[int]) -> str:
    """The event_ids stored in the partitions and the time range of `given`; "" when there can be none."""
    stored = table_files(EVENTS)
    if not stored:
        return ""
    period = local_clock(connection).period
    ranges = connection.execute(f"SELECT event, {period}, min(time), max(time) FROM given GROUP BY ALL").fetchall()
    wanted = {(event, month_of(number)): (first, last) for event, number, first, last in ranges}
    touched = [file for file in stored if _overlaps(file, wanted)]
    if not touched:
        return ""
    first, last = min(low for low, _high in wanted.values()), max(high for _low, high in wanted.values())
    sql = f"SELECT event_id, batch_id FROM {read(EVENTS, touched)}"
    sql += f" WHERE time BETWEEN TIMESTAMP '{first}' AND TIMESTAMP '{last}'"
    return visible(sql, list(others))


def _overlaps(file: DataFile, wanted: dict[tuple[str, str], tuple[datetime, datetime]]) -> bool:
    key = (file.partition["event"], file.partition["month"])
    if key not in wanted:
        return False
    first, last = wanted[key]
    return bool(file.low.get("time", first) <= last and file.high.get("time", last) >= first)


def month_of(period: int) -> str:
    return f"{period // 100:04}-{period % 100:02}"


@dataclass(frozen=True)
class LocalClock:
    """SQL for what the wall clock of the business shows at the `time` of an event."""

    local: str

    @property
    def day(self) -> str:
        return f"({self.local})::DATE"

    @property
    def hour(self) -> str:
        return f"hour({self.local})::TINYINT"

    @property
    def period(self) -> str:
        """The month as one number, such as 202406."""
        return f"(year({self.local}) * 100 + month({self.local}))::INTEGER"


def local_clock(connection: Connection) -> LocalClock:
    """Where the zone's offset does not change over the days of `given`, adding it costs a tenth of the calendar."""
    first, last = connection.execute("SELECT min(time), max(time) FROM given").fetchall()[0]
    zone = ZoneInfo(settings.CDP_TIME_ZONE)
    if first is not None and (last - first).days < 50 * 366:
        days = (first + timedelta(days=n) for n in range(-1, (last - first).days + 3))
        offsets = {day.replace(tzinfo=UTC).astimezone(zone).utcoffset() for day in days}
        if len(offsets) == 1:
            return LocalClock(f"time + INTERVAL ({int(offsets.pop().total_seconds())}) SECOND")
    return LocalClock(f"timezone({literal(settings.CDP_TIME_ZONE)}, timezone('UTC', time))")

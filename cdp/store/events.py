"""Events into and out of the lake: each once, sorted, one commit a batch."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from django.conf import settings
from django.utils import timezone

from cdp.engine import Connection, workspace
from cdp.errors import N_, Problem, UserError

from .customers import roots_read
from .delta import DataFile, columns_mark, file_write, table_commit, table_files
from .kinds import EVENT_COLUMNS, PARTITIONS, Column, literal, quoted
from .lock import exclusive
from .models import Batch, BatchState, EventType
from .views import EVENTS, event_schema, read, visible

Events: TypeAlias = pa.Table | pa.RecordBatchReader
GIVEN = ("event_id", "origin_id", "event", "time")
OPTIONAL = ("received_at", "extra")
# The business month as a number; no property can have a name with a blank.
PERIOD = '"the month"'


@dataclass(frozen=True)
class EventsAdded:
    """`repeated` ones were in the lake already, or twice among those given."""

    added: int
    repeated: int


def events_add(*, batch: Batch, events: Events) -> EventsAdded:
    """Store events (event_id, origin_id, event, time in UTC, registered properties) in one commit.

    They come into sight when the batch is committed. Raises `UserError` for a column or an event
    that is not registered.
    """
    columns = event_schema()
    with workspace() as connection:
        given = _take(connection, events, columns)
        _drop_repeated(connection, batch)
        added = _count(connection, "given")
        if added:
            written = _write(connection, batch, columns)
            with exclusive("lake"):
                table_commit(EVENTS, columns, add=written, partitions=PARTITIONS)
    return EventsAdded(added, given - added)


def events_repeated(*, events: Events) -> int:
    """How many of these `events_add` would drop."""
    with workspace() as connection:
        given = _take(connection, events, event_schema())
        _drop_repeated(connection, None)
        return given - _count(connection, "given")


def events_remove(batch: Batch) -> None:
    """Take a batch's events out of the lake's next version."""
    columns = event_schema()
    with exclusive("lake"), workspace() as connection:
        touched = [file for file in table_files(EVENTS) if _may_hold(file, batch.pk)]
        kept: list[DataFile] = []
        for file in touched:
            if file.low.get("batch_id") == file.high.get("batch_id") == batch.pk:
                continue
            select = f"SELECT * FROM {read(EVENTS, [file])} WHERE batch_id <> {batch.pk}"
            kept += filter(None, [file_write(connection, EVENTS, select, file.mark, file.partition)])
        if touched:
            table_commit(EVENTS, columns, add=kept, remove=touched, partitions=PARTITIONS)


def _may_hold(file: DataFile, batch_id: int) -> bool:
    return bool(file.low.get("batch_id", 0) <= batch_id <= file.high.get("batch_id", batch_id))


def _count(connection: Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def _take(connection: Connection, events: Events, columns: dict[str, Column]) -> int:
    """Make the table `given`, with every column events have of their own. Returns the number of rows."""
    names = events.schema.names
    _check_columns(names, columns)
    wanted = [*GIVEN, *OPTIONAL, *(name for name in columns if name not in EVENT_COLUMNS)]
    connection.register("arrived", events)
    casts = ", ".join(
        f"{quoted(name) if name in names else 'NULL'}::{columns[name].sql} AS {quoted(name)}" for name in wanted
    )
    connection.execute(f"CREATE TABLE given AS SELECT {casts} FROM arrived").fetchall()
    connection.unregister("arrived")
    _check_events(connection)
    local = local_time(connection, "given")
    connection.execute(
        f"CREATE OR REPLACE TABLE given AS SELECT *, ({local})::DATE AS day, hour({local})::TINYINT AS hour,"
        f" (year({local}) * 100 + month({local}))::INTEGER AS {PERIOD} FROM given"
    ).fetchall()
    return _count(connection, "given")


def _check_columns(names: Iterable[str], columns: dict[str, Column]) -> None:
    unknown = [
        name for name in names if name not in columns or (name in EVENT_COLUMNS and name not in GIVEN + OPTIONAL)
    ]
    if unknown:
        raise UserError(
            *(
                Problem(
                    (name,),
                    N_("“%(slug)s” is not a registered property."),
                    N_("Register it first."),
                    {"slug": name},
                )
                for name in unknown
            )
        )


def _check_events(connection: Connection) -> None:
    found = connection.execute("SELECT DISTINCT event FROM given").fetchall()
    known = set(EventType.objects.values_list("slug", flat=True))
    unknown = sorted(str(event) for (event,) in found if event not in known)
    if unknown:
        raise UserError(
            *(
                Problem(
                    (slug,), N_("“%(slug)s” is not a registered event."), N_("Register it first."), {"slug": slug}
                )
                for slug in unknown
            )
        )
    missing = " OR ".join(f"{name} IS NULL" for name in GIVEN)
    count = connection.execute(f"SELECT count(*) FROM given WHERE {missing}").fetchall()[0][0]
    if count:
        raise ValueError(f"{count} events without an id, a customer, a name or a time")


def _drop_repeated(connection: Connection, batch: Batch | None) -> None:
    """Leave in `given` the first of each event_id that is not stored."""
    total, distinct = connection.execute("SELECT count(*), count(DISTINCT hash(event_id)) FROM given").fetchall()[0]
    if total != distinct:
        connection.execute(
            "CREATE OR REPLACE TABLE given AS SELECT * FROM given"
            " QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY rowid) = 1"
        ).fetchall()
    stored = _stored_sql(connection, batch)
    if stored:
        connection.execute(
            f"CREATE OR REPLACE TABLE given AS SELECT * FROM given ANTI JOIN ({stored}) AS stored USING (event_id)"
        ).fetchall()


def _stored_sql(connection: Connection, batch: Batch | None) -> str:
    """The event_ids stored in the partitions and the time range of `given`; "" when there can be none.

    Batches that are still being written by others do not count: if they are given up, nothing is lost.
    """
    ranges = connection.execute(f"SELECT event, {PERIOD}, min(time), max(time) FROM given GROUP BY ALL").fetchall()
    wanted = {(event, _month(period)): (first, last) for event, period, first, last in ranges}
    touched = [file for file in table_files(EVENTS) if _overlaps(file, wanted)]
    if not touched:
        return ""
    others = Batch.objects.filter(state=BatchState.OPEN)
    others = others.exclude(pk=batch.pk) if batch else others
    first, last = min(low for low, _high in wanted.values()), max(high for _low, high in wanted.values())
    sql = f"SELECT event_id, batch_id FROM {read(EVENTS, touched)}"
    sql += f" WHERE time BETWEEN TIMESTAMP '{first}' AND TIMESTAMP '{last}'"
    return visible(sql, list(others.values_list("pk", flat=True)))


def _overlaps(file: DataFile, wanted: dict[tuple[str, str], tuple[datetime, datetime]]) -> bool:
    key = (file.partition["event"], file.partition["month"])
    if key not in wanted:
        return False
    first, last = wanted[key]
    return bool(file.low.get("time", first) <= last and file.high.get("time", last) >= first)


def _month(period: int) -> str:
    return f"{period // 100:04}-{period % 100:02}"


def local_time(connection: Connection, table: str) -> str:
    """SQL for the time of an event as the wall clock of the business shows it.

    Where the zone's offset does not change over the events' days, that is a plain addition, which costs a
    tenth of the calendar.
    """
    first, last = connection.execute(f"SELECT min(time), max(time) FROM {table}").fetchall()[0]
    zone = ZoneInfo(settings.CDP_TIME_ZONE)
    if first is not None and (last - first).days < 50 * 366:
        days = (first + timedelta(days=n) for n in range(-1, (last - first).days + 3))
        offsets = {day.replace(tzinfo=UTC).astimezone(zone).utcoffset() for day in days}
        if len(offsets) == 1:
            return f"time + INTERVAL ({int(offsets.pop().total_seconds())}) SECOND"
    return f"timezone({literal(settings.CDP_TIME_ZONE)}, timezone('UTC', time))"


def _write(connection: Connection, batch: Batch, columns: dict[str, Column]) -> list[DataFile]:
    """`given`, filled out and sorted, as one file a partition."""
    origins = connection.execute("SELECT DISTINCT origin_id FROM given").fetchnumpy()["origin_id"]
    roots = roots_read(np.asarray(origins))
    connection.register("roots", roots)
    customer, join = "origin_id", ""
    if roots.num_rows:
        customer, join = "coalesce(roots.root, origin_id)", "LEFT JOIN roots ON roots.id = g.origin_id"
    connection.execute(
        f"CREATE TABLE staged AS SELECT g.*, {customer}::INTEGER AS customer_id FROM given AS g {join}"
        f" ORDER BY event, {PERIOD}, customer_id, time"
    ).fetchall()
    connection.execute("DROP TABLE given").fetchall()
    now = timezone.now().replace(tzinfo=None)
    fills = {
        "received_at": f"coalesce(received_at, TIMESTAMP '{now}')",
        "channel": f"{literal(batch.channel)}" if batch.channel else "NULL::VARCHAR",
        "source": literal(batch.source),
        "batch_id": f"{batch.pk}::INTEGER",
    }
    return _partitions_write(connection, columns, fills)


def _partitions_write(connection: Connection, columns: dict[str, Column], fills: dict[str, str]) -> list[DataFile]:
    """One file for each event and month of `staged`, which is sorted by them."""
    pairs = connection.execute(f"SELECT event, {PERIOD} FROM staged GROUP BY ALL ORDER BY ALL").fetchall()
    wanted = ", ".join(f"{fills.get(n, quoted(n))} AS {quoted(n)}" for n in columns if n not in PARTITIONS)
    mark, written = columns_mark(columns), []
    for event, period in pairs:
        rows = f"SELECT {wanted} FROM staged WHERE event = {literal(event)} AND {PERIOD} = {period}"
        written.append(file_write(connection, EVENTS, rows, mark, {"event": event, "month": _month(period)}))
    return [file for file in written if file is not None]

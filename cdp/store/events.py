"""Events into and out of the lake: each once, sorted, one commit a batch."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
from django.utils import timezone

from cdp.engine import Connection, workspace

from .customers import roots_read
from .delta import DataFile, columns_mark, file_write, table_commit, table_files
from .given import (
    Events,
    Registered,
    handed_over,
    local_clock,
    month_of,
    now_registered,
    origins_of,
    repeated_drop,
    taken,
)
from .kinds import PARTITIONS, literal, quoted
from .lock import exclusive
from .models import Batch
from .views import EVENTS, event_schema, read

# The business month as a number; no property can have a name with a blank.
PERIOD = '"the month"'


@dataclass(frozen=True)
class EventsAdded:
    """`repeated` ones were in the lake already, or twice among those given."""

    added: int
    repeated: int


@dataclass
class Adding:
    """Events on their way; `outcome` is there once they have arrived."""

    outcome: EventsAdded | None = None

    def done(self) -> EventsAdded:
        assert self.outcome is not None
        return self.outcome


def events_add(*, batch: Batch, events: Events) -> EventsAdded:
    """Store events (event_id, origin_id, event, time in UTC, registered properties) in one commit.

    They come into sight when the batch is committed. Raises `UserError` for a column or an event
    that is not registered.
    """
    with events_adding(batch=batch, events=events) as adding:
        pass
    return adding.done()


@contextmanager
def events_adding(*, batch: Batch, events: Events, replacing: str = "") -> Iterator[Adding]:
    """The same, while the caller does something else that takes time; they are stored at the end of the block.

    A thread writes the files, and everything it needs from the operational database it is told before: so the
    caller may write there meanwhile.
    """
    registered, roots = now_registered(batch, replacing), roots_read(origins_of(events))
    writing = _Writing(batch, registered, roots, str(timezone.now().replace(tzinfo=None)))
    adding = Adding()
    with handed_over(events) as theirs, ThreadPoolExecutor(1, "events") as thread:
        files = thread.submit(writing.files, theirs)
        yield adding
        outcome, written = files.result()
    if written:
        with exclusive("lake"):
            table_commit(EVENTS, registered.columns, add=written, partitions=PARTITIONS)
    adding.outcome = outcome


def events_repeated(*, events: Events, replacing: str = "") -> int:
    """How many of these `events_add` would drop; `replacing` is a source whose batches will not count by then."""
    registered = now_registered(None, replacing)
    with taken(events, registered) as (connection, given):
        return given - repeated_drop(connection, registered)


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


@dataclass(frozen=True)
class _Writing:
    """Everything needed to make files of events; `roots` says which customer a merged one became."""

    batch: Batch
    registered: Registered
    roots: pa.Table
    now: str

    def files(self, events: Events) -> tuple[EventsAdded, list[DataFile]]:
        """What comes of the events, and the files with them, one a partition, not yet committed."""
        with taken(events, self.registered) as (connection, given):
            added = repeated_drop(connection, self.registered)
            outcome = EventsAdded(added, given - added)
            if not added:
                return outcome, []
            self._sort(connection)
            return outcome, self._partitions(connection)

    def _sort(self, connection: Connection) -> None:
        """Table `staged`: `given`, filled out, the events of a partition together, sorted by customer and time."""
        customer, join = "origin_id", ""
        if self.roots.num_rows:
            connection.register("roots", self.roots)
            customer, join = "coalesce(roots.root, origin_id)", "LEFT JOIN roots ON roots.id = g.origin_id"
        clock = local_clock(connection)
        # By the hash of its name: a number is compared in half the time a text takes.
        connection.execute(
            f"CREATE TABLE staged AS SELECT g.*, {customer}::INTEGER AS customer_id, {clock.day} AS day,"
            f" {clock.hour} AS hour, {clock.period} AS {PERIOD} FROM given AS g {join}"
            f" ORDER BY hash(event), {PERIOD}, customer_id, time"
        ).fetchall()
        connection.execute("DROP TABLE given").fetchall()

    def _partitions(self, connection: Connection) -> list[DataFile]:
        """One file for each event and month of `staged`, which is sorted by them."""
        pairs = connection.execute(f"SELECT event, {PERIOD} FROM staged GROUP BY ALL ORDER BY ALL").fetchall()
        fills, columns = self._fills(), self.registered.columns
        wanted = ", ".join(f"{fills.get(n, quoted(n))} AS {quoted(n)}" for n in columns if n not in PARTITIONS)
        mark, written = columns_mark(columns), []
        for event, period in pairs:
            rows = f"SELECT {wanted} FROM staged WHERE event = {literal(event)} AND {PERIOD} = {period}"
            partition = {"event": event, "month": month_of(period)}
            written.append(file_write(connection, EVENTS, rows, mark, partition))
        connection.execute("DROP TABLE staged").fetchall()
        return [file for file in written if file is not None]

    def _fills(self) -> dict[str, str]:
        return {
            "received_at": f"coalesce(received_at, TIMESTAMP '{self.now}')",
            "channel": f"{literal(self.batch.channel)}" if self.batch.channel else "NULL::VARCHAR",
            "source": literal(self.batch.source),
            "batch_id": f"{self.batch.pk}::INTEGER",
        }

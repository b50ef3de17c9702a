"""Events that are taken in and not in the lake yet, as the lake's columns."""

import json
from collections.abc import Sequence

import pyarrow as pa
from django.db import connection

from cdp.engine import workspace
from cdp.store.bulk import among, rows_read
from cdp.store.kinds import EVENT_COLUMNS, quoted
from cdp.store.models import BatchState
from cdp.store.views import event_schema

STORED = pa.schema(
    [
        ("event_id", pa.string()),
        ("origin_id", pa.int64()),
        ("event", pa.string()),
        ("time", pa.string()),
        ("received_at", pa.string()),
        ("source", pa.string()),
        ("channel", pa.string()),
        ("batch_id", pa.int64()),
        ("said", pa.string()),
        ("beside", pa.string()),
    ]
)
OWN = ("event_id", "origin_id", "event", "time", "received_at")


def hot_of_flush(flush_id: int) -> pa.Table:
    """A flush's events as `events_add` takes them: what they are and a typed column a property."""
    return _typed(_stored(f"h.flush_id = {int(flush_id)}"), OWN)


def hot_of_origins(origins: Sequence[int]) -> pa.Table:
    """The events on their way of these customer rows, with their source, channel and batch, too. Those of a flush
    that has just arrived, or is taken back, are not among them.
    """
    where, value = among("h.origin_id", [int(one) for one in origins])
    still = f"b.state = '{BatchState.OPEN.value}'"
    return _typed(_stored(f"{where} AND {still}", [value]), (*OWN, "source", "channel", "batch_id"))


def _stored(where: str, params: Sequence[object] = ()) -> pa.Table:
    moment = "CAST({} AT TIME ZONE 'UTC' AS text)" if connection.vendor == "postgresql" else "{}"
    sql = (
        f"SELECT h.event_id, h.origin_id, h.event, {moment.format('h.time')} AS time,"
        f" {moment.format('h.received_at')} AS received_at, h.source, h.channel, f.batch_id,"
        " CAST(h.properties AS text) AS said, CAST(h.extra AS text) AS beside"
        " FROM live_hotevent h JOIN live_flush f ON f.id = h.flush_id JOIN store_batch b ON b.id = f.batch_id"
        f" WHERE {where} ORDER BY h.id"
    )
    return rows_read(sql, STORED, params)


def _typed(stored: pa.Table, own: Sequence[str]) -> pa.Table:
    columns = {slug: column for slug, column in event_schema().items() if slug not in EVENT_COLUMNS}
    wanted = json.dumps({slug: column.json for slug, column in columns.items()}, ensure_ascii=False)
    properties = "".join(f", said.{quoted(slug)} AS {quoted(slug)}" for slug in columns)
    chosen = ", ".join(f"{name}::{EVENT_COLUMNS[name].sql} AS {name}" for name in own)
    said = f"json_transform(said, '{wanted.replace(chr(39), chr(39) * 2)}')" if columns else "NULL"
    with workspace() as workbench:
        workbench.register("hot", stored)
        return workbench.sql(
            f"SELECT {chosen}, nullif(beside, '{{}}') AS extra{properties}"
            f" FROM (SELECT * REPLACE ({said} AS said) FROM hot)"
        ).to_arrow_table()

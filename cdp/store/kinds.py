"""What each kind of value is as a column: one row a kind."""

from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dt
import pyarrow as pa

from .models import ValueKind


@dataclass(frozen=True)
class Column:
    """The same type for the engine (SQL), for expressions (Ibis) and in memory (Arrow)."""

    sql: str
    ibis: dt.DataType
    arrow: pa.DataType
    json: str | dict[str, str] | list[str]


COLUMNS: dict[str, Column] = {
    ValueKind.TEXT: Column("VARCHAR", dt.string, pa.string(), "VARCHAR"),
    ValueKind.NUMBER: Column("DOUBLE", dt.float64, pa.float64(), "DOUBLE"),
    ValueKind.MONEY: Column("DECIMAL(18,2)", dt.Decimal(18, 2), pa.decimal128(18, 2), "DECIMAL(18,2)"),
    ValueKind.DATE: Column("TIMESTAMP", dt.Timestamp(scale=6), pa.timestamp("us"), "TIMESTAMP"),
    ValueKind.BOOLEAN: Column("BOOLEAN", dt.boolean, pa.bool_(), "BOOLEAN"),
    ValueKind.LIST: Column("VARCHAR[]", dt.Array(dt.string), pa.list_(pa.string()), ["VARCHAR"]),
    ValueKind.GEO: Column(
        "STRUCT(lat DOUBLE, lon DOUBLE)",
        dt.Struct({"lat": dt.float64, "lon": dt.float64}),
        pa.struct([("lat", pa.float64()), ("lon", pa.float64())]),
        {"lat": "DOUBLE", "lon": "DOUBLE"},
    ),
}

# The events' own columns, in the order they are stored in; a property may not take one of these names.
EVENT_COLUMNS: dict[str, Column] = {
    "event_id": Column("BLOB", dt.binary, pa.binary(), "BLOB"),
    "origin_id": Column("INTEGER", dt.int32, pa.int32(), "INTEGER"),
    "customer_id": Column("INTEGER", dt.int32, pa.int32(), "INTEGER"),
    "event": Column("VARCHAR", dt.string, pa.string(), "VARCHAR"),
    "month": Column("VARCHAR", dt.string, pa.string(), "VARCHAR"),
    "time": Column("TIMESTAMP", dt.Timestamp(scale=6), pa.timestamp("us"), "TIMESTAMP"),
    "day": Column("DATE", dt.date, pa.date32(), "DATE"),
    "hour": Column("TINYINT", dt.int8, pa.int8(), "TINYINT"),
    "received_at": Column("TIMESTAMP", dt.Timestamp(scale=6), pa.timestamp("us"), "TIMESTAMP"),
    "channel": Column("VARCHAR", dt.string, pa.string(), "VARCHAR"),
    "source": Column("VARCHAR", dt.string, pa.string(), "VARCHAR"),
    "batch_id": Column("INTEGER", dt.int32, pa.int32(), "INTEGER"),
    "extra": Column("VARCHAR", dt.string, pa.string(), "VARCHAR"),
}
PARTITIONS = ("event", "month")
RESERVED = frozenset(EVENT_COLUMNS) | {"weekday"}
CUSTOMER_ID = EVENT_COLUMNS["customer_id"]


def event_columns(properties: dict[str, str]) -> dict[str, Column]:
    """Column name → type of the events, given property slug → kind."""
    return EVENT_COLUMNS | {slug: COLUMNS[kind] for slug, kind in properties.items()}


def profile_columns(attributes: dict[str, str]) -> dict[str, Column]:
    return {"customer_id": CUSTOMER_ID} | {slug: COLUMNS[kind] for slug, kind in attributes.items()}


def ibis_table(name: str, columns: dict[str, Column]) -> ibis.Table:
    return ibis.table(ibis.schema({column: kind.ibis for column, kind in columns.items()}), name=name)


def arrow_schema(columns: dict[str, Column]) -> pa.Schema:
    return pa.schema([(column, kind.arrow) for column, kind in columns.items()])


def quoted(name: str) -> str:
    """An identifier in SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"

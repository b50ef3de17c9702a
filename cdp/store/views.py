"""The lake's tables as SELECTs over the files of a version, under the columns registered today."""

from collections.abc import Collection, Sequence
from datetime import datetime

import pyarrow.parquet as pq

from . import files
from .delta import DataFile, columns_mark
from .kinds import PARTITIONS, Column, event_columns, literal, profile_columns, quoted
from .models import Attribute, Property

EVENTS, PROFILES, OVERRIDES = "events", "profiles", "overrides"


def event_schema() -> dict[str, Column]:
    return event_columns(dict(Property.objects.order_by("pk").values_list("slug", "kind")))


def profile_schema() -> dict[str, Column]:
    return profile_columns(dict(Attribute.objects.filter(personal=False).values_list("slug", "kind")))


def events_sql(
    stored: Sequence[DataFile], columns: dict[str, Column], hidden: Sequence[int], overrides: Sequence[DataFile]
) -> str:
    """Events as seen in a version: without hidden batches, and with merges since then applied."""
    return overridden(visible(files_sql(EVENTS, stored, columns, PARTITIONS), hidden), overrides)


def scoped(
    stored: Sequence[DataFile], events: Collection[str] | None, start: datetime | None, end: datetime
) -> list[DataFile]:
    """The files that may hold such events (None: any) from `start` to before `end`, in UTC."""
    return [
        file
        for file in stored
        if (events is None or file.partition["event"] in events)
        and (start is None or file.high.get("time", start) >= start)
        and ("time" not in file.low or file.low["time"] < end)
    ]


def profiles_sql(stored: Sequence[DataFile], columns: dict[str, Column]) -> str:
    # One customer after the other, as bitmaps like them best.
    return files_sql(PROFILES, sorted(stored, key=lambda file: file.low["customer_id"]), columns)


def visible(sql: str, hidden: Sequence[int]) -> str:
    if not hidden:
        return sql
    return f"SELECT * FROM ({sql}) WHERE batch_id NOT IN ({', '.join(map(str, hidden))})"


def overridden(sql: str, overrides: Sequence[DataFile]) -> str:
    """Name the customers events belong to now, where that is another than when they were stored."""
    if not overrides:
        return sql
    return (
        f"SELECT e.* REPLACE (coalesce(o.customer_id, e.customer_id) AS customer_id) FROM ({sql}) AS e"
        f" LEFT JOIN (SELECT origin_id, customer_id FROM {read(OVERRIDES, overrides)}) AS o USING (origin_id)"
    )


def files_sql(
    table: str, stored: Sequence[DataFile], columns: dict[str, Column], partitions: Sequence[str] = ()
) -> str:
    """Files under the columns of today. Those written under the same columns are read together."""
    marks: dict[str, list[DataFile]] = {}
    for file in stored:
        marks.setdefault(file.mark, []).append(file)
    if not marks:
        nothing = ", ".join(f"NULL::{kind.sql} AS {quoted(name)}" for name, kind in columns.items())
        return f"SELECT {nothing} WHERE false"
    today = columns_mark(columns)
    selects = []
    for mark, group in marks.items():
        there = set(columns) if mark == today else columns_of(table, group[0]) | set(partitions)
        wanted = ", ".join(_column_sql(name, kind, name in there) for name, kind in columns.items())
        selects.append(f"SELECT {wanted} FROM {read(table, group, partitions)}")
    return " UNION ALL ".join(selects)


def _column_sql(name: str, kind: Column, there: bool) -> str:
    return quoted(name) if there else f"NULL::{kind.sql} AS {quoted(name)}"


def columns_of(table: str, file: DataFile) -> set[str]:
    """The columns a file was written with, besides its partition."""
    return set(pq.read_schema(files.local(table, file.path)).names)


def columns_filled(table: str, file: DataFile) -> set[str]:
    """Those of `columns_of` in which some row has a value."""
    about = pq.read_metadata(files.local(table, file.path))
    groups = [about.row_group(number) for number in range(about.num_row_groups)]
    return {
        column.path_in_schema.split(".")[0] for group in groups for column in _columns(group) if _filled(column)
    }


def _columns(group: pq.RowGroupMetaData) -> list[pq.ColumnChunkMetaData]:
    return [group.column(number) for number in range(group.num_columns)]


def _filled(column: pq.ColumnChunkMetaData) -> bool:
    """Without statistics nobody knows, so it may be."""
    known = column.statistics
    return known is None or not known.has_null_count or known.null_count < column.num_values


def read(table: str, stored: Sequence[DataFile], partitions: Sequence[str] = ()) -> str:
    names = ", ".join(literal(files.local(table, file.path)) for file in stored)
    hive = ", ".join(f"{literal(name)}: VARCHAR" for name in partitions)
    options = f"hive_partitioning=true, hive_types={{{hive}}}" if partitions else "hive_partitioning=false"
    return f"read_parquet([{names}], {options})"

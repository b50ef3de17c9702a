"""A version of the lake for an engine that reads the files itself: which files, and what is seen of them."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from cdp.engine import FileTable, State

from . import files
from .delta import DataFile, table_files
from .kinds import CUSTOMER_ID, EVENT_COLUMNS, PARTITIONS, Column, ibis_table
from .versions import Version
from .views import EVENTS, OVERRIDES, PROFILES

STORED_EVENTS, STORED_PROFILES = "stored_events", "stored_profiles"
OVERRIDE_COLUMNS = {"origin_id": EVENT_COLUMNS["origin_id"], "customer_id": CUSTOMER_ID}


def rule_state(version: Version, events: dict[str, Column], profiles: dict[str, Column]) -> State:
    """What `views.events_sql` and `views.profiles_sql` say, as expressions over the tables' files."""
    stored, overrides = table_files(EVENTS, version.events), table_files(OVERRIDES, version.overrides)
    tables = {
        STORED_EVENTS: _files(EVENTS, stored, events, PARTITIONS),
        STORED_PROFILES: _files(PROFILES, table_files(PROFILES, version.profiles), profiles),
    }
    seen = visible(ibis_table(STORED_EVENTS, events), version.hidden)
    if overrides:
        tables[OVERRIDES] = _files(OVERRIDES, overrides, OVERRIDE_COLUMNS)
        seen = overridden(seen, ibis_table(OVERRIDES, OVERRIDE_COLUMNS))
    return State(tables, {EVENTS: seen, PROFILES: ibis_table(STORED_PROFILES, profiles)})


def visible(events: ir.Table, hidden: Sequence[int]) -> ir.Table:
    return events.filter(events.batch_id.notin(hidden)) if hidden else events


def overridden(events: ir.Table, overrides: ir.Table) -> ir.Table:
    """Name the customers events belong to now, where that is another than when they were stored."""
    moved = overrides.select(moved="origin_id", belongs="customer_id")
    joined = events.left_join(moved, events.origin_id == moved.moved)
    now = ibis.coalesce(joined.belongs, joined.customer_id)
    return joined.mutate(customer_id=now).select(*events.columns)


def _files(
    table: str, stored: Sequence[DataFile], columns: dict[str, Column], partitions: tuple[str, ...] = ()
) -> FileTable:
    schema = ibis.schema({name: column.ibis for name, column in columns.items()})
    return FileTable(files.shared_root(table), tuple(file.path for file in stored), schema, partitions)

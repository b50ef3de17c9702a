"""Keeping the lake fast: many small files become one sorted file a partition, and merges are folded in."""

from itertools import groupby

from cdp.engine import workspace

from .delta import (
    NO_VERSION,
    DataFile,
    columns_mark,
    file_write,
    table_commit,
    table_files,
    table_vacuum,
    table_version,
)
from .kinds import PARTITIONS, quoted
from .lock import exclusive
from .mirror import mirror_write, overrides_write
from .models import Batch, BatchState, Customer
from .sightings import SIGHTINGS
from .versions import version_current, version_publish
from .views import EVENTS, OVERRIDES, PROFILES, event_schema, files_sql, overridden

KEEP_HOURS = 2
FILES_A_PARTITION = 4


def lake_compact(*, everything: bool = False) -> int:
    """Rewrite the partitions that have many files; returns how many files were replaced.

    With `everything`, every partition is rewritten and the merges so far are folded into the events, so
    that reading needs no overrides until the next merge. Running readers keep their version.
    """
    with exclusive("identity"), exclusive("lake"):
        now = version_current()
        # A batch that is still open may have merged customers; folding that in could not be taken back.
        fold = everything and not Batch.objects.filter(state=BatchState.OPEN).exists()
        old, new = _rewrite(everything, table_files(OVERRIDES, overrides_write()) if fold else [])
        if not old:
            return 0
        events = table_commit(EVENTS, event_schema(), add=new, remove=old, partitions=PARTITIONS)
        if not fold:
            version_publish(events=events, profiles=now.profiles, overrides=now.overrides, personal=now.personal)
            return len(old)
        Customer.objects.filter(moved=True).update(moved=False)
        mirror = mirror_write(everyone=True)
        version_publish(
            events=events,
            profiles=mirror.version,
            personal=mirror.personal,
            changes=mirror.changes,
            overrides=NO_VERSION,
        )
    return len(old)


def _rewrite(everything: bool, overrides: list[DataFile]) -> tuple[list[DataFile], list[DataFile]]:
    columns = event_schema()
    wanted = ", ".join(quoted(name) for name in columns if name not in PARTITIONS)
    old: list[DataFile] = []
    new: list[DataFile] = []
    with workspace() as workbench:
        for partition, group in groupby(table_files(EVENTS), key=lambda file: tuple(file.partition.items())):
            files = list(group)
            if len(files) < FILES_A_PARTITION and not everything:
                continue
            rows = overridden(files_sql(EVENTS, files, columns, PARTITIONS), overrides)
            select = f"SELECT {wanted} FROM ({rows}) ORDER BY customer_id, time"
            written = file_write(workbench, EVENTS, select, columns_mark(columns), dict(partition))
            old += files
            new += [written] if written else []
    return old, new


def lake_vacuum() -> int:
    """Delete files no reader can be using any more. Returns how many."""
    with exclusive("lake"):
        tables = (EVENTS, PROFILES, OVERRIDES, SIGHTINGS)
        return sum(table_vacuum(table, hours=KEEP_HOURS) for table in tables if table_version(table) != NO_VERSION)

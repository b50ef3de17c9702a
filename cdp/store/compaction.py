"""Keeping the events fast: many small files become one sorted file a partition, and merges are folded in."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from cdp.engine import Connection, workspace

from . import files
from .delta import (
    NO_VERSION,
    DataFile,
    columns_mark,
    file_write,
    table_commit,
    table_files,
)
from .kinds import PARTITIONS, Column, literal, quoted
from .lock import Waiting, exclusive
from .mirror import mirror_write, overrides_write
from .models import Batch, BatchState, Customer
from .versions import version_current, version_publish
from .views import EVENTS, OVERRIDES, event_schema, files_sql, overridden, read

FILES_A_PARTITION = 4
Progress: TypeAlias = Callable[[int, int], None]
Partition: TypeAlias = tuple[tuple[str, str], ...]


def lake_compact(
    *, fold: bool = False, everything: bool = False, progress: Progress | None = None, waiting: Waiting = None
) -> int:
    """Rewrite the partitions that have many files; returns how many files were replaced.

    With `fold` also those with events of customers that were merged or parted since, so that reading needs no
    overrides until the next merge; with `everything`, every partition. Running readers keep their version.
    """
    tell = progress or (lambda done, total: None)
    fold = fold or everything
    # A batch that is still open may have merged customers; folding that in could not be taken back.
    if not fold or Batch.objects.filter(state=BatchState.OPEN).exists():
        return _fragments_join(everything, tell)
    with exclusive("identity", waiting), exclusive("lake", waiting):
        if Batch.objects.filter(state=BatchState.OPEN).exists():
            return _fragments_join(everything, tell)
        return _merges_fold(everything, tell)


def _fragments_join(everything: bool, tell: Progress) -> int:
    """Without holding anybody up: a partition somebody changed meanwhile stays as it is."""
    stored = _partitions()
    chosen = [key for key, held in stored.items() if everything or len(held) >= FILES_A_PARTITION]
    made = _rewrite(stored, chosen, [], tell)
    with exclusive("lake"):
        now = _partitions()
        kept = [key for key in made if now.get(key) == stored[key]]
        old = [file for key in kept for file in stored[key]]
        if not old:
            return 0
        new = [file for key in kept for file in made[key]]
        version = version_current()
        version_publish(
            events=table_commit(EVENTS, event_schema(), add=new, remove=old, partitions=PARTITIONS),
            profiles=version.profiles,
            overrides=version.overrides,
            personal=version.personal,
        )
    return len(old)


def _merges_fold(everything: bool, tell: Progress) -> int:
    """Call it under the locks "identity" and "lake": who is merged must not change while it is written."""
    stored = _partitions()
    overrides = table_files(OVERRIDES, overrides_write())
    moved = _moved_in(stored, overrides)
    chosen = [key for key, held in stored.items() if everything or key in moved or len(held) >= FILES_A_PARTITION]
    if not chosen and not overrides:
        return 0
    made = _rewrite(stored, chosen, overrides, tell)
    old = [file for key in chosen for file in stored[key]]
    new = [file for key in chosen for file in made[key]]
    events = table_commit(EVENTS, event_schema(), add=new, remove=old, partitions=PARTITIONS)
    Customer.objects.filter(moved=True).update(moved=False)
    mirror = mirror_write(everyone=everything)
    version_publish(
        events=events,
        profiles=mirror.version,
        personal=mirror.personal,
        changes=mirror.changes,
        overrides=NO_VERSION,
    )
    return len(old)


def _partitions() -> dict[Partition, list[DataFile]]:
    return {key: list(held) for key, held in groupby(table_files(EVENTS), key=_partition)}


def _partition(file: DataFile) -> Partition:
    return tuple(file.partition.items())


def _moved_in(stored: Mapping[Partition, list[DataFile]], overrides: Sequence[DataFile]) -> set[Partition]:
    """The partitions with an event that names another customer than it belongs to now."""
    if not overrides or not stored:
        return set()
    held = {files.local(EVENTS, file.path): key for key, group in stored.items() for file in group}
    with workspace() as workbench:
        names = ", ".join(map(literal, held))
        found = workbench.execute(
            f"SELECT DISTINCT e.filename FROM read_parquet([{names}], filename=true, hive_partitioning=false) AS e"
            f" JOIN {read(OVERRIDES, overrides)} AS o USING (origin_id) WHERE e.customer_id <> o.customer_id"
        ).fetchall()
    return {held[name] for (name,) in found}


def _rewrite(
    stored: Mapping[Partition, list[DataFile]],
    chosen: Sequence[Partition],
    overrides: Sequence[DataFile],
    tell: Progress,
) -> dict[Partition, list[DataFile]]:
    """What the chosen partitions are to consist of: one file each, or none. Nothing is committed yet."""
    columns, made = event_schema(), {}
    with workspace() as workbench:
        for done, key in enumerate(chosen):
            tell(done, len(chosen))
            written = _partition_write(workbench, stored[key], columns, overrides)
            made[key] = [written] if written else []
    return made


def _partition_write(
    workbench: Connection, held: Sequence[DataFile], columns: dict[str, Column], overrides: Sequence[DataFile]
) -> DataFile | None:
    wanted = ", ".join(quoted(name) for name in columns if name not in PARTITIONS)
    rows = overridden(files_sql(EVENTS, held, columns, PARTITIONS), overrides)
    select = f"SELECT {wanted} FROM ({rows}) ORDER BY customer_id, time"
    return file_write(workbench, EVENTS, select, columns_mark(columns), held[0].partition)

"""Delta tables on this machine, kept open by each thread.

Opening one reads its log, for three to six milliseconds; a batch that comes into sight asks for several tables more
than once. A table is opened anew when its log has an entry that this thread has not read, or is another log.
"""

import threading
from pathlib import Path
from typing import TypeAlias

from deltalake import DeltaTable

# Of so many tables: all that one state of the lake has.
MOST_KEPT = 6

Entry: TypeAlias = tuple[int, int, int]

_kept = threading.local()


def table_open(uri: str, version: int | None = None) -> DeltaTable:
    """The table as of a version, the latest by default. Raises `TableNotFoundError`."""
    found = _tables().get(uri)
    if found is not None and _is_good(uri, *found, version):
        return found[0]
    delta = DeltaTable(uri, version=version)
    if version is None:
        table_keep(uri, delta)
    return delta


def table_keep(uri: str, delta: DeltaTable) -> None:
    """Remember a table that is at its latest version, since its log was just read or written."""
    tables = _tables()
    tables.pop(uri, None)
    entry = _entry(uri, delta.version())
    if entry is not None:
        tables[uri] = (delta, entry)
    while len(tables) > MOST_KEPT:
        del tables[next(iter(tables))]


def _tables() -> dict[str, tuple[DeltaTable, Entry]]:
    return _kept.__dict__.setdefault("tables", {})


def _is_good(uri: str, delta: DeltaTable, entry: Entry, version: int | None) -> bool:
    held = delta.version()
    if _entry(uri, held) != entry:
        return False
    return not _log_file(uri, held + 1).exists() if version is None else version == held


def _entry(uri: str, version: int) -> Entry | None:
    """What tells this entry from one of the same number in another log; None when it is not a file here."""
    try:
        stat = _log_file(uri, version).stat()
    except FileNotFoundError:
        return None
    return version, stat.st_ino, stat.st_mtime_ns


def _log_file(uri: str, version: int) -> Path:
    return Path(uri, "_delta_log", f"{version:020}.json")

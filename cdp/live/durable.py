"""Rows that are on the disk when the call returns, or were not written."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from .models import Arrival

# Clients give up after ten seconds or so: they get an answer before that.
LOCK_SECONDS = 4
PAUSE = 0.002
# SQLite as it is set up here has a commit in its file and not yet on the disk, which is right for what can be done
# again; what was answered for cannot. Left alone, SQLite asks for its lock ever more seldom and misses its turn
# where others write again and again, so it is asked every few milliseconds. And a short log makes no long pause
# when it is put into the file; what is only ever added gains nothing by waiting in it.
SURELY = {"synchronous": 2, "busy_timeout": 20, "wal_autocheckpoint": 2_000}


def rows_write(arrivals: list[Arrival]) -> None:
    """All in one transaction. Raises `django.db.Error`; after `LOCK_SECONDS` where somebody else writes so long."""
    until = time.monotonic() + LOCK_SECONDS
    with _surely():
        while True:
            try:
                return _insert(arrivals)
            except OperationalError as error:
                if not _is_locked(error) or time.monotonic() > until:
                    raise
                time.sleep(PAUSE)


def _insert(arrivals: list[Arrival]) -> None:
    for arrival in arrivals:
        arrival.pk = None
    with transaction.atomic(durable=True):
        Arrival.objects.bulk_create(arrivals)


def _is_locked(error: OperationalError) -> bool:
    """Waited for by SQLite itself, or, where connections share what is in memory, not at all."""
    code = getattr(error.__cause__, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


@contextmanager
def _surely() -> Iterator[None]:
    """PostgreSQL waits for the disk by itself."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        usual = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in SURELY}
        try:
            for name, value in SURELY.items():
                cursor.execute(f"PRAGMA {name}={value}")
            yield
        finally:
            for name, value in usual.items():
                cursor.execute(f"PRAGMA {name}={value}")

"""One writer at a time for a named thing, across processes. A killed holder lets go by itself."""

import fcntl
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from django.conf import settings
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

Waiting: TypeAlias = Callable[[], None] | None
LOOK_AGAIN_SECONDS = 1.0

_threads: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)
_held = threading.local()


@contextmanager
def exclusive(name: str, waiting: Waiting = None) -> Iterator[None]:
    """Wait for, then hold the lock `name`. The same thread may take it again.

    `waiting` is called every second while somebody else holds it; what it raises ends the wait.
    """
    lock = _threads[name]
    _wait_for(lambda: lock.acquire(blocking=waiting is None), waiting)
    try:
        depths = _held.__dict__.setdefault("depths", {})
        if depths.get(name):
            yield
            return
        depths[name] = 1
        try:
            with _across_processes(name, waiting):
                yield
        finally:
            depths[name] = 0
    finally:
        lock.release()


def _wait_for(attempt: Callable[[], bool], waiting: Waiting) -> None:
    while not attempt():
        if waiting is not None:
            waiting()
        time.sleep(LOOK_AGAIN_SECONDS)


@contextmanager
def _across_processes(name: str, waiting: Waiting) -> Iterator[None]:
    if connection.vendor == "postgresql":
        # A connection of its own: let go when it closes, whatever became of the caller's transaction.
        own = connection.copy()
        try:
            _wait_for(lambda: _advisory_lock(own, name, waiting is None), waiting)
            yield
        finally:
            own.close()
        return
    folder = Path(settings.CDP_DATA) / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as file:
        _wait_for(lambda: _file_lock(file.fileno(), waiting is None), waiting)
        yield


def _advisory_lock(own: BaseDatabaseWrapper, name: str, blocking: bool) -> bool:
    take = "pg_advisory_lock" if blocking else "pg_try_advisory_lock"
    with own.cursor() as cursor:
        cursor.execute(f"SELECT {take}(%s)", [zlib.crc32(f"quanxi:{name}".encode())])
        return blocking or bool(cursor.fetchone()[0])


def _file_lock(file: int, blocking: bool) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX if blocking else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

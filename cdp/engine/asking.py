"""Calling off what is being asked of the engine, from another thread.

An `Asking` follows whoever asks through the context; threads started on the way are to be given a copy of it.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import duckdb

PATIENCE = 2.0
PAUSE = 0.01


class Cancelled(Exception):
    """Nobody wants the answer any more. An outcome, not a fault: there is nothing to tell or to log."""


class Asking:
    """What one person asks at one time; `cancel` stops it where it is and lets nothing of it begin."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[duckdb.DuckDBPyConnection] = set()
        self._off = False

    @property
    def cancelled(self) -> bool:
        return self._off

    def cancel(self, patience: float = PATIENCE) -> None:
        """Returns when the engine has let go of it, or after so many seconds.

        Interrupted again and again, because a query that is only just beginning does not notice.
        """
        self._off = True
        until = time.monotonic() + patience
        while self._interrupted() and time.monotonic() < until:
            time.sleep(PAUSE)

    def _interrupted(self) -> bool:
        """Whether there was anything to interrupt."""
        with self._lock:
            for cursor in self._running:
                cursor.interrupt()
            return bool(self._running)

    @contextmanager
    def using(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        with self._lock:
            if self._off:
                raise Cancelled
            self._running.add(cursor)
        try:
            yield
        except duckdb.InterruptException as error:
            raise Cancelled from error
        finally:
            with self._lock:
                self._running.discard(cursor)


_asking: ContextVar[Asking | None] = ContextVar("asking", default=None)


@contextmanager
def asked_as(asking: Asking) -> Iterator[Asking]:
    """Whatever is asked of the engine inside belongs to this asking. Raises `Cancelled` once it is called off."""
    token = _asking.set(asking)
    try:
        yield asking
    finally:
        _asking.reset(token)


@contextmanager
def asked_on(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """While a cursor is used, it belongs to the asking there is, if there is one."""
    asking = _asking.get()
    if asking is None:
        yield
    else:
        with asking.using(cursor):
            yield


def asked_still() -> None:
    """Raises `Cancelled` where the asking there is was called off: for work that is not the engine's."""
    asking = _asking.get()
    if asking is not None and asking.cancelled:
        raise Cancelled


@contextmanager
def asked_at_most(seconds: float) -> Iterator[Asking]:
    """Called off after so many seconds: `Cancelled` then, from whatever is asked of the engine next."""
    asking = Asking()
    timer = threading.Timer(seconds, asking.cancel)
    timer.daemon = True
    if seconds > 0:
        timer.start()
    else:
        asking.cancel()
    try:
        with asked_as(asking):
            yield asking
    finally:
        timer.cancel()

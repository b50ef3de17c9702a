"""Everything that brings live events further."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from cdp.store.lock import exclusive

from .flushing import LIVE, flush_finish, flush_recover, flushes_due, flushes_open, steps_again
from .taking import arrivals_waiting, take_in


def arrivals_drain() -> None:
    """Take in and flush whatever has arrived until now, so that everybody sees it."""
    if not arrivals_waiting().exists() and not flushes_open().exists():
        return
    with exclusive(LIVE):
        flush_recover()
        while take_in():
            pass
        for flush in flushes_open():
            flush_finish(flush)


@contextmanager
def arrivals_seen(as_of: datetime) -> Iterator[None]:
    """While what is true as of a moment is worked out over the lake: everything that had arrived is in it, and who
    did something from that moment on is followed once more when the results are in use."""
    arrivals_drain()
    try:
        yield
    finally:
        steps_again(as_of)


def flushes_finish_due() -> None:
    if not flushes_due() and not flushes_open().filter(is_busy=True).exists():
        return
    with exclusive(LIVE):
        flush_recover()
        for flush in flushes_due():
            flush_finish(flush)

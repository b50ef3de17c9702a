"""Everything that brings live events further."""

from cdp.store.lock import exclusive

from .flushing import flush_finish, flush_recover, flushes_due, flushes_open
from .taking import LIVE, take_in


def arrivals_drain() -> None:
    """Take in and flush whatever has arrived until now, so that everybody sees it."""
    with exclusive(LIVE):
        while take_in().messages:
            pass
        for flush in flushes_open():
            flush_finish(flush)


def flushes_finish_due() -> None:
    with exclusive(LIVE):
        flush_recover()
        for flush in flushes_due():
            flush_finish(flush)

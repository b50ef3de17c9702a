"""Whether somebody may still read a letter when it goes out: it may have waited for a morning or a server."""

from collections.abc import Callable

from django.contrib.auth.models import User

from .models import Sending

# How what a letter is about begins → whether that person may read it now.
MAY_READ: dict[str, Callable[[str, User], bool]] = {}


def may_still_read(row: Sending) -> bool:
    """A letter nobody answers for is nobody's to read."""
    check = MAY_READ.get(row.about.partition(":")[0])
    return check is not None and row.person is not None and check(row.about, row.person)

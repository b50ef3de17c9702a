"""Deleting files of the lake that nobody can be reading any more."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from . import files
from .delta import table_checkpoint, table_files, table_unused
from .lock import Waiting, exclusive
from .sightings import SIGHTINGS
from .versions import Version, versions_forget, versions_needed
from .views import EVENTS, OVERRIDES, PROFILES


@dataclass(frozen=True)
class Removed:
    files: int
    bytes: int


def lake_vacuum(*, waiting: Waiting = None) -> Removed:
    """Delete what no table needs: neither now, nor in a state somebody may still be looking at.

    Those are the newest three, and every one that was shown within the last `CDP_LAKE_KEEP_HOURS`. Files that
    no version names are left over from a writer that was killed, or not committed yet: only old ones go.
    """
    with exclusive("lake", waiting):
        since = timezone.now() - timedelta(hours=settings.CDP_LAKE_KEEP_HOURS)
        needed = versions_needed(since)
        count = size = 0
        for table in (EVENTS, PROFILES, OVERRIDES, SIGHTINGS):
            sizes = files.stored(table)
            unused = sizes.keys() & table_unused(table, hours=settings.CDP_LAKE_KEEP_HOURS)
            for path in unused - _held(table, needed):
                files.remove(table, path)
                count, size = count + 1, size + sizes[path]
            table_checkpoint(table)
        versions_forget(needed)
    return Removed(count, size)


def _held(table: str, needed: list[Version]) -> set[str]:
    """The files of a table in these states. What batches wrote and did not show yet is in its latest version."""
    numbers = {getattr(version, table) for version in needed} if table != SIGHTINGS else set()
    return {file.path for number in numbers for file in table_files(table, number)}

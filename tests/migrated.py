"""A SQLite database as the migrations leave it, made once a run and copied: they take some ten seconds, and every
test process and every system that is started wants one.

The first process migrates while the others wait; what it comes to is a file beside the run's temporary folders, so
that no run ever sees another's.
"""

import fcntl
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.signals import connection_created


def template_file(basetemp: Path, worker: str) -> Path:
    """Where the run's template is: `basetemp` is one process's, in the run's folder where there are several."""
    return (basetemp if worker == "master" else basetemp.parent) / "migrated.sqlite3"


@contextmanager
def migrated_once(template: Path) -> Iterator[None]:
    """Whoever makes the test database inside finds it migrated, or is the one who leaves it for the others."""
    with template.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.exists():
            yield
            with sqlite3.connect(template) as target:
                connection.ensure_connection()
                connection.connection.backup(target)
            target.close()
            return
    with _filled(template):
        yield


def migrated_copy(template: Path, target: Path) -> None:
    """Put the template where a system of its own will look for its database; nothing where there is none yet."""
    with template.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if template.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(template, target)


def put_back_by_copy(template: Path) -> None:
    """What tests with transactions of their own leave empty is filled from the template at once, for those who ask
    for `serialized_rollback`: row by row it takes a quarter of a second a test."""

    def copy(_serialized: str) -> None:
        source = sqlite3.connect(template)
        connection.ensure_connection()
        source.backup(connection.connection)
        source.close()

    connection.creation.deserialize_db_from_string = copy  # type: ignore[method-assign]


@contextmanager
def _filled(template: Path) -> Iterator[None]:
    """The first connection to an empty database finds the template in it."""

    def fill(sender: Any, connection: Any, **kwargs: Any) -> None:
        if not connection.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            source = sqlite3.connect(template)
            source.backup(connection.connection)
            source.close()

    connection_created.connect(fill)
    yield
    connection_created.disconnect(fill)

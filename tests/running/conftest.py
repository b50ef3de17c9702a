import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.migrated import migrated_copy
from tests.running.system import System


@pytest.fixture(scope="module")
def database_url() -> Iterator[str]:
    """A database of the running system's own: the embedded one, or a new one on the server the tests use."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield ""
        return
    name = f"quanxi_running_{os.getpid()}"
    with psycopg.connect(server.rpartition("/")[0] + "/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield server.rpartition("/")[0] + "/" + name
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def system(
    tmp_path_factory: pytest.TempPathFactory, database_url: str, migrated: Path, django_db_setup: None
) -> Iterator[System]:
    """On a database as an earlier release leaves it: `up` adds the table of naps."""
    # A space and a long name, as a person's folders have.
    data = tmp_path_factory.mktemp("quanxi") / ("客户 data " + "x" * 60)
    system = System(data, database_url)
    if not database_url:
        migrated_copy(migrated, data / "quanxi.sqlite3")
    try:
        system.start()
        yield system
    finally:
        system.close()

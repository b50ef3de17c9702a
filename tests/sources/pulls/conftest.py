from pathlib import Path

import pytest

from cdp.sources.pulls.services import feed_save
from cdp.sources.services import source_save

from .servers import TIME, Lite, Maria, Postgres, answers

ORDERS = {
    "kind": "events",
    "name": "purchase",
    "time": "at",
    "key": None,
    "identifiers": {"phone": "phone"},
    "properties": {"amount": {"column": "amount", "kind": "money"}},
}


def started(kind, folder):
    if not answers(kind):
        pytest.skip(f"no {kind} server here")
    return {"sqlite": lambda: Lite(folder), "postgresql": Postgres, "mysql": Maria}[kind]()


@pytest.fixture(params=["sqlite", "postgresql", "mysql"])
def shop_server(request, settings, tmp_path):
    """The shop's database with a table `orders`, on each kind of server in turn."""
    settings.CDP_PULL_FOLDERS = [str(tmp_path / "inbox")]
    server = started(request.param, Path(settings.CDP_PULL_FOLDERS[0]))
    server.run(f"CREATE TABLE orders (id int, phone varchar(20), amount decimal(10, 2), at {TIME[server.kind]})")
    yield server
    server.drop()


@pytest.fixture
def lite(settings, tmp_path):
    settings.CDP_PULL_FOLDERS = [str(tmp_path / "inbox")]
    server = Lite(tmp_path / "inbox")
    server.run("CREATE TABLE orders (id int, phone varchar(20), amount decimal(10, 2), at TEXT)")
    return server


@pytest.fixture
def feed_of(db):
    """`feed_of(server, column="id")`: a pull of the shop's orders, which are events without a key."""

    def make(server, **given):
        source = source_save(slug="orders", mapping=given.pop("mapping", ORDERS), update=given.pop("update", ""))
        password = given.pop("password", "")
        usual = {"query": "orders", "column": "id", "again": 0, "every": 60}
        return feed_save(source=source, given=usual | server.where() | given, password=password)

    return make

"""What servers keep in columns of their own kinds reads like a file, and every column that grows can be gone by."""

import csv
from functools import partial
from pathlib import Path

import pytest

from cdp.errors import UserError
from cdp.sources.models import Upload
from cdp.sources.pulls.marks import Mark, before
from cdp.sources.pulls.services import feed_pull_now, feed_test

pytestmark = pytest.mark.django_db
MEMBERS = {"kind": "customers", "identifiers": {"phone": "phone"}}
COLUMNS = {
    "sqlite": "phone text, number integer, price real, said text, day text, moment text, raw blob",
    "postgresql": (
        "phone text, number bigint, price numeric(12, 2), said jsonb, day date, moment timestamptz, raw bytea,"
        " yes boolean, known uuid, share double precision, list int[]"
    ),
    "mysql": (
        "phone varchar(20), number bigint, price decimal(12, 2), said json, day date, moment datetime(6), raw blob,"
        " yes boolean, clock time, share double"
    ),
}
VALUES = {
    "sqlite": "'13800138000', 7, 9.5, '茶, \"浓\"', '2026-11-01', '2026-11-01 10:00', x'ff00'",
    "postgresql": (
        "'13800138000', 7, 9.50, '{\"a\": \"茶\"}', '2026-11-01', '2026-11-01 18:00+08', '\\xff00', true,"
        " '6f9619ff-8b86-d011-b42d-00cf4fc964ff', 0.1, '{1,2}'"
    ),
    "mysql": (
        "'13800138000', 7, 9.50, '{\"a\": \"茶\"}', '2026-11-01', '2026-11-01 10:00:00.5', x'ff00', true,"
        " '10:30:00', 0.1"
    ),
}
TEXTS = {
    "sqlite": ["13800138000", "7", "9.5", '茶, "浓"', "2026-11-01", "2026-11-01 10:00", "ff00"],
    "postgresql": [
        "13800138000", "7", "9.50", '{"a": "茶"}', "2026-11-01", "2026-11-01 10:00:00+00:00", "ff00", "true",
        "6f9619ff-8b86-d011-b42d-00cf4fc964ff", "0.1", "[1, 2]",
    ],
    "mysql": [
        "13800138000", "7", "9.50", '{"a": "茶"}', "2026-11-01", "2026-11-01 10:00:00.500000", "ff00", "1",
        "10:30:00", "0.1",
    ],
}  # fmt: skip


@pytest.fixture
def things(shop_server, feed_of):
    """`things(column="number")`: a pull of a table with a column of every kind the server has, and one row."""
    shop_server.run(f"CREATE TABLE things ({COLUMNS[shop_server.kind]})")
    shop_server.run(f"INSERT INTO things VALUES ({VALUES[shop_server.kind].replace('%', '%%')})")
    return partial(feed_of, shop_server, query="things", mapping=MEMBERS)


def test_values_read_as_people_write_them(shop_server, things):
    feed_pull_now(feed=things(column="number"))
    with Path(Upload.objects.get().file.path).open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream))[1] == TEXTS[shop_server.kind]


@pytest.mark.parametrize("column", ["number", "price", "day", "moment"])
@pytest.mark.parametrize("again", [0, 3000])
def test_numbers_days_and_times_can_be_gone_by(shop_server, things, column, again):
    feed = things(column=column.upper(), again=again)
    assert feed_pull_now(feed=feed).rows == 1
    assert feed_pull_now(feed=feed).rows == 0
    later = {"number": "8", "price": "10.25", "day": "'2026-11-02'", "moment": "'2026-11-02 10:00:00'"}[column]
    shop_server.run(f"INSERT INTO things (phone, {column}) VALUES ('13900139000', {later})")
    job = feed_pull_now(feed=feed)
    assert (job.rows, job.load.state) == (1, "done")
    assert feed_pull_now(feed=feed).rows == 0


@pytest.mark.parametrize("column", ["raw", "yes", "said"])
def test_what_does_not_grow_is_refused(shop_server, things, column):
    texts = {("sqlite", "said"), ("mysql", "said"), ("mysql", "yes")}
    if (shop_server.kind, column) in {*texts, ("sqlite", "yes")}:
        pytest.skip("a text or a number there, or no column")
    with pytest.raises(UserError, match="neither a number nor a time nor a text"):
        feed_test(feed=things(column=column), by=None)


@pytest.mark.parametrize(
    ("value", "earlier"),
    [
        ("2026-11-01 10:00:00", "2026-11-01 09:50:00"),
        ("2026-11-01T00:05", "2026-10-31T23:55"),
        ("2026-11-01 10:00:00.25", "2026-11-01 09:50:00"),
        ("2026-11-01", "2026-11-01"),
        ("2026-11-01 10:00:00+08:00", "2026-11-01 10:00:00+08:00"),
        ("A-0017", "A-0017"),
        (17, 7),
    ],
)
def test_a_text_that_is_a_time_has_an_earlier_one(value, earlier):
    assert before(value, 10) == earlier


def test_a_mark_is_kept_exactly():
    for value in (2**70, 0.1, "x"):
        assert Mark(**Mark.of(value).as_json()).value == value

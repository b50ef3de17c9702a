"""What is stored is seen, once, by whoever looks after the batch is committed."""

import shutil
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from cdp.engine import rule_engine, workspace
from cdp.errors import UserError
from cdp.store.delta import table_files
from cdp.store.kinds import PARTITIONS
from cdp.store.lake import snapshot
from cdp.store.models import Customer
from cdp.store.services import (
    EventsAdded,
    Query,
    attribute_register,
    batch_commit,
    batch_open,
    batch_undo,
    events_add,
    events_adding,
    events_repeated,
    lake_compact,
    profiles_refresh,
    property_register,
    records_add,
)
from tests.store.world import orders, people

pytestmark = pytest.mark.django_db


def stored():
    """The events as seen; who reads the files without the engine, or on another one, has to see the same."""
    with snapshot() as lake:
        wanted = lake.tables.events.order_by("time", "event_id")
        seen = lake.frame(wanted).to_pylist()
        assert sorted(out_of_files(lake), key=lambda row: (row["time"], row["event_id"])) == seen
        if (other := rule_engine()) is not None:
            assert other.frame(lake.name, wanted).to_pylist() == seen
        return seen


def out_of_files(lake):
    """Each column read by itself, so that all have to be in the same order."""
    for part in lake.parts():
        columns = {
            name: lake.rows_of(part, [name])[name].to_pylist() for name in lake.columns if name not in PARTITIONS
        }
        for values in zip(*columns.values(), strict=True):
            yield dict(zip(columns, values, strict=True)) | {"event": part.event, "month": part.month}


def test_an_event_is_filled_out_in_business_time():
    batch = batch_open(source="shop", channel="web")
    (anna,) = people(batch, 1)
    events_add(batch=batch, events=orders(("1", anna, "purchase", "2025-01-31 17:30:00")))
    assert stored() == []
    batch_commit(batch=batch)
    (event,) = stored()
    assert (event["day"], event["month"], event["hour"]) == (date(2025, 2, 1), "2025-02", 1)
    assert (event["customer_id"], event["channel"], event["source"]) == (anna, "web", "shop")


def test_what_was_stored_before_is_not_stored_again():
    first = batch_open(source="shop")
    (anna,) = people(first, 1)
    rows = [(n, anna, "purchase", f"2025-0{n}-01 10:00:00") for n in range(1, 6)]
    assert events_add(batch=first, events=orders(*rows, rows[0])).repeated == 1
    batch_commit(batch=first)
    assert events_repeated(events=orders(*rows)) == 5
    second = batch_open(source="shop")
    added = events_add(batch=second, events=orders(*rows, (9, anna, "refund", "2025-01-01 10:00:00")))
    assert (added.added, added.repeated) == (1, 5)
    batch_commit(batch=second)
    assert len(stored()) == 6


def test_an_undone_batch_leaves_only_what_others_brought():
    first, second = batch_open(source="a"), batch_open(source="b")
    (anna,) = people(first, 1)
    events_add(batch=first, events=orders((1, anna, "browse", "2025-01-01 10:00:00")))
    events_add(batch=second, events=orders((2, anna, "browse", "2025-01-02 10:00:00")))
    batch_commit(batch=first)
    assert [event["source"] for event in stored()] == ["a"]
    batch_commit(batch=second)
    assert [event["source"] for event in stored()] == ["a", "b"]
    batch_undo(batch=first)
    assert [event["source"] for event in stored()] == ["b"]


def test_a_snapshot_does_not_change_while_someone_writes():
    batch = batch_open(source="a")
    (anna,) = people(batch, 1)
    events_add(batch=batch, events=orders((1, anna, "browse", "2025-01-01 10:00:00")))
    batch_commit(batch=batch)
    with snapshot() as lake:
        later = batch_open(source="b")
        events_add(batch=later, events=orders((2, anna, "browse", "2025-01-02 10:00:00")))
        batch_commit(batch=later)
        batch_undo(batch=batch)
        assert lake.frame(lake.tables.events.count().as_table()).to_pylist()[0].popitem()[1] == 1
        with snapshot() as newer:
            assert newer.version != lake.version


def test_older_files_are_read_under_new_properties():
    batch = batch_open(source="a")
    (anna,) = people(batch, 1)
    events_add(batch=batch, events=orders((1, anna, "purchase", "2025-01-01 10:00:00")))
    batch_commit(batch=batch)
    property_register(slug="金额", kind="money")
    property_register(slug="items", kind="list")
    assert stored()[0]["金额"] is None
    later = batch_open(source="a")
    money = pa.array([Decimal("1234567890123456.78")], pa.decimal128(18, 2))
    events_add(
        batch=later,
        events=orders((2, anna, "purchase", "2025-01-02 10:00:00"), 金额=money, items=pa.array([["x", "y"]])),
    )
    batch_commit(batch=later)
    assert [event["金额"] for event in stored()] == [None, Decimal("1234567890123456.78")]
    assert stored()[1]["items"] == ["x", "y"]


def contents():
    with snapshot() as lake:
        return {part.month: lake.content(part) for part in lake.parts()}


def test_a_month_that_nobody_wrote_to_is_the_same_in_the_next_state():
    batch = batch_open(source="a")
    anna, ben = people(batch, 2)
    given = [(1, anna, "browse", "2025-01-01 10:00:00"), (2, ben, "browse", "2025-02-01 10:00:00")]
    events_add(batch=batch, events=orders(*given))
    batch_commit(batch=batch)
    before, later = contents(), batch_open(source="b")
    events_add(batch=later, events=orders((3, anna, "browse", "2025-02-02 10:00:00")))
    assert contents() == before
    batch_commit(batch=later)
    then = contents()
    assert (then["2025-01"] == before["2025-01"], then["2025-02"] == before["2025-02"]) == (True, False)
    Customer.objects.filter(pk=ben).update(merged_into=anna, moved=True)
    profiles_refresh()
    assert not set(contents().values()) & set(then.values())


def test_unregistered_names_are_refused_all_at_once():
    batch = batch_open(source="a")
    (anna,) = people(batch, 1)
    with pytest.raises(UserError) as refused:
        events_add(batch=batch, events=orders((1, anna, "purchase", "2025-01-02 10:00:00"), x=["1"], y=["2"]))
    assert [problem.path for problem in refused.value.problems] == [("x",), ("y",)]
    with pytest.raises(UserError, match="levitate"):
        events_add(batch=batch, events=orders((1, anna, "levitate", "2025-01-02 10:00:00")))


def test_the_latest_word_on_an_attribute_counts():
    attribute_register(slug="spent", kind="money")
    first, second = batch_open(source="a"), batch_open(source="b")
    anna, ben = people(first, 2)
    records_add(
        batch=first,
        records=pa.table(
            {
                "origin_id": [anna, ben, anna],
                "province": ["浙江省", None, None],
                "spent": pa.array([Decimal("1.10"), None, Decimal("2.20")], pa.decimal128(18, 2)),
            }
        ),
    )
    records_add(batch=second, records=pa.table({"origin_id": [anna], "province": ["上海市"]}))
    batch_commit(batch=first)
    batch_commit(batch=second)

    def profile():
        with snapshot() as lake:
            table = lake.tables.profiles
            wanted = table.select("customer_id", "province", "spent").order_by("customer_id")
            return [tuple(row.values()) for row in lake.frame(wanted).to_pylist()]

    assert profile() == [(anna, "上海市", Decimal("2.20")), (ben, None, None)]
    batch_undo(batch=second)
    assert profile() == [(anna, "浙江省", Decimal("2.20")), (ben, None, None)]
    assert Customer.objects.get(pk=anna).attributes == {"province": "浙江省", "spent": 2.2}


def test_a_merge_and_its_undoing_move_stored_events():
    batch = batch_open(source="a")
    anna, ben = people(batch, 2)
    events_add(
        batch=batch,
        events=orders((1, anna, "browse", "2025-01-01 10:00:00"), (2, ben, "browse", "2025-01-02 10:00:00")),
    )
    batch_commit(batch=batch)
    for target, expected in ((anna, [anna, anna]), (None, [anna, ben])):
        Customer.objects.filter(pk=ben).update(merged_into=target, moved=True)
        profiles_refresh()
        assert [event["customer_id"] for event in stored()] == expected
        lake_compact(everything=True)
        assert [event["customer_id"] for event in stored()] == expected
        assert not Customer.objects.filter(moved=True).exists()


def test_many_small_files_become_one_and_lose_nothing():
    for n in range(1, 7):
        batch = batch_open(source=f"s{n}")
        (anna,) = people(batch, 1)
        events_add(batch=batch, events=orders((n, anna, "browse", f"2025-01-0{n} 10:00:00")))
        batch_commit(batch=batch)
        if n == 3:
            property_register(slug="late", kind="geo")
    waiting = batch_open(source="unseen")
    events_add(batch=waiting, events=orders((9, anna, "browse", "2025-01-09 10:00:00")))
    before = stored()
    assert lake_compact() == 7
    assert len(table_files("events")) == 1
    assert stored() == before
    batch_commit(batch=waiting)
    assert stored()[-1]["source"] == "unseen"
    batch_undo(batch=waiting)
    assert stored() == before


@contextmanager
def in_a_workspace(given):
    with workspace() as bench:
        bench.register("arrived", given)
        bench.execute("CREATE TABLE mine AS FROM arrived").fetchall()
        yield Query(bench, "SELECT * FROM mine")


def test_events_may_stay_in_the_engine_while_records_are_written():
    batch = batch_open(source="a")
    attribute_register(slug="city", kind="text")
    (anna,) = people(batch, 1)
    given = orders(*((n % 9, anna, "browse", "2025-01-01 10:00:00") for n in range(10)))
    with in_a_workspace(given) as query:
        assert events_repeated(events=query) == 1
        with events_adding(batch=batch, events=query) as adding:
            records_add(batch=batch, records=pa.table({"origin_id": [anna], "city": ["杭州"]}))
            for _ in range(50):
                assert query.connection.execute("SELECT count(*) FROM mine").fetchall() == [(10,)]
        assert adding.done() == EventsAdded(9, 1)
        batch_commit(batch=batch)
        assert events_repeated(events=query) == 10
    assert len(stored()) == 9


def test_events_of_a_block_that_fails_are_not_stored():
    batch = batch_open(source="a")
    (anna,) = people(batch, 1)
    given = orders((1, anna, "browse", "2025-01-01 10:00:00"))
    with pytest.raises(ZeroDivisionError), events_adding(batch=batch, events=given):
        raise ZeroDivisionError
    batch_commit(batch=batch)
    assert stored() == []
    assert events_repeated(events=given) == 0


def test_a_lake_elsewhere_is_read_through_copies(settings, tmp_path):
    settings.CDP_LAKE = (tmp_path / "elsewhere").as_uri()
    settings.CDP_DATA = tmp_path / "data"
    for n in (1, 2):
        batch = batch_open(source="a")
        (anna,) = people(batch, 1)
        events_add(batch=batch, events=orders((n, anna, "browse", f"2025-01-0{n} 10:00:00")))
        batch_commit(batch=batch)
    shutil.rmtree(tmp_path / "data")
    assert [event["day"] for event in stored()] == [date(2025, 1, 1), date(2025, 1, 2)]
    assert list((tmp_path / "elsewhere" / "events").rglob("*.parquet"))


@pytest.mark.parametrize(
    ("zone", "time", "day", "hour"),
    [
        ("Asia/Shanghai", "2024-12-31 15:59:59", date(2024, 12, 31), 23),
        ("Asia/Shanghai", "2024-12-31 16:00:00", date(2025, 1, 1), 0),
        ("Europe/Berlin", "2025-03-30 00:59:59", date(2025, 3, 30), 1),
        ("Europe/Berlin", "2025-03-30 01:00:00", date(2025, 3, 30), 3),
        ("America/New_York", "2025-01-01 04:59:59", date(2024, 12, 31), 23),
        ("Asia/Kolkata", "2025-01-01 18:30:00", date(2025, 1, 2), 0),
    ],
)
def test_the_business_day_and_hour_follow_the_zone(settings, zone, time, day, hour):
    settings.CDP_TIME_ZONE = zone
    batch = batch_open(source="a")
    (anna,) = people(batch, 1)
    events_add(batch=batch, events=orders((1, anna, "browse", time)))
    batch_commit(batch=batch)
    assert (stored()[0]["day"], stored()[0]["hour"]) == (day, hour)

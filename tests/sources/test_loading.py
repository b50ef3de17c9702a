"""From file to store: what comes in, what is refused, what a second time changes, what undo leaves."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from python_calamine import CalamineWorkbook

from cdp.errors import UserError
from cdp.identity.models import BlockedIdentifier, Identifier
from cdp.ledger.models import JobState
from cdp.ledger.services import JobCancelled, job_run
from cdp.sources import loading
from cdp.sources.models import Load
from cdp.sources.proposal import propose
from cdp.sources.selectors import loads_repeating, sample
from cdp.sources.services import load_now, load_undo, source_save, upload_receive
from cdp.store.lake import snapshot
from cdp.store.lock import exclusive
from cdp.store.models import Batch, BatchState, Customer, Record
from tests.migrated import migrated_copy

from .filing import ACTIONS, ORDERS, USERS

pytestmark = pytest.mark.django_db

PURCHASES = {
    "kind": "events",
    "name": "purchase",
    "time": {"column": "时间"},
    "identifiers": {"phone": "手机号"},
    "properties": {"amount": {"column": "金额", "kind": "money"}},
}


def load(
    text: str | bytes, source: str, mapping: dict | None = None, stage: str = "write", name: str = "f.csv"
) -> Load:
    content = text.encode("gb18030") if isinstance(text, str) else text
    upload = upload_receive(file=ContentFile(content), name=name, by=None)
    chosen = mapping or propose(sample(upload)).mapping
    return load_now(source=source_save(slug=source), upload=upload, mapping=chosen, stage=stage, by=None)


def events() -> list[dict]:
    with snapshot() as lake:
        return lake.frame(lake.tables.events).to_pylist()


def customers() -> int:
    with snapshot() as lake:
        return len(lake.universe())


def refused(row: Load) -> list[list]:
    book = CalamineWorkbook.from_path(default_storage.path(row.rejects))
    return book.get_sheet_by_index(0).to_python()


def test_users_and_their_behaviour_become_customers_linked_by_their_account():
    users, actions = load(USERS, "users"), load(ACTIONS, "actions")
    assert (users.state, actions.state) == (JobState.DONE, JobState.DONE)
    assert customers() == 4
    assert (actions.summary["customers_known"], actions.summary["customers_new"]) == (1, 1)
    assert sum(event["event"] == "add_to_cart" for event in events()) == 3
    assert {event["sku_id"] for event in events()} == {"138778", "61226"}
    profile = Customer.objects.get(identifiers__value="200003").attributes
    assert profile["gender"] == "female"
    assert profile["age_band"] == "36-45岁"
    assert "age_band" not in Customer.objects.get(identifiers__value="200002").attributes


def test_times_are_stored_in_utc_with_the_business_day():
    load(ACTIONS, "actions")
    first = min(events(), key=lambda event: event["time"])
    assert str(first["time"]) == "2016-01-31 15:59:02"
    assert (str(first["day"]), first["hour"]) == ("2016-01-31", 23)


def test_summer_time_is_kept_where_a_zone_has_it():
    mapping = PURCHASES | {"time": {"column": "时间", "zone": "Europe/Berlin"}}
    load("手机号,时间,金额\n13800138000,2024-01-05 12:00:00,1\n13800138000,2024-07-05 12:00:00,2\n", "eu", mapping)
    assert sorted(str(event["time"]) for event in events()) == ["2024-01-05 11:00:00", "2024-07-05 10:00:00"]


def test_a_dry_run_tells_what_would_happen_and_changes_nothing():
    load(USERS, "users")
    check = load(ACTIONS, "actions", stage="check")
    assert check.state == JobState.DONE
    assert check.summary["rows"] == check.summary["events"] == 7
    assert check.summary["identical"] == 3
    assert (check.summary["customers_known"], check.summary["customers_new"]) == (1, 1)
    assert check.summary["first_time"] == "2016-01-31T15:59:02Z"
    assert customers() == 3
    assert events() == []


def test_the_same_file_twice_changes_nothing_and_true_repeats_stay():
    load(ACTIONS, "actions")
    before = events()
    again = load(ACTIONS, "actions")
    assert len(before) == 7
    assert events() == before
    assert (again.summary["events"], again.summary["repeated"]) == (0, 7)
    assert load(ACTIONS, "actions", stage="check").summary["repeated"] == 7


def test_a_longer_export_of_the_same_source_adds_only_what_is_new():
    load(ACTIONS, "actions")
    longer = load(ACTIONS + "266079.0,61226,2016-02-01 00:30:00,,2,8,30\n", "actions")
    assert (longer.summary["events"], longer.summary["repeated"]) == (1, 7)


def test_an_order_number_as_key_makes_an_event_known_again_whatever_else_changed():
    load(ORDERS, "orders")
    again = load(ORDERS.replace("178.8", "180"), "orders")
    assert (again.summary["events"], again.summary["repeated"]) == (0, 3)


def test_unpaid_orders_are_events_of_their_own_name_and_provinces_have_their_full_names():
    load(ORDERS, "orders")
    assert sorted(event["event"] for event in events()) == ["order_unpaid", "purchase", "purchase"]
    provinces = {customer.attributes["province"] for customer in Customer.objects.all()}
    assert provinces == {"上海市", "内蒙古自治区", "江苏省"}


def test_refused_rows_come_back_with_the_row_the_column_the_reason_and_the_fix():
    text = (
        "手机号,时间,金额,备注\n"
        "13800138000,2024-05-01,¥1,200.00,逗号\n"
        "13800138000,2024-05-01,¥1200.00,好\n"
        "1.38E+10,2024-05-01,5,=cmd|' /C calc'!A0\n"
        ",2024-05-01,5,+1\n"
        "138****1234,明天,免费,@x\n"
        f"{'1' * 300},2024-05-01,5,-1\n"
        "13900139000,,5,\n"
    )
    row = load(text, "orders", PURCHASES)
    assert row.state == JobState.DONE
    assert (row.summary["rows"], row.summary["accepted"], row.summary["rejected"]) == (7, 1, 6)
    header, *rows = refused(row)
    assert header == ["手机号", "时间", "金额", "备注", "行号", "列", "原因", "改法", "quanxi:row"]
    assert [int(found[4]) for found in rows] == [2, 4, 5, 6, 7, 8]
    assert rows[1][:4] == ["1.38E+10", "2024-05-01", "5", "=cmd|' /C calc'!A0"]
    assert rows[1][5] == "手机号"
    assert "科学计数法" in rows[1][6]
    assert rows[3][5] == "手机号; 时间; 金额"
    assert all(found[6] and found[7] for found in rows)
    assert "<f>" not in _sheet_xml(row)
    by_message = {(problem["column"], problem["message"]): problem["count"] for problem in row.summary["problems"]}
    assert by_message["手机号", "This is not a phone number"] == 1
    assert by_message["时间", "The time is empty"] == 1


def _sheet_xml(row: Load) -> str:
    import zipfile

    with zipfile.ZipFile(default_storage.path(row.rejects)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


def test_corrected_rows_of_the_workbook_can_be_loaded_again():
    row = load("手机号,时间,金额\n138,2024-05-01,5\n13800138000,2024-05-01,5\n", "orders", PURCHASES)
    header, found = refused(row)
    corrected = ["13900139000", *found[1:]]
    again = load(",".join(header) + "\n" + ",".join(f'"{cell}"' for cell in corrected), "orders", PURCHASES)
    assert again.summary["events"] == 1
    assert customers() == 2


def test_a_date_column_full_of_words_loads_nothing_and_says_why():
    row = load("手机号,时间,金额\n13800138000,明天,5\n13800138001,后天,5\n", "orders", PURCHASES)
    assert row.state == JobState.FAILED
    assert "No row" in row.problems[0]["message"]
    assert row.summary["problems"][0]["count"] == 2
    assert row.rejects
    assert customers() == 0
    assert not Batch.objects.filter(state=BatchState.OPEN).exists()


def test_an_event_value_the_mapping_does_not_know_is_refused():
    mapping = propose_actions({"1": "browse", "6": "click", "4": "purchase"})
    row = load(ACTIONS, "actions", mapping)
    assert (row.summary["events"], row.summary["rejected"]) == (4, 3)
    assert row.summary["problems"][0]["sample"] == "2"


def propose_actions(values: dict[str, str]) -> dict:
    return {
        "kind": "events",
        "name": {"column": "type", "values": values},
        "time": "time",
        "identifiers": {"jd_user": "user_id"},
    }


def test_a_header_without_rows_is_refused_with_a_sentence():
    row = load("手机号,时间,金额\n", "orders", PURCHASES, stage="check")
    assert row.state == JobState.FAILED
    assert "no rows" in row.problems[0]["message"]


def test_a_property_of_another_kind_than_everywhere_else_is_refused_before_anything_is_written():
    load("手机号,时间,金额\n13800138000,2024-05-01,5\n", "orders", PURCHASES)
    other = PURCHASES | {"properties": {"amount": {"column": "金额", "kind": "text"}}}
    row = load("手机号,时间,金额\n13900139000,2024-05-01,5\n", "orders", other)
    assert row.state == JobState.FAILED
    assert row.problems[0]["path"] == ["properties", "amount"]
    assert customers() == 1


def test_undoing_a_load_takes_back_its_events_customers_and_what_it_said():
    load(USERS, "users")
    actions = load(ACTIONS, "actions")
    load_undo(load=actions, by=None)
    assert events() == []
    assert customers() == 3
    actions.refresh_from_db()
    assert actions.undone_at
    with pytest.raises(UserError):
        load_undo(load=actions, by=None)
    assert load(ACTIONS, "actions").summary["events"] == 7


@pytest.mark.parametrize("step", [loading.LINKING, loading.STORING])
def test_a_cancelled_load_leaves_nothing(step, monkeypatch):
    monkeypatch.setattr(loading, "job_progress", cancel_at(step))
    row = load(ACTIONS, "actions")
    assert row.state == JobState.CANCELLED
    assert customers() == 0
    assert events() == []
    assert not Record.objects.exists()


def cancel_at(wanted: str):
    def progress(job, *, done, total, step):
        if step == wanted:
            raise JobCancelled

    return progress


def test_a_load_whose_worker_died_half_way_starts_clean_and_ends_whole():
    done = load(ACTIONS, "actions")
    load_undo(load=done, by=None)
    half = Batch.objects.create(source="actions")
    Load.objects.filter(pk=done.pk).update(state=JobState.WAITING, batch=half, undone_at=None)
    job_run(Load, done.pk, loading.run)
    done.refresh_from_db()
    half.refresh_from_db()
    assert (done.state, half.state) == (JobState.DONE, BatchState.UNDONE)
    assert len(events()) == 7


def test_two_loads_of_one_file_at_the_same_moment_store_its_events_once(tmp_path, migrated):
    migrated_copy(migrated, tmp_path / "quanxi.sqlite3")
    place = {"CDP_DATA": str(tmp_path), "DATABASE_URL": f"sqlite://{tmp_path}/quanxi.sqlite3"}
    code = "import django; django.setup(); from tests.sources.at_once import main; main()"
    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=os.environ | place | {"DJANGO_SETTINGS_MODULE": "cdp.settings.local"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert told.returncode == 0, told.stderr


def test_a_load_that_waits_for_another_can_be_cancelled(monkeypatch):
    monkeypatch.setattr(loading, "job_progress", cancel_at(loading.WAITING))
    release, held = threading.Event(), threading.Event()

    def hold():
        with exclusive("batch"):
            held.set()
            release.wait(60)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    held.wait(60)
    row = load(ACTIONS, "actions")
    release.set()
    other.join()
    assert row.state == JobState.CANCELLED
    assert row.batch is None


def test_after_an_undo_it_is_known_which_later_loads_had_left_its_events_out():
    first, again = load(ACTIONS, "actions"), load(ACTIONS, "actions")
    load(ACTIONS, "others")
    load_undo(load=first, by=None)
    assert list(loads_repeating(first)) == [again]


def test_a_source_needs_a_short_name_that_fits_into_an_address():
    for slug in ("a b", "a/b", "", "x" * 65):
        with pytest.raises(UserError):
            source_save(slug=slug)
    assert source_save(slug="门店-订单_1").slug == "门店-订单_1"


def test_the_dry_run_and_the_load_count_customers_alike_when_identifiers_bring_them_together():
    orders = PURCHASES | {"identifiers": {"phone": "手机号", "email": "邮箱"}}
    load("手机号,邮箱,时间,金额\n13800138000,,2024-05-01,5\n13900139000,,2024-05-01,5\n", "orders", orders)
    together = "手机号,邮箱,时间,金额\n13800138000,a@x.com,2024-05-02,5\n13900139000,a@x.com,2024-05-02,5\n"
    for again in (together, together.replace("05-02", "05-03")):
        rows = [load(again, "orders", orders, stage=stage) for stage in ("check", "write")]
        counts = [[row.count(f"customers_{name}") for name in ("known", "new", "merged")] for row in rows]
        assert counts[0] == counts[1]
        assert counts[0][:2] == [1, 0]


def test_of_two_rows_that_earlier_files_bring_together_the_later_time_counts():
    people = {"kind": "customers", "identifiers": {"phone": "手机号", "email": "邮箱"}, "attributes": {}}
    load("手机号,邮箱\n13800138000,a@x.com\n", "people", people)
    level = PURCHASES | {"identifiers": {"phone": "手机号", "email": "邮箱"}, "attributes": {"member_level": "级"}}
    head = "手机号,邮箱,时间,金额,级\n"
    for year, rows in enumerate((",a@x.com,{}-05-02,5,二\n13800138000,,{}-05-01,5,一\n",
                                 "13800138000,,{}-05-02,5,二\n,a@x.com,{}-05-01,5,一\n"), 2024):  # fmt: skip
        load(head + rows.replace("{}", str(year)), "orders", level)
        assert Customer.objects.get(merged_into=None).attributes["member_level"] == "二"


def test_a_load_already_committed_is_not_done_twice():
    done = load(ACTIONS, "actions")
    Load.objects.filter(pk=done.pk).update(state=JobState.WAITING)
    job_run(Load, done.pk, loading.run)
    done.refresh_from_db()
    assert done.state == JobState.DONE
    assert len(events()) == 7


def test_a_workbook_and_a_csv_of_the_same_members_meet_in_the_same_customers(tmp_path: Path):
    from .filing import book

    path = book(
        tmp_path / "m.xlsx", {"会员": [["手机号", "性别"], [13800138000, "女"], ["+86 139-0013-9000", "男"]]}
    )
    mapping = {"kind": "customers", "identifiers": {"phone": "手机号"}, "attributes": {"gender": "性别"}}
    load(path.read_bytes(), "members", mapping, name="m.xlsx")
    load("手机号,时间,金额\n13900139000,2024-05-01,5\n", "orders", PURCHASES)
    assert customers() == 2
    assert Customer.objects.get(identifiers__value="+8613800138000").attributes["gender"] == "female"


def test_blocked_identifiers_are_left_out_and_told():
    """A row that has another identifier is brought in; one that has none is refused in words."""
    BlockedIdentifier.objects.create(type="phone", value="+8613900000000", note="门店座机")
    text = "手机号,订单号,时间,金额\n13900000000,A-1,2024-01-05 12:00:00,1\n13900000000,,2024-01-05 12:00:00,2\n"
    mapping = PURCHASES | {"identifiers": {"phone": "手机号", "member_no": "订单号"}}
    row = load(text + "13800138000,0000,2024-01-06 12:00:00,3\n", "shop", mapping)
    assert (row.summary["accepted"], row.summary["rejected"], row.summary["blocked"]) == (2, 1, 3)
    assert row.summary["blocked_by_type"] == {"phone": 2, "member_no": 1}
    assert not Identifier.objects.filter(value__in=["+8613900000000", "0000"]).exists()
    assert "屏蔽名单" in str(refused(row))

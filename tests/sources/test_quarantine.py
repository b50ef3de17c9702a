"""Rows that wait: mended on the page or in Excel, loaded once, left out and taken back."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from cdp.access.viewer import SYSTEM
from cdp.errors import UserError
from cdp.ledger.models import JobState
from cdp.ledger.services import job_run
from cdp.sources import loading
from cdp.sources.models import Load, RefusedKind, RefusedRow, UpdateMode, Upload
from cdp.sources.quarantine import services
from cdp.sources.quarantine.selectors import open_rows, quarantine, ready_rows
from cdp.sources.quarantine.workbook import refused_workbook_read, refused_workbook_write
from cdp.sources.services import load_undo, source_save, upload_receive

from .test_loading import PURCHASES, events, load

pytestmark = pytest.mark.django_db
HEADER = "手机号,时间,金额\n"
DIRTY = HEADER + (
    "13800138000,2024-05-01,10\n"
    "13900139000,2024-05-02,十元\n"
    "1.37E+10,2024-05-03,十元\n"
    "13800138000,2024-05-01,十元\n"
    ",2024-05-05,5\n"
)


def row_of(number: int) -> RefusedRow:
    return RefusedRow.objects.select_related("load").get(row=number)


def fix(number: int, **cells: str) -> int:
    places = {"phone": 0, "time": 1, "amount": 2}
    given = {places[name]: text for name, text in cells.items()}
    return services.refused_rows_fix(fixes=[(row_of(number), given)], by=None)


def amounts() -> list[str]:
    return sorted(str(event["amount"]) for event in events())


def test_refused_rows_wait_with_their_cells_and_reasons_and_a_dry_run_keeps_none():
    load(DIRTY, "orders", PURCHASES, stage="check")
    assert not RefusedRow.objects.exists()
    load(DIRTY, "orders", PURCHASES)
    (count,) = quarantine(SYSTEM)
    assert (count.waiting, count.ready) == (4, 0)
    assert sorted((kind.column, rows) for kind, rows in count.kinds) == [("手机号", 1), ("手机号", 1), ("金额", 2)]
    assert row_of(3).cells == ["13900139000", "2024-05-02", "十元"]


def test_a_mended_cell_is_checked_at_once_and_only_mended_rows_are_loaded():
    first = load(DIRTY, "orders", PURCHASES)
    assert fix(3, amount="十块") == 0
    assert row_of(3).kind.column == "金额"
    assert fix(3, amount="20") == 1
    assert fix(4, amount="30") == 0, "the phone is wrong still"
    retry = services.refused_retry_now(load=first, by=None)
    assert (retry.state, retry.retry_of, retry.summary["rows"], retry.summary["events"]) == (
        JobState.DONE,
        first,
        1,
        1,
    )
    assert amounts() == ["10.00", "20.00"]
    assert open_rows().count() == 3
    with pytest.raises(UserError):
        services.refused_retry_now(load=first, by=None)


def test_rows_of_a_whole_that_was_replaced_wait_no_more_until_it_is_back():
    first = load(DIRTY, "orders", PURCHASES)
    fix(3, amount="20")
    source_save(slug="orders", update=UpdateMode.REPLACE)
    second = load(HEADER + "13800138000,2024-06-01,7\n", "orders", PURCHASES)
    assert quarantine(SYSTEM) == []
    with pytest.raises(UserError):
        services.refused_retry_now(load=first, by=None)
    assert amounts() == ["7.00"]
    load_undo(load=second, by=None)
    services.refused_retry_now(load=first, by=None)
    assert amounts() == ["10.00", "20.00"]


@pytest.mark.parametrize("gone", ["replaced", "taken back"])
def test_mended_rows_that_were_asked_for_before_their_file_went_are_not_loaded(gone):
    first = load(DIRTY, "orders", PURCHASES)
    fix(3, amount="20")
    retry = services.refused_retry(load=first, by=None)
    if gone == "replaced":
        source_save(slug="orders", update=UpdateMode.REPLACE)
        load(HEADER + "13800138000,2024-06-01,7\n", "orders", PURCHASES)
    else:
        load_undo(load=first, by=None)
    before = amounts()
    job_run(Load, retry.pk, loading.run)
    retry.refresh_from_db()
    assert (retry.state, retry.problems[0]["message"][:9]) == (JobState.FAILED, "The file ")
    assert amounts() == before


def test_the_corrected_file_loaded_after_a_retry_stores_nothing_twice():
    first = load(DIRTY, "orders", PURCHASES)
    for number in (3, 5):
        fix(number, amount="10")
    fix(4, phone="13700137000", amount="10")
    fix(6, phone="13600136000")
    services.refused_retry_now(load=first, by=None)
    assert amounts() == ["10.00", "10.00", "10.00", "10.00", "5.00"], "row 5 became a true repeat of row 2"
    good = DIRTY.replace("十元", "10").replace("1.37E+10", "13700137000").replace("\n,2024", "\n13600136000,2024")
    again = load(good, "orders", PURCHASES)
    assert (again.summary["events"], again.summary["repeated"]) == (0, 5)


def test_an_undone_retry_gives_its_rows_back_and_they_can_be_loaded_again():
    first = load(DIRTY, "orders", PURCHASES)
    fix(3, amount="20")
    retry = services.refused_retry_now(load=first, by=None)
    load_undo(load=retry, by=None)
    assert amounts() == ["10.00"]
    assert [row.row for row in ready_rows()] == [3]
    services.refused_retry_now(load=first, by=None)
    assert amounts() == ["10.00", "20.00"]


def test_rows_of_an_undone_load_wait_no_more():
    load_undo(load=load(DIRTY, "orders", PURCHASES), by=None)
    assert quarantine(SYSTEM) == []


@given(st.lists(st.integers(0, 2), min_size=2, max_size=7), st.data())
@settings(max_examples=8, deadline=None)
@pytest.mark.parametrize("key", [None, "单号"])
def test_mending_in_any_order_ends_as_if_the_file_had_been_right(key, wrong, data):
    """0: right from the start; 1: mended in the first retry; 2: in the second. Many rows become alike."""
    mapping = PURCHASES | {"key": key}
    lines = [f"13800138000,2024-05-01,{data.draw(st.integers(1, 2))},A{place}" for place in range(len(wrong))]
    if not any(turn == 0 for turn in wrong):
        wrong[0] = 0
    header = "手机号,时间,金额,单号\n"
    dirty = "\n".join(
        line.replace("2024", "二〇") if turn else line for line, turn in zip(lines, wrong, strict=True)
    )
    name = f"s{Load.objects.count()}"
    first = load(header + dirty + "\n", name, mapping)
    for turn in (1, 2):
        rows = [row_of_load(first, place + 2) for place, one in enumerate(wrong) if one == turn]
        if rows:
            services.refused_rows_fix(fixes=[(row, {1: "2024-05-01"}) for row in rows], by=None)
            services.refused_retry_now(load=first, by=None)
    stored = [event for event in events() if event["source"] == name]
    assert len(stored) == len(lines)
    assert load(header + "\n".join(lines) + "\n", name, mapping).summary["events"] == 0


def row_of_load(first: Load, number: int) -> RefusedRow:
    return RefusedRow.objects.select_related("load").get(load=first, row=number)


def test_the_same_value_is_replaced_in_all_rows_that_have_it():
    load(DIRTY, "orders", PURCHASES)
    kind = RefusedKind.objects.get(column="金额")
    assert services.refused_value_replace(kind=kind, value="十元", text="10", by=None) == (2, 2)
    assert [row.text()[2] for row in ready_rows()] == ["10", "10"]


def test_rows_are_left_out_with_a_reason_and_taken_back():
    first = load(DIRTY, "orders", PURCHASES)
    with pytest.raises(UserError):
        services.refused_rows_dismiss(load=first, reason=" ", by=None, row=3)
    assert services.refused_rows_dismiss(load=first, reason="测试订单", by=None, row=3) == 1
    assert open_rows().count() == 3
    assert services.refused_rows_restore(load=first, by=None, row=3) == 1
    assert open_rows().count() == 4


def workbook(first: Load, path, change) -> Upload:
    """The workbook of a load as somebody sends it back."""
    refused_workbook_write(load=first, path=path)
    book = load_workbook(path)
    change(book.active)
    book.save(path)
    return upload_receive(file=ContentFile(path.read_bytes()), name="corrected.xlsx", by=None)


def test_a_corrected_workbook_mends_the_rows_it_came_from_in_any_order(tmp_path):
    first = load(DIRTY, "orders", PURCHASES)

    def change(sheet):
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        sheet.delete_rows(2, len(rows))
        for row in reversed(rows):
            row[0] = "13700137000" if row[0] == "1.37E+10" else row[0]
            row[2] = 20 if row[2] == "十元" else row[2]
            sheet.append(row)
        sheet.append([*rows[0][:-1], "999:3"])

    done = refused_workbook_read(upload=workbook(first, tmp_path / "rows.xlsx", change), by=None)
    assert (done.changed, done.ready, done.same, done.unknown) == (3, 3, 1, 1)
    services.refused_retry_now(load=first, by=None)
    again = refused_workbook_read(upload=Upload.objects.latest("pk"), by=None)
    assert (again.changed, again.unknown) == (0, 4), "what is loaded is not mended again"
    assert amounts() == ["10.00", "20.00", "20.00", "20.00"]


def steward(*permissions: str):
    user = get_user_model().objects.create_user("ming", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def test_who_may_not_see_personal_values_mends_without_seeing_them(client):
    first = load(
        DIRTY.replace("1.37E+10", "1.37E+10").replace("\n,2024", "\n138001380001,2024"), "orders", PURCHASES
    )
    client.force_login(steward("load_data"))
    text = client.get(f"/data/quarantine/{first.pk}/").content.decode()
    assert "138001380001" not in text
    assert "13900139000" not in text
    assert "十元" in text
    assert client.get(f"/data/quarantine/{first.pk}/workbook/").status_code == 403
    answer = client.post(f"/data/quarantine/{first.pk}/rows/6/", {"cell-0": "13600136000"}).content.decode()
    assert "可以导入" in answer
    assert "13600136000" not in answer


@pytest.mark.parametrize("path", ["", "{pk}/", "{pk}/workbook/"])
def test_only_those_who_may_load_open_the_quarantine(client, path):
    first = load(DIRTY, "orders", PURCHASES)
    client.force_login(steward("view_personal"))
    assert client.get(f"/data/quarantine/{path.format(pk=first.pk)}").status_code == 403


def test_the_pages_mend_replace_leave_out_and_load(admin_client):
    first = load(DIRTY, "orders", PURCHASES)
    base = f"/data/quarantine/{first.pk}/"
    assert "4 行待修" in admin_client.get("/data/quarantine/").content.decode()
    answer = admin_client.post(f"{base}rows/3/", {"cell-2": "二十"}).content.decode()
    assert "这不是金额" in answer
    kind = RefusedKind.objects.get(column="金额")
    page = admin_client.get(f"{base}?kind={kind.pk}").content.decode()
    assert "二十" in page
    admin_client.post(f"{base}rows/3/", {"cell-2": "十元"})
    stands = admin_client.get(f"{base}?kind={kind.pk}").content.decode().split('name="value" value="')[1][:32]
    admin_client.post(f"{base}replace/", {"kind": kind.pk, "value": stands, "text": "10"})
    admin_client.post(f"{base}dismiss/", {"row": "4", "reason": "测试订单"})
    answer = admin_client.post(f"{base}retry/", follow=True)
    assert Load.objects.filter(retry_of=first).count() == 1
    assert f"导入 #{first.pk}" in answer.content.decode()


def test_what_is_no_number_is_not_taken_for_one(admin_client):
    first = load(DIRTY, "orders", PURCHASES)
    base = f"/data/quarantine/{first.pk}/"
    assert admin_client.get(f"{base}?kind=²").status_code == 200
    assert admin_client.get(f"/data/loads/{first.pk}/row/?row=²").status_code == 302
    assert admin_client.post(f"{base}replace/", {"kind": "x"}).status_code == 404
    assert admin_client.post(f"{base}dismiss/", {"row": "²", "reason": "测试"}).status_code == 302
    assert admin_client.post(f"{base}rows/3/", {"cell-²": "5"}).status_code == 200
    assert open_rows().count() == 4


def test_a_corrected_workbook_sent_as_a_new_file_is_known_again(admin_client, tmp_path):
    first = load(DIRTY, "orders", PURCHASES)
    path = tmp_path / "rows.xlsx"
    refused_workbook_write(load=first, path=path)
    file = SimpleUploadedFile("rows.xlsx", path.read_bytes())
    answer = admin_client.post("/data/upload/", {"file": file, "source": "orders", "name": "", "channel": ""})
    assert answer.url == f"/data/quarantine/{first.pk}/"


def test_a_hidden_value_stands_nowhere_on_the_page_where_many_rows_have_it(client):
    first = load(
        DIRTY.replace(",2024-05-05", "1380013800012,2024").replace("1.37E+10", "1380013800012"), "o", PURCHASES
    )
    kind = RefusedKind.objects.get(column="手机号")
    client.force_login(steward("load_data"))
    text = client.get(f"/data/quarantine/{first.pk}/?kind={kind.pk}").content.decode()
    assert "× 2" in text
    assert "1380013800012" not in text

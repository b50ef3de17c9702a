"""Rows that were refused are mended: in place by keyboard, many at once, and by way of Excel."""

import pytest
from django.core.files.base import ContentFile
from openpyxl import load_workbook
from playwright.sync_api import expect

from cdp.sources.services import load_now, source_save, upload_receive

ORDERS = "手机号,下单时间,实付金额\n13800138000,2026-11-01,10\n" + "".join(
    f"{phone},{day},{amount}\n"
    for phone, day, amount in (
        ("13900139000", "2026-11-02", "免费"),
        ("13700137000", "2026-11-03", "免费"),
        ("1.36E+10", "2026-11-04", "20"),
        ("13500135000", "十一月五日", "30"),
    )
)
MAPPING = {
    "kind": "events",
    "name": "purchase",
    "time": {"column": "下单时间"},
    "identifiers": {"phone": "手机号"},
    "properties": {"amount": {"column": "实付金额", "kind": "money"}},
}


@pytest.fixture
def loaded(wang):
    """A load of five rows, four of which wait."""
    upload = upload_receive(file=ContentFile(ORDERS.encode()), name="订单.csv", by=wang)
    source = source_save(slug="orders", names={"zh_hans": "网店订单"}, mapping=MAPPING)
    return load_now(source=source, upload=upload, mapping=MAPPING, stage="write", by=wang)


def test_rows_are_mended_in_place_many_at_once_left_out_and_loaded(visit, picture, loaded):
    tab = visit("/data/quarantine/", width=1280)
    expect(tab.get_by_text("4 行待修")).to_be_visible()
    picture(tab, "1-list")
    tab.get_by_role("link", name="订单.csv").click()
    tab.wait_for_load_state("networkidle")
    counts = tab.locator("#quarantine-counts")
    expect(counts).to_contain_text("待修 4 行，其中 0 行已修好")
    expect(tab.get_by_role("button", name="导入修好的行")).to_be_disabled()

    row = tab.locator("#row-5")
    row.get_by_label("手机号").fill("一三六")
    row.get_by_label("手机号").press("Tab")
    expect(row).to_contain_text("这不是电话号码")
    row.get_by_label("手机号").fill("13600136000")
    row.get_by_label("手机号").press("Enter")
    expect(row).to_contain_text("可以导入")
    expect(counts).to_contain_text("其中 1 行已修好")
    picture(tab, "2-mended")

    tab.get_by_role("link", name="实付金额 · 这不是金额").click()
    tab.get_by_label("替换 免费").fill("0")
    tab.get_by_role("button", name="全部替换").click()
    expect(tab.get_by_role("status")).to_contain_text("已修改 2 行")
    tab.get_by_role("link", name="下单时间 · 这不是日期").click()
    tab.get_by_text("全部排除…").click()
    tab.get_by_label("原因").fill("测试订单")
    tab.get_by_role("button", name="排除", exact=True).click()
    expect(counts).to_contain_text("待修 3 行，其中 3 行已修好")
    picture(tab, "3-ready")
    tab.get_by_role("button", name="导入修好的行").click()

    expect(tab.locator("h1")).to_have_text("导入：订单.csv")
    expect(tab.locator(".q-stats")).to_contain_text("新事件3")
    tab.get_by_role("link", name=f"导入 #{loaded.pk}").click()
    expect(counts).to_contain_text("待修 0 行")
    tab.get_by_role("link", name="已排除").click()
    tab.get_by_role("button", name="取消排除").click()
    expect(counts).to_contain_text("待修 1 行")
    english = visit(f"/data/quarantine/{loaded.pk}/", language="en", width=390)
    expect(english.get_by_text("1 wait, 0 of them mended")).to_be_visible()
    picture(english, "4-english-phone")


def test_rows_go_to_excel_and_come_back_corrected(visit, picture, loaded, tmp_path):
    tab = visit(f"/data/quarantine/{loaded.pk}/")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="在 Excel 中修改").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    book = load_workbook(file)
    for cells in book.active.iter_rows(min_row=2):
        phone, _day, amount = cells[:3]
        amount.value = "0" if amount.value == "免费" else amount.value
        phone.value = "13600136000" if phone.value == "1.36E+10" else phone.value
    book.save(file)

    tab.set_input_files("#id_corrected", file)
    tab.get_by_role("button", name="采用这些修改").click()
    expect(tab.get_by_role("status").first).to_contain_text("已修改 3 行。 其中 3 行现在可以导入。")
    expect(tab.get_by_text("1 行没有改动。")).to_be_visible()
    expect(tab.locator("#quarantine-counts")).to_contain_text("待修 4 行，其中 3 行已修好")
    picture(tab, "corrected")
    tab.get_by_role("button", name="导入修好的行").click()
    expect(tab.locator(".q-stats")).to_contain_text("新事件3")

    tab.goto("/data/upload/")
    tab.set_input_files("#id_file", file)
    tab.select_option("#id_source", "orders")
    tab.get_by_role("button", name="继续").click()
    expect(tab.get_by_text("3 行已不在待修数据中")).to_be_visible()
    tab.goto("/data/quarantine/")
    expect(tab.get_by_text("1 行待修")).to_be_visible()

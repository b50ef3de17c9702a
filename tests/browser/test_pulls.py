"""A shop's database is pulled from: set up, tried, mapped, run; then only what is new comes."""

import sqlite3
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

ORDERS = [
    (1, "13800138000", "2026-11-01 10:00:00", 99.0, "茶"),
    (2, "13900139000", "2026-11-02 11:30:00", 20.0, "咖啡"),
]


class Shop:
    """The shop's database of orders, a SQLite file."""

    def __init__(self, file):
        self.file = file
        with self.changed() as connection:
            connection.execute(
                "CREATE TABLE orders (order_id INTEGER, 手机号 TEXT, 下单时间 TEXT, 实付金额 REAL, 商品 TEXT)"
            )

    @contextmanager
    def changed(self):
        with closing(sqlite3.connect(self.file)) as connection, connection:
            yield connection

    def sell(self, *orders):
        with self.changed() as connection:
            connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", orders)


@pytest.fixture
def shop(settings, tmp_path):
    settings.CDP_PULL_FOLDERS = [str(tmp_path)]
    return Shop(tmp_path / "shop.db")


def test_new_rows_of_a_database_come_by_themselves(visit, picture, shop):
    shop.sell(*ORDERS)
    tab = visit("/data/", width=1280)
    tab.get_by_role("link", name="从数据库取数").click()
    tab.get_by_label("数据源", exact=True).select_option("+")
    tab.fill("#id_name", "商城订单")
    tab.get_by_label("数据库类型").select_option("sqlite")
    tab.fill("#id_database", "shop.db")
    tab.fill("#id_query", "DROP TABLE orders")
    tab.fill("#id_column", "order_id")
    tab.get_by_role("button", name="保存").click()
    expect(tab.get_by_role("alert")).to_contain_text("还没有保存")
    expect(tab.locator("#id_name")).to_have_value("商城订单")
    picture(tab, "1-refused")
    tab.fill("#id_query", "orders")
    tab.get_by_role("button", name="保存").click()

    expect(tab.locator("h1")).to_have_text("orders")
    tab.get_by_role("button", name="测试").click()
    expect(tab.get_by_role("status").first).to_contain_text("数据库连接正常")
    expect(tab.get_by_role("cell", name="13800138000")).to_be_visible()
    picture(tab, "2-tested")
    tab.get_by_role("link", name="确认各列的含义").first.click()
    expect(tab.get_by_label("手机号 是什么")).to_have_value("identifier")
    tab.get_by_role("button", name="保存并试运行").click()
    expect(tab.locator(".q-stats")).to_contain_text("新客户2")
    tab.get_by_role("link", name="回到取数").click()

    tab.get_by_role("button", name="立即取数").click()
    runs = tab.locator("section", has_text="取数记录")
    expect(runs.locator("tbody tr")).to_have_count(1)
    expect(runs.get_by_text("已完成")).to_be_visible()
    picture(tab, "3-run")

    shop.sell((3, "13700137000", "2026-11-03 09:00:00", 35.5, "茶"))
    tab.get_by_role("button", name="立即取数").click()
    expect(runs.locator("tbody tr")).to_have_count(2)
    expect(runs.locator("tbody tr").first.locator("td").nth(2)).to_have_text("1")
    tab.goto("/customers/")
    expect(tab.locator("tbody tr")).to_have_count(3)
    tab.goto("/data/sources/shang_cheng_ding_dan/")
    expect(tab.locator("#pulls")).to_contain_text("orders")
    picture(tab, "4-source")

    with shop.changed() as connection:
        connection.execute("ALTER TABLE orders RENAME COLUMN 手机号 TO mobile")
    tab.locator("#pulls").get_by_role("link", name="orders").click()
    expect(tab.locator("h1")).to_have_text("orders")
    pull = urlsplit(tab.url).path
    tab.get_by_role("button", name="立即取数").click()
    expect(runs.get_by_text("这张表已经没有这些列：手机号")).to_be_visible()
    phone = visit(pull, width=390)
    expect(phone.get_by_text("这张表已经没有这些列：手机号")).to_be_visible()
    picture(phone, "5-failed-phone")

    english = visit(pull, language="en", width=390)
    expect(english.get_by_role("button", name="Run now")).to_be_visible()
    picture(english, "6-english-phone")
    english.goto(f"{pull}edit/")
    picture(english, "7-english-phone-form")
    english.goto("/data/sources/shang_cheng_ding_dan/folder/")
    picture(english, "8-english-phone-folder")

"""The main job from start to end, on the running product: web server, worker, beat, broker, lake."""

import random
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import log_in
from tests.migrated import migrated_copy
from tests.running.system import System

MAKE_WANG = (
    "from django.contrib.auth import get_user_model as m; "
    "m().objects.create_superuser('wang', 'wang@example.com', 'a long password')"
)
PROVINCES = ["浙江", "上海市", "内蒙古自治区", "广东省"]


def order_file(folder: Path) -> Path:
    """120 customers of one shop; every third one bought five times, the others once. 280 orders."""
    draw = random.Random(7)
    lines = ["订单编号,手机号 ,下单时间,实付金额,商品,省份"]
    for customer in range(120):
        for _order in range(5 if customer % 3 == 0 else 1):
            place = f"139{customer:08d}", f"2026-10-{draw.randint(1, 28):02d} {draw.randint(8, 22):02d}:30:00"
            bought = f"¥{draw.randint(20, 900)}.50", draw.choice(["龙井茶", "咖啡豆"]), PROVINCES[customer % 4]
            lines.append(",".join((f"D{len(lines):05d}", *place, *bought)))
    file = folder / "店铺订单.csv"
    file.write_text("\n".join(lines) + "\n", encoding="gb18030")
    return file


@pytest.fixture
def product(tmp_path, migrated):
    system = System(tmp_path / "data")
    migrated_copy(migrated, system.data / "quanxi.sqlite3")
    system.start()
    system.command("shell", "-c", MAKE_WANG)
    yield system
    system.close()


@pytest.fixture
def tab(chromium, product):
    address = f"http://127.0.0.1:{product.port}"
    context = chromium.new_context(base_url=address, viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.add_cookies([{"name": "django_language", "value": "zh-hans", "url": address}])
    tab = context.new_page()
    tab.set_default_timeout(20_000)
    expect.set_options(timeout=30_000)
    yield tab
    context.close()
    expect.set_options(timeout=5_000)


def test_from_a_file_to_a_persona(tab, tmp_path, picture):
    tab.goto("/")
    log_in(tab)

    bring_in(tab, order_file(tmp_path), picture)
    make_tag(tab, picture)
    make_segment(tab, picture)

    tab.get_by_role("link", name="打开画像").click()
    expect(tab.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(tab.locator("main")).to_contain_text("40")
    expect(tab.locator("main")).to_contain_text("33%")
    picture(tab, "persona")
    tab.get_by_role("button", name="下载").click()
    with tab.expect_download() as page:
        tab.locator("a[download][href*=html]").click()
    assert "Plotly" in page.value.path().read_text(encoding="utf-8")
    tab.get_by_role("button", name="下载").click()
    with tab.expect_download() as image:
        tab.locator("[data-download-png]").click()
    assert image.value.path().read_bytes().startswith(b"\x89PNG")


def bring_in(tab, file, picture):
    tab.goto("/data/upload/")
    tab.set_input_files("#id_file", file)
    tab.fill("#id_name", "店铺订单")
    tab.get_by_role("button", name="继续").click()
    expect(tab.get_by_label("手机号 是什么")).to_have_value("identifier")
    expect(tab.get_by_label("实付金额 是什么")).to_have_value("property")
    picture(tab, "mapping")
    tab.get_by_role("button", name="保存并试运行").click()
    expect(tab.locator(".q-stats")).to_contain_text("新客户120")
    expect(tab.locator(".q-stats")).to_contain_text("280")
    picture(tab, "dry-run")
    tab.get_by_role("button", name="正式导入").click()
    expect(tab.locator(".q-stats")).to_contain_text("新事件280")
    picture(tab, "loaded")


def make_tag(tab, picture):
    tab.goto("/tags/new/")
    tab.fill("#name", "购买频次")
    tab.fill("#f-layers-0-label", "常客")
    bought(tab, "layers.0.when", "3")
    tab.fill("#f-rest-label", "其他")
    expect(tab.locator("#live-total")).to_have_text("120")
    expect(tab.locator("#f-layers-0-count")).to_contain_text("40")
    picture(tab, "tag")
    tab.get_by_role("button", name="保存并发布").click()
    expect(tab.locator("h1")).to_have_text("购买频次")
    expect(tab.locator("tr", has_text="常客")).to_contain_text("40")
    expect(tab.locator("tr", has_text="其他")).to_contain_text("80")


def make_segment(tab, picture):
    tab.goto("/segments/new/")
    tab.fill("#name", "常来的客户")
    bought(tab, "rule", "5")
    expect(tab.locator("#live-total")).to_have_text("40")
    picture(tab, "segment")
    tab.get_by_role("button", name="保存分群").click()
    expect(tab.locator("h1")).to_have_text("常来的客户")
    expect(tab.locator(".q-stat-value").first).to_have_text("40")


def bought(tab, place, times):
    """Say in the form: bought at least so many times, ever."""
    field = f"#f-{place.replace('.', '-')}-items-0"
    tab.locator(f"button[value='remove {place}.items.0']").click()
    tab.locator(f"button[value='add event {place}.items']").click()
    tab.select_option(f"{field}-event-0", "purchase")
    tab.select_option(f"{field}-window-shape", "ever")
    tab.fill(f"{field}-value-text", times)

"""Bringing in a file, from the file to its outcome, as a steward does it."""

from playwright.sync_api import expect

ORDERS = """\
会员号 ,手机号,下单时间,实付金额,商品,城市
M001,13800138000,2026-11-01 10:00:00,¥99.00,茶,杭州市
M001,13800138000,2026-11-02 11:30:00,"1,299.00",茶,杭州市
M002,13900139000,2026-11-03 09:15:00,20,咖啡,北京市
M003,1.38E+10,2026-11-04 20:00:00,35.5,咖啡,上海市
"""


def test_a_file_is_brought_in_and_taken_back(visit, picture, tmp_path):
    file = tmp_path / "门店订单.csv"
    file.write_text(ORDERS, encoding="gb18030")
    tab = visit("/data/")
    tab.get_by_role("link", name="导入文件").first.click()

    tab.set_input_files("#id_file", file)
    expect(tab.locator(".q-drop b")).to_have_text("门店订单.csv")
    tab.fill("#id_name", "门店订单")
    tab.select_option("#id_channel", "store")
    picture(tab, "1-file")
    tab.get_by_role("button", name="继续").click()

    expect(tab.locator("h1")).to_have_text("各列的含义")
    expect(tab.get_by_label("手机号 是什么")).to_have_value("identifier")
    expect(tab.get_by_label("下单时间 是什么")).to_have_value("time")
    picture(tab, "2-mapping")
    tab.get_by_label("会员号 是什么").select_option("identifier")
    tab.get_by_label("手机号 是什么").select_option("ignore")
    tab.get_by_label("会员号 是什么").select_option("ignore")
    tab.get_by_role("button", name="保存并试运行").click()
    expect(tab.get_by_role("alert").first).to_be_visible()
    picture(tab, "3-problem")
    tab.get_by_label("手机号 是什么").select_option("identifier")
    tab.locator("[name=type-1]").select_option("phone")
    tab.get_by_role("button", name="保存并试运行").click()

    expect(tab.locator("h1")).to_have_text("试运行：门店订单.csv")
    numbers = tab.locator(".q-stats")
    expect(numbers).to_contain_text("行数4")
    expect(numbers).to_contain_text("新客户2")
    expect(tab.get_by_text("1.38E+10")).to_be_visible()
    picture(tab, "4-dry-run")
    tab.get_by_role("button", name="正式导入").click()

    expect(tab.locator("h1")).to_have_text("导入：门店订单.csv")
    expect(tab.locator(".q-stats")).to_contain_text("新事件3")
    picture(tab, "5-outcome")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="未采用的行").click()
    assert download.value.suggested_filename == "门店订单 未采用的行.xlsx"

    tab.get_by_role("link", name="查看客户").click()
    expect(tab.locator("tbody tr")).to_have_count(2)
    picture(tab, "6-customers")
    tab.go_back()
    tab.get_by_text("撤销这次导入").click()
    tab.get_by_label("请输入数据源名称").fill("别的")
    tab.get_by_role("button", name="撤销导入").click()
    expect(tab.get_by_role("alert")).to_contain_text("名称不一致")
    tab.get_by_text("撤销这次导入").click()
    tab.get_by_label("请输入数据源名称").fill("门店订单")
    tab.get_by_role("button", name="撤销导入").click()
    expect(tab.get_by_role("status")).to_contain_text("已撤销")
    tab.goto("/customers/")
    expect(tab.get_by_text("还没有客户")).to_be_visible()


def test_a_picture_is_refused_in_words(visit, tmp_path):
    file = tmp_path / "photo.xlsx"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    tab = visit("/data/upload/")
    tab.set_input_files("#id_file", file)
    tab.fill("#id_name", "照片")
    tab.get_by_role("button", name="继续").click()
    expect(tab.get_by_role("alert")).to_contain_text("图片")
    expect(tab.locator("#id_name")).to_have_value("照片")

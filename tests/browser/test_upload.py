"""Bringing in a file, from the file to its outcome, as a steward does it."""

from playwright.sync_api import expect

from tests.sources.filing import book

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


def test_a_sheet_is_chosen_and_an_event_is_named_in_chinese(visit, picture, tmp_path):
    rows = [["手机号", "时间", "门店"], ["13800138000", "2026-11-01 10:00", "西湖店"]]
    file = book(tmp_path / "门店.xlsx", {"说明": [["导出说明"]], "签到": rows})
    tab = visit("/data/upload/")
    tab.set_input_files("#id_file", file)
    tab.fill("#id_name", "门店签到")
    tab.get_by_role("button", name="继续").click()
    tab.get_by_label("工作表").select_option("签到")
    tab.get_by_role("button", name="读取这张工作表").click()
    expect(tab.get_by_label("手机号 是什么")).to_have_value("identifier")

    mapping = tab.url
    rows_are = tab.get_by_label("每行是什么")
    tab.get_by_label("门店 是什么").select_option("ignore")
    rows_are.focus()
    rows_are.select_option("customers")
    expect(tab.get_by_label("时间 是什么")).to_have_value("attribute")
    expect(tab.get_by_label("门店 是什么")).to_have_value("ignore")
    expect(rows_are).to_be_focused()
    rows_are.select_option("events")
    expect(tab.get_by_label("时间 是什么")).to_have_value("time")

    tab.get_by_label("每行都是这个事件").fill("进店签到")
    expect(tab.locator("#constant-name")).to_contain_text("jin_dian_qian_dao")
    picture(tab, "named")
    tab.get_by_role("button", name="保存并试运行").click()
    expect(tab.locator(".q-stats")).to_contain_text("新事件1")

    english = visit(mapping, language="en", width=390)
    expect(english.get_by_label("Sheet")).to_be_visible()
    english.get_by_label("Every row is this event").fill("Store visit")
    expect(english.locator("#constant-name")).to_contain_text("store_visit")
    picture(english, "english-phone")


MESSY = (
    "旗舰店订单报表,,,,,,,,\n"
    '订单编号 ,买家会员名,买家实际支付金额,订单状态,收货人姓名,联系手机,"订单创建\n时间",订单付款时间 ,退款金额\n'
    '="1001",lilei,￥88.00,交易成功,李雷,138****8000,2026-09-01 10:00:00,2026-09-01 10:01:00,0.00\n'
    '="1002",lilei,50.00元,"买家已付款，等待卖家发货",李雷,13800138000,2026/9/2 10:00,2026/9/2 10:01,20.00\n'
    '="1003",hanmm,0,等待买家付款,韩梅梅,,2026-09-03 10:00:00,,\n'
    '="1004",hanmm,很多,交易成功,韩梅梅,,2026-09-04 10:00:00,2026-09-04,\n'
    '="1005",hanmm,10,外星状态,韩梅梅,,2026-09-04 10:00:00,2026-09-04,\n'
)


def test_a_messy_export_is_recognised_corrected_and_loaded(visit, picture, tmp_path):
    file = tmp_path / "订单.csv"
    file.write_bytes(MESSY.encode("gb18030"))
    tab = visit("/data/upload/")
    tab.set_input_files("#id_file", file)
    tab.fill("#id_name", "旗舰店订单")
    tab.get_by_role("button", name="继续").click()
    expect(tab.get_by_text("看起来是淘宝/天猫订单导出")).to_be_visible()
    expect(tab.get_by_text("外星状态").first).to_be_visible()
    expect(tab.get_by_label("退款金额 是什么")).to_have_value("also")
    expect(tab.get_by_label("买家会员名 是什么")).to_have_value("identifier")
    picture(tab, "recognised")
    tab.locator("label").filter(has_text="外星状态").locator("input").fill("外星订单")
    tab.get_by_role("button", name="保存并试运行").click()

    expect(tab.locator(".q-stats")).to_contain_text("新事件5")
    expect(tab.locator(".q-stats")).to_contain_text("未采用1")
    expect(tab.get_by_text("很多")).to_be_visible()
    picture(tab, "dry-run")
    tab.get_by_role("button", name="正式导入").click()
    expect(tab.locator("h1")).to_have_text("导入：订单.csv")
    expect(tab.locator(".q-stats")).to_contain_text("新客户2")

    english = visit("/data/upload/", language="en", width=390)
    english.get_by_label("What the file is").select_option("jd_orders")
    picture(english, "english-phone")

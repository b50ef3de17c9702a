"""Cleaning a dirty column step by step, seeing before and after, with the keyboard alone."""

from playwright.sync_api import expect

MEMBERS = """\
手机,姓名,地址
01/138 0013 8000,张 三,浙江省杭州市西湖区文三路
01/13900139000,李雷先生,昆山市前进路
01/13700137000,韩梅梅,鼓楼区
"""


def mapping_of(visit, tmp_path):
    """The page on which the columns of the members are understood."""
    file = tmp_path / "会员.csv"
    file.write_text(MEMBERS, encoding="gb18030")
    tab = visit("/data/upload/", width=1280)
    tab.set_input_files("#id_file", file)
    tab.fill("#id_name", "会员")
    tab.get_by_role("button", name="继续").click()
    tab.wait_for_load_state("networkidle")
    return tab


def test_steps_are_written_moved_and_seen_before_anything_is_loaded(visit, picture, tmp_path):
    tab = mapping_of(visit, tmp_path)
    tab.get_by_label("手机 是什么").select_option("identifier")
    tab.locator("[name=type-0]").select_option("phone")

    phone = tab.locator("tr", has=tab.get_by_label("手机 是什么"))
    phone.get_by_text("清洗这些值").click()
    expect(phone.locator(".q-clean-preview")).to_contain_text("这不是电话号码")
    phone.get_by_label("为 手机 添加步骤").select_option("regex")
    pattern = phone.locator("[name=arg-0-0-pattern]")
    expect(pattern).to_be_focused()
    tab.keyboard.type("/(.*)")
    expect(phone.locator(".q-clean-preview")).to_contain_text("前 3 行中，3 行有变化，0 行不被采用")
    expect(phone.locator(".q-clean-preview")).to_contain_text("+8613800138000")
    phone.get_by_label("为 手机 添加步骤").select_option("trim")
    phone.get_by_role("button", name="上移：去首尾空白").focus()
    tab.keyboard.press("Enter")
    expect(phone.locator(".q-clean-name b").first).to_have_text("去首尾空白")
    expect(phone.locator(".q-clean-preview")).to_contain_text("去首尾空白：改了 0 行")
    picture(tab, "phone")

    tab.get_by_label("地址 是什么").select_option("attribute")
    address = tab.locator("tr", has=tab.get_by_label("地址 是什么"))
    address.locator("[name=attribute-2]").select_option("city")
    address.get_by_text("清洗这些值").click()
    address.get_by_label("为 地址 添加步骤").select_option("region")
    expect(address.locator(".q-clean-preview")).to_contain_text("杭州市")
    expect(address.locator(".q-clean-preview")).to_contain_text("有几个同名的地方")
    address.get_by_role("button", name="地址 再取一个字段").click()
    more = tab.get_by_label("地址 另一字段的含义")
    expect(more).to_be_visible()
    expect(phone.get_by_text("2 个清洗步骤")).to_be_visible()
    more.select_option("attribute")
    tab.locator("[name=attribute-3]").select_option("+")
    tab.locator("[name=attribute_new-3]").fill("district")
    district = tab.locator("tr", has=tab.locator("[name=attribute-3]"))
    district.get_by_text("清洗这些值").click()
    district.get_by_label("为 地址 添加步骤").select_option("region")
    district.locator("[name=arg-3-0-part]").select_option("district")
    expect(district.locator(".q-clean-preview")).to_contain_text("西湖区")
    picture(tab, "address")

    tab.get_by_role("button", name="保存并试运行").click()
    expect(tab.locator(".q-stats")).to_contain_text("新客户2")
    cleaned = tab.locator("section", has=tab.get_by_role("heading", name="清洗了什么"))
    expect(cleaned).to_contain_text("正则表达式")
    picture(tab, "dry-run")
    tab.get_by_role("link", name="修改列的含义").click()
    english = visit(tab.url, language="en", width=390)
    english.get_by_text("2 cleaning steps").click()
    expect(english.get_by_text("Of the first 3 rows")).to_be_visible()
    picture(english, "english-phone")


HURRIED = """() => new MutationObserver((changes, observer) => {
  const steps = document.querySelector("#steps-0 [data-add]");
  if (!steps) return;
  observer.disconnect();
  steps.value = "trim";
  steps.dispatchEvent(new Event("change", { bubbles: true }));
}).observe(document.body, { childList: true, subtree: true })"""


def test_a_step_chosen_in_the_moment_the_choice_appears_is_not_lost(visit, tmp_path):
    tab = mapping_of(visit, tmp_path)
    tab.get_by_label("手机 是什么").select_option("attribute")
    tab.evaluate(HURRIED)
    phone = tab.locator("tr", has=tab.get_by_label("手机 是什么"))
    phone.get_by_text("清洗这些值").click()
    expect(phone.locator(".q-clean-name b")).to_have_text("去首尾空白")

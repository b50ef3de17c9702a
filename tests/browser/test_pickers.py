"""A rule is made by keyboard alone: found by sound, pasted from a sheet, counted, and explained."""

import pytest
from playwright.sync_api import expect

PASTE = """([id, text]) => {
  const data = new DataTransfer();
  data.setData("text", text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.getElementById(id).dispatchEvent(event);
}"""


@pytest.fixture
def customers(transactional_db, shop):
    """Four in Zhejiang, of whom two bought; two in Shanghai."""
    zhejiang, _shanghai = shop.people(4, "浙江省"), shop.people(2, "上海市")
    shop.buy(*[(one, "2026-06-01T04:00:00", 120) for one in zhejiang[:2]])
    return zhejiang


def test_a_rule_is_made_counted_and_explained_by_keyboard_alone(visit, customers, picture):
    tab = visit("/segments/new/", language="zh-hans")
    found = tab.locator("#f-rule-items-0-attribute-find")
    found.focus()
    tab.keyboard.type("sf")
    chosen = tab.locator("#f-rule-items-0-attribute-list [aria-selected=true]")
    expect(chosen).to_contain_text("省份")
    expect(found).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    picture(tab, "found")
    tab.keyboard.press("Enter")
    values = tab.locator("#f-rule-items-0-value-many")
    expect(values).to_be_visible()
    expect(found).to_be_focused()
    expect(found).to_have_value("省份")

    # What is typed and not chosen is no choice.
    tab.keyboard.type("没有这个")
    tab.keyboard.press("Escape")
    expect(found).to_have_value("省份")

    values.focus()
    tab.evaluate(PASTE, ["f-rule-items-0-value-many", "浙江省\n火星省\n"])
    expect(tab.locator(".qb-pasted")).to_contain_text("火星省")
    tab.locator("[data-unknown]").click()
    expect(tab.locator(".qb-chip")).to_have_text(["浙江省×"])
    expect(tab.locator("#live-total")).to_have_text("4")

    tab.locator(".qb-tree > summary").focus()
    tab.keyboard.press("Enter")
    shanghai = tab.locator("[data-region='上海市']")
    expect(tab.locator("[data-region='浙江省']")).to_be_checked()
    shanghai.focus()
    tab.keyboard.press("Space")
    expect(tab.locator("#live-total")).to_have_text("6")
    picture(tab, "regions")

    # Beside the count: the last thirty days, and ten of them with why.
    expect(tab.locator("#live-lately")).to_contain_text("没有询问事件或日期")
    tab.locator("#examples-card > summary").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator(".qb-examples li")).to_have_count(6)
    tab.locator(".qb-examples button").first.focus()
    tab.keyboard.press("Enter")
    drawer = tab.locator("dialog#why-drawer[open]")
    expect(drawer).to_contain_text("是成员")
    picture(tab, "why")
    tab.keyboard.press("Escape")
    expect(drawer).to_have_count(0)

    # Help for the page, by its key, and closed again; in a field the key is a letter.
    tab.locator("h1").click()
    tab.keyboard.press("?")
    expect(tab.locator("dialog#help-drawer[open] h2")).to_have_text("规则表单")
    picture(tab, "help")
    tab.keyboard.press("Escape")
    expect(tab.locator("dialog#help-drawer[open]")).to_have_count(0)
    tab.locator("#name").focus()
    tab.keyboard.press("?")
    expect(tab.locator("#name")).to_have_value("?")

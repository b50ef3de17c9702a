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


def test_an_attribute_is_found_by_its_initials_and_values_are_pasted(visit, customers, picture):
    tab = visit("/segments/new/", language="zh-hans")
    found = tab.locator("#f-rule-items-0-attribute-find")
    found.focus()
    tab.keyboard.type("sf")
    expect(tab.locator("#f-rule-items-0-attribute-list [aria-selected=true]")).to_contain_text("省份")
    expect(found).to_have_attribute("aria-activedescendant", "f-rule-items-0-attribute-list-0")
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

"""A marketer makes a tag and a segment in the form, by mouse and keyboard, and sees the numbers follow."""

import pytest
from playwright.sync_api import expect

from tags.models import Tag
from tests.browser.conftest import log_in


@pytest.fixture
def customers(transactional_db, shop):
    """Four in Zhejiang, of whom two bought; two in Shanghai, of whom one bought twice."""
    zhejiang, shanghai = shop.people(4, "浙江省"), shop.people(2, "上海市")
    orders = [zhejiang[0], zhejiang[1], shanghai[0], shanghai[0]]
    shop.buy(*[(one, "2026-06-01T04:00:00", 120) for one in orders])


def choose(tab, field, value, appears):
    """Choose in a drop-down that changes the form, and wait for what it brings."""
    tab.select_option(field, value)
    expect(tab.locator(appears)).to_be_visible()


def test_a_tag_with_two_values_and_a_segment_of_it(visit, customers, picture):
    tab = visit("/tags/new/", language="en")
    tab.fill("#name", "Where they are")
    tab.fill("#f-layers-0-label", "east")
    choose(tab, "#f-layers-0-when-items-0-attribute", "province", "#f-layers-0-when-items-0-value-many")

    # Values are picked from the customers' own, by keyboard.
    tab.focus("#f-layers-0-when-items-0-value-many")
    expect(tab.locator(".qb-option").first).to_have_text("浙江省4")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    expect(tab.locator("#live-total")).to_have_text("4")

    tab.get_by_role("button", name="Value", exact=True).click()
    tab.fill("#f-layers-1-label", "buyer")
    tab.locator("button[value='remove layers.1.when.items.0']").click()
    tab.locator("button[value='add event layers.1.when.items']").click()
    tab.select_option("#f-layers-1-when-items-0-event-0", "purchase")
    choose(tab, "#f-layers-1-when-items-0-window-shape", "ever", "#f-layers-1-when-items-0-window-shape")
    expect(tab.locator("#live-total")).to_have_text("5")
    expect(tab.locator("#f-layers-1-count")).to_contain_text("1")
    expect(tab.locator(".qb-say")).to_contain_text("buyer")
    picture(tab, "form")

    # The first value that fits counts: turned round, the buyers come first.
    tab.locator("button[value='up layers.1']").click()
    expect(tab.locator("#f-layers-0-label")).to_have_value("buyer")
    expect(tab.locator("#f-layers-0-count")).to_contain_text("3")
    expect(tab.locator("#f-layers-1-count")).to_contain_text("2")

    tab.get_by_role("button", name="Save and publish").click()
    expect(tab.locator("h1")).to_have_text("Where they are")
    expect(tab.locator("tr", has_text="buyer")).to_contain_text("3")
    expect(tab.locator("tr", has_text="east")).to_contain_text("2")
    picture(tab, "tag")
    slug = Tag.objects.get().slug

    tab.goto("/segments/new/")
    tab.fill("#name", "Buyers")
    tab.locator("button[value='remove rule.items.0']").click()
    tab.locator("button[value='add tag rule.items']").click()
    choose(tab, "#f-rule-items-0-tag", slug, "#f-rule-items-0-value-many")
    tab.focus("#f-rule-items-0-value-many")
    tab.locator(".qb-option", has_text="buyer").click()
    expect(tab.locator("#live-total")).to_have_text("3")
    tab.get_by_role("button", name="Save segment").click()
    expect(tab.locator("h1")).to_have_text("Buyers")
    expect(tab.locator(".q-stat-value").first).to_have_text("3")
    picture(tab, "segment")


def test_a_mistake_is_marked_where_it_is_and_nothing_typed_is_lost(visit, customers, picture):
    tab = visit("/segments/new/", language="zh-hans", width=390)
    tab.fill("#name", "大客户")
    tab.locator("button[value='add event rule.items']").click()
    choose(tab, "#f-rule-items-1-event-0", "purchase", "button[value='or rule.items.1']")
    tab.fill("#f-rule-items-1-value-text", "很多")
    expect(tab.locator("#f-rule-items-1-problem")).not_to_be_empty()
    tab.locator("button[name=save]").click()
    expect(tab.get_by_role("alert").first).to_contain_text("尚未保存")
    expect(tab.locator("#f-rule-items-0-problem")).to_contain_text("请选择")
    expect(tab.locator("#f-rule-items-1-value-text")).to_have_value("很多")
    expect(tab.locator("#name")).to_have_value("大客户")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    picture(tab, "mistakes")


def test_a_number_marked_to_be_typed_over_stays_marked_while_the_form_changes(visit, customers):
    tab = visit("/tags/new/", language="en")
    tab.locator("button[value='remove layers.0.when.items.0']").click()
    tab.locator("button[value='add event layers.0.when.items']").click()
    field = "#f-layers-0-when-items-0"
    tab.fill(f"{field}-value-text", "12")
    tab.keyboard.press("Control+A")
    tab.evaluate(
        "field => { document.querySelector(`${field}-value-text`).dataset.old = 'yes';"
        " document.querySelector(`${field}-event-0`).dispatchEvent(new Event('change', { bubbles: true })); }",
        field,
    )
    expect(tab.locator("[data-old]")).to_have_count(0)
    tab.keyboard.type("3")
    expect(tab.locator(f"{field}-value-text")).to_have_value("3")


def test_conditions_are_dragged_moved_by_keys_and_every_step_is_undone(visit, customers, picture):
    tab = visit("/segments/new/", language="en")
    tab.fill("#name", "Buyers")
    choose(tab, "#f-rule-items-0-attribute", "province", "#f-rule-items-0-value-many")
    tab.locator("button[value='add group rule.items']").click()
    expect(tab.locator("#f-rule-items-1-items-0-attribute")).to_be_visible()

    tab.locator("[data-drag='rule.items.0']").hover()
    tab.mouse.down()
    target = tab.locator("#f-rule-items-1-items-0").bounding_box()
    tab.mouse.move(target["x"] + 40, target["y"] + target["height"] - 2, steps=4)
    tab.mouse.up()
    province = tab.locator("#f-rule-items-0-items-1-value-many")
    expect(province).to_be_visible()
    picture(tab, "dragged")

    # The empty field of the other condition is typed in, and that is not lost by going back and on again.
    tab.fill("#description", "who bought")
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator("#description")).to_have_value("")
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator("#f-rule-items-0-value-many")).to_be_visible()
    tab.keyboard.press("Control+Shift+Z")
    tab.keyboard.press("Control+Shift+Z")
    expect(tab.get_by_role("button", name="Redo")).to_be_disabled()
    expect(province).to_be_visible()
    expect(tab.locator("#description")).to_have_value("who bought")

    tab.focus("#f-rule-items-0-items-1-op")
    tab.keyboard.press("Alt+Shift+ArrowLeft")
    expect(tab.locator("#f-rule-items-1-value-many")).to_be_visible()
    expect(tab.locator("#f-rule-items-1-attribute-find")).to_be_focused()


def test_what_was_typed_comes_back_after_logging_in_again_and_goes_once_it_is_saved(visit, customers, picture):
    tab = visit("/segments/new/", language="en")
    tab.fill("#name", "Buyers")
    choose(tab, "#f-rule-items-0-attribute", "province", "#f-rule-items-0-value-many")
    tab.fill("#f-rule-items-0-value-many", "浙江省")
    tab.keyboard.press("Enter")
    expect(tab.locator("#live-total")).to_have_text("4")
    # The count that follows what is typed is there before the session ends: else it leads to the log-in by itself.
    with tab.expect_response(lambda answer: answer.request.method == "POST"):
        tab.fill("#description", "who lives there")
    tab.wait_for_function("() => !document.querySelector('.htmx-request')")
    tab.context.clear_cookies(name="sessionid")
    tab.get_by_role("button", name="Save segment").click()
    log_in(tab)

    expect(tab.locator("#qb-restore")).to_contain_text("was not saved")
    picture(tab, "restore")
    tab.get_by_role("button", name="Bring it back").click()
    expect(tab.locator("#live-total")).to_have_text("4")
    expect(tab.locator("#name")).to_have_value("Buyers")
    expect(tab.locator("#description")).to_have_value("who lives there")

    tab.get_by_role("button", name="Save segment").click()
    expect(tab.locator("h1")).to_have_text("Buyers")
    tab.goto("/segments/new/")
    expect(tab.locator("#live-total, #live .qb-hint").first).to_be_visible()
    expect(tab.locator("#qb-restore")).to_be_hidden()

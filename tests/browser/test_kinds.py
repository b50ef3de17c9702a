"""Layers by mouse and keyboard, bins cut in their picture, and RFM groups that follow their limits, by both."""

import pytest
from playwright.sync_api import expect

from tags.models import Tag
from tags.services import tag_save
from tests.browser.hands import RuleForm, both_hands
from tests.shop import bought, labels

SPENT = {"event": "purchase", "agg": "sum", "property": "amount", "window": "ever"}


@pytest.fixture
def customers(transactional_db, shop):
    """Anna bought three times and last, Ben and Cem twice, Dora once, Eve never; Anna and Dora spent most."""
    anna, ben, cem, dora, _eve = shop.people(5)
    orders = [(dora, 300), *[(ben, 10)] * 2, *[(cem, 10)] * 2, *[(anna, 100)] * 3]
    shop.buy(*[(who, f"2026-06-{day + 1:02}T04:00:00", amount) for day, (who, amount) in enumerate(orders)])


def test_layers_are_put_in_order_by_mouse_and_by_keyboard_and_the_counts_follow(visit, customers, wang, picture):
    layered = labels(("regular", bought(2)), ("buyer", bought(1)))
    tag_save(slug="buying", kind="labels", definition=layered, actor=wang, names={"en": "Buying"})
    tab = visit("/tags/buying/edit/", language="en")
    first, second = tab.locator("#f-layers-0-shade"), tab.locator("#f-layers-1-shade")
    expect(second).to_contain_text("Given to 1 of the 4 who fit.")
    expect(second).to_contain_text("regular 3")
    picture(tab, "layers")

    tab.locator("[data-drag='layers.1']").hover()
    tab.mouse.down()
    box = tab.locator("#f-layers-0").bounding_box()
    tab.mouse.move(box["x"] + 30, box["y"] + 4, steps=4)
    tab.mouse.up()
    expect(tab.locator("#f-layers-0-label")).to_have_value("buyer")
    expect(first).to_contain_text("Given to all 4 who fit.")
    expect(second).to_contain_text("Given to nobody: all 3 who fit have an earlier value.")

    tab.locator("#f-layers-1-label").focus()
    tab.keyboard.press("Alt+Shift+ArrowUp")
    expect(tab.locator("#f-layers-0-label")).to_have_value("regular")
    expect(tab.locator("#f-layers-0-label")).to_be_focused()
    expect(second).to_contain_text("Given to 1 of the 4 who fit.")


def test_limits_follow_their_lines_and_lines_their_limits(visit, customers, wang, picture):
    bins = [{"value": "low", "below": 100}, {"value": "high"}]
    definition = {"v": 1, "measure": SPENT, "bins": bins}
    tag_save(slug="spent", kind="measure", definition=definition, actor=wang, names={"en": "Spent"})
    tab = visit("/tags/spent/edit/", language="en")
    line, field = tab.get_by_role("slider"), tab.locator("#f-bins-0-below")
    expect(line).to_have_attribute("aria-valuenow", "100")
    expect(tab.locator("#f-bins-0-count")).to_contain_text("3")
    line.focus()
    tab.keyboard.press("Home")
    expect(tab.locator("#f-bins-0-count")).to_contain_text("0")
    expect(line).to_be_focused()
    tab.get_by_role("button", name="Equal counts").click()
    expect(field).to_have_value("20")
    expect(line).to_have_attribute("aria-valuenow", "20")
    at = line.bounding_box()
    tab.mouse.move(at["x"] + at["width"] / 2, at["y"] + 40)
    tab.mouse.down()
    tab.mouse.move(at["x"] + 120, at["y"] + 40, steps=4)
    tab.mouse.up()
    expect(tab.locator("#f-bins-0-count")).to_contain_text("3")
    assert float(field.input_value()) > 20
    field.fill("50")
    expect(line).to_have_attribute("aria-valuenow", "50")
    picture(tab, "bins")


@both_hands(quick="keyboard")
def test_groups_of_rfm_follow_their_limits_and_are_saved(visit, customers, picture, hand):
    tab = visit("/tags/new/?kind=rfm", language="en")
    form = RuleForm(tab, hand)
    most = tab.locator("#rfm-groups tr", has_text="Important: valuable").locator("td").nth(2)
    expect(tab.locator("#picture")).to_contain_text("The eight groups of 4 customers")
    form.hand.write(tab.locator("#name"), "Worth")
    form.turn("rfm.scores", "limits")
    form.hand.press(tab.get_by_role("button", name="Near today's fifths"))
    expect(tab.locator("#f-rfm-monetary-3")).not_to_have_value("")
    expect(most).to_have_text("1")
    for place, limit in enumerate(("400", "500", "600", "700")):
        form.write(f"rfm.monetary.{place}", limit)
    tab.keyboard.press("Tab")
    expect(most).to_have_text("0")
    picture(tab, "rfm")
    form.save("Save and publish")
    expect(tab.locator("h1")).to_have_text("Worth")
    assert Tag.objects.get().versions.get().definition["scores"]["monetary"] == [400, 500, 600, 700]

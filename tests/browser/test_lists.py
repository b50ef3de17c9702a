"""A list is pasted as it came; what belongs to nobody is named, and only those who were found are members."""

import pytest
from playwright.sync_api import expect

from segments.models import Segment, SegmentKind
from tests.browser.hands import HANDS, both_hands

PASTED = "13900000001\n13900000003\n13911111111\n13900000001\nnobody\n"


@pytest.fixture
def customers(transactional_db, shop):
    """Four with phones that end in their place, 1 to 4."""
    found = shop.people(4)
    for place, one in enumerate(found, 1):
        shop.identify(one, phone=f"+861390000000{place}")
    return found


@both_hands(quick="mouse")
def test_a_pasted_list_keeps_whom_it_found_and_names_the_rest(visit, customers, picture, hand):
    tab = visit("/segments/new/", language="en")
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.evaluate("text => navigator.clipboard.writeText(text)", PASTED)
    hand = HANDS[hand](tab)
    hand.press(tab.get_by_role("link", name="By a list instead"))
    hand.press(tab.get_by_role("button", name="Match and save"))
    expect(tab.get_by_role("alert")).to_contain_text("Not saved yet")

    hand.write(tab.get_by_label("Name", exact=True), "Summer invitees")
    hand.choose(tab.get_by_label("What the values are"), "phone")
    hand.write(tab.get_by_label("Paste one value a line"), "")
    tab.keyboard.press("Control+V")
    expect(tab.get_by_label("Paste one value a line")).to_have_value(PASTED)
    hand.press(tab.get_by_role("button", name="Match and save"))

    expect(tab.locator("h1")).to_have_text("What became of the list")
    figures = tab.locator(".q-stat-value")
    expect(figures).to_have_text(["5", "2", "1", "2"])
    picture(tab, "report")
    rest = tab.locator("tbody tr")
    expect(rest).to_have_count(2)
    expect(rest.nth(0).locator("td").nth(1)).to_have_text("13911111111")
    expect(rest.nth(1).locator("td").nth(1)).to_have_text("nobody")

    hand.press(tab.get_by_role("link", name="To the segment"))
    expect(tab.locator("h1")).to_have_text("Summer invitees")
    expect(tab.locator("#members tbody a")).to_have_text([f"#{customers[0]}", f"#{customers[2]}"])
    assert Segment.objects.get().kind == SegmentKind.LIST
    picture(tab, "segment")

"""A guest without an account opens a link, gives its password, sees the figures, and then it ends."""

from django.utils import timezone
from playwright.sync_api import expect

from segments.sharing.models import ShareLink
from tests.segments.sharing.shown import edition_shown


def test_a_guest_sees_the_figures_until_the_link_ends(visit, wang, picture):
    edition_shown()
    tab = visit("/personas/editions/friends/1/links/", language="en")
    tab.fill("#name", "Agency")
    tab.fill("#password", "a long password")
    picture(tab, "links")
    tab.click("form button.is-main")
    address = tab.inner_text("#address")
    assert "/links/" in tab.url
    guest = visit(address, signed_in=False, language="en", width=390)
    refused = []
    guest.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
    assert "Before spring" not in guest.content()
    picture(guest, "password")
    guest.fill("#password", "a long password")
    guest.keyboard.press("Enter")
    expect(guest.locator("h1")).to_have_text("Before spring")
    guest.wait_for_selector("#dashboard[data-drawn]")
    expect(guest.locator("[data-chart=age] svg.main-svg").first).to_be_visible()
    expect(guest.locator("[data-chart=age]")).to_contain_text("Agency · seen")
    expect(guest.locator("body")).not_to_contain_text("13900139000")
    assert guest.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(guest, "shared")
    assert refused == []
    ShareLink.objects.update(expires_at=timezone.now())
    guest.reload()
    expect(guest.locator("body")).to_contain_text("This link shows nothing")

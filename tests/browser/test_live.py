"""Events show up on the live page and in a key's debugger by themselves, and what is being read stays open."""

from django.utils import timezone
from playwright.sync_api import expect

from cdp.live.signs import sign_give
from cdp.live.taking import take_in
from tests.live.sending import arrive, key_of, track


def test_events_show_up_by_themselves(visit):
    key = key_of()
    tab = visit("/data/live/", language="en")
    expect(tab.get_by_text("Nothing has arrived yet")).to_be_visible()
    arrive(
        track("u1", "Order Completed", price=5), track("u1", "Order Completed", price="a lot"), at=timezone.now()
    )
    take_in()
    sign_give(failures=0)
    expect(tab.get_by_role("cell", name="Order Completed")).to_be_visible()
    expect(tab.get_by_role("alert").filter(visible=True)).to_have_count(0)
    tab.get_by_role("link", name="wk_web").first.click()
    expect(tab).to_have_url(f"/data/live/keys/{key.pk}/events/")

    came = tab.locator("details.q-came")
    came.first.locator("summary").click()
    expect(came.first.get_by_text('"price": "a lot"')).to_be_visible()
    arrive(track("u2", "Looked"), at=timezone.now())
    tab.wait_for_timeout(3_500)
    expect(came.first).to_have_attribute("open", "")
    expect(came).to_have_count(2)
    came.first.locator("summary").click()
    expect(came).to_have_count(3)
    expect(came.first).to_contain_text("waits to be taken in")

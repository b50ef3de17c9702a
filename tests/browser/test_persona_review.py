"""Three colleagues of three departments in three browsers: what one writes the others see, and what is decided is
sealed; the next edition says what changed and what it answers."""

import pytest
from playwright.sync_api import Page, expect

from segments.editions.models import Edition
from segments.review.models import Review
from tests.browser.hands import Mouse
from tests.segments.editions.reviewing import departments_made, edition_made, persona_made

# The page asks every four seconds; on a busy machine an answer takes much longer.
SOON = 60_000


@pytest.fixture
def edition(transactional_db, wang):
    """Mei of marketing keeps an edition; sales has Yue, finance Heng."""
    mei = departments_made()["mei"]
    return edition_made(persona_made(mei), mei)


class Colleague:
    def __init__(self, tab: Page) -> None:
        self.tab, self.hand = tab, Mouse(tab)

    def press(self, role: str, words: str) -> None:
        self.hand.press(self.tab.get_by_role(role, name=words, exact=True).first)

    def sees(self, *words: str) -> None:
        for one in words:
            expect(self.tab.locator("main")).to_contain_text(one, timeout=SOON)

    def comments_on(self, chart: str, words: str) -> None:
        """Press the mark of a chart and write."""
        self.hand.press(self.tab.locator(f"[data-pin='{chart}']"))
        self.says(words)

    def says(self, words: str) -> None:
        self.hand.write(self.tab.locator("#r-text"), words)
        self.press("button", "Send")
        expect(self.tab.locator("#r-text")).to_have_value("")

    def decides(self, choice: str, words: str) -> None:
        self.tab.get_by_label(choice, exact=True).check()
        self.hand.write(self.tab.get_by_label("Reason"), words)
        self.press("button", "Send the decision")
        self.sees("Your department's decision stands in the review.")


@pytest.mark.deep
def test_three_departments_review_an_edition_and_the_next_one_answers(visit, edition, picture):
    mei = Colleague(visit("/personas/editions/night/1/", language="en", who="mei"))
    mei.press("link", "Send for review")
    for name in ("Sales", "Finance"):
        mei.tab.get_by_label(name, exact=True).check()
    mei.hand.write(mei.tab.get_by_label("What it is about"), "May we plan on it?")
    mei.press("button", "Send for review")
    mei.sees("The departments have been told.", "Nobody else is looking at it now.")
    at = f"/reviews/{Review.objects.get().pk}/"

    yue = Colleague(visit("/", language="en", who="yue"))
    yue.press("link", "1 review of a persona waits for you")
    yue.hand.press(yue.tab.get_by_role("link", name="Night owls").first)
    heng = Colleague(visit(at, language="en", who="heng"))
    mei.sees("Looking at it now: Heng, Yue")

    yue.comments_on("chart:province-province", "Where is the north?")
    for one in (mei, heng):
        one.sees("Where is the north?")
    expect(mei.tab.locator("[data-pin='chart:province-province']")).to_have_attribute(
        "data-count", "1", timeout=SOON
    )

    heng.tab.locator("#r-text").press_sequentially("Ask @me")
    expect(heng.tab.locator("#r-names li")).to_have_text(["Mei"])
    heng.tab.keyboard.press("Enter")
    expect(heng.tab.locator("#r-text")).to_have_value("Ask @Mei ")
    yue.says("What one types stays while others write.")
    heng.sees("What one types stays while others write.")
    expect(heng.tab.locator("#r-text")).to_have_value("Ask @Mei ")
    heng.tab.locator("#r-text").press_sequentially("@sal")
    expect(heng.tab.locator("#r-names li")).to_have_text(["Sales Department"])
    heng.tab.keyboard.press("Enter")
    heng.press("button", "Send")
    yue.sees("Ask @Mei @Sales")
    picture(heng.tab, "talk")

    yue.decides("asks for changes", "The north is missing.")
    heng.decides("approves with dissent", "Too few months.")
    mei.sees("The north is missing.", "Sales asks for changes and has no answer.")
    # Finance, which comes before sales, may be answered too.
    mei.hand.press(mei.tab.get_by_role("link", name="Answer it", exact=True).last)
    mei.says("It is in the next edition.")
    mei.sees("Everything is there to seal it.")
    yue.sees("It is in the next edition.")
    picture(mei.tab, "answered")

    mei.press("button", "Seal the outcome")
    mei.sees("Outcome of the review", "changes asked for", "Too few months.")
    expect(heng.tab.locator("#r-compose")).to_have_count(0, timeout=SOON)
    sealed = Edition.objects.get()
    assert sealed.is_intact and sealed.outcome["result"] == "changes"

    edition_made(edition.persona, Edition.objects.get().made_by, number=2, title="Summer", east=420)
    mei.tab.goto("/personas/editions/night/2/")
    mei.press("link", "Comments it answers")
    row = mei.tab.locator(".r-toanswer > li", has_text="Where is the north?")
    row.get_by_role("textbox").fill("It is in the map.")
    row.get_by_role("button", name="It answers this").click()
    mei.sees("It is in the map.")
    mei.press("link", "The edition")
    mei.press("link", "What changed since edition 1")
    mei.sees("From edition 1 to edition 2", "+12.0", "It is in the map.")
    picture(mei.tab, "changes")

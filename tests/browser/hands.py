"""How somebody uses a page: with the mouse, or with the keyboard alone. Stories are told once and played by both.

The keyboard comes to a thing as everybody does, by Tab from what stands before it; a story ends at what cannot be
reached so.
"""

import pytest
from playwright.sync_api import Locator, Page, expect

BEFORE = """target => {
  const wanted = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const reached = [...document.querySelectorAll(wanted)].filter((one) =>
    one === target || (one.tabIndex >= 0 && !one.disabled && one.checkVisibility({ visibilityProperty: true })));
  const before = reached[reached.indexOf(target) - 1];
  if (before) before.focus(); else document.activeElement.blur();
}"""
COUNT_REBUILDS = """window.rebuilt = 0;
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "builder") window.rebuilt += 1;
});"""

STEPS_TO = """(field, value) =>
  [...field.options].findIndex((one) => one.value === value) - field.selectedIndex"""


def both_hands(quick: str) -> pytest.MarkDecorator:
    """A story by mouse and again by keyboard; the one that is not `quick` is left to the deep run."""
    hands = [pytest.param(hand, marks=[] if hand == quick else pytest.mark.deep) for hand in ("mouse", "keyboard")]
    return pytest.mark.parametrize("hand", hands)


class Mouse:
    def __init__(self, tab: Page) -> None:
        self.tab = tab

    def press(self, what: Locator) -> None:
        what.click()

    def write(self, field: Locator, text: str) -> None:
        field.click(click_count=3)
        self.tab.keyboard.press("Control+A")
        self.tab.keyboard.type(text)

    def choose(self, field: Locator, value: str) -> None:
        """The list of a drop-down is drawn outside the page, where no test can point."""
        field.select_option(value)

    def find(self, field: Locator, value: str) -> None:
        """In a drop-down that is found in by typing."""
        field.click()
        listed(field).locator(f"[data-value='{value}']").click()

    def pick(self, field: Locator, value: str) -> None:
        """One of several values, from those that are suggested."""
        field.click()
        listed(field).locator(f"[data-value='{value}']").click()


class Keyboard:
    def __init__(self, tab: Page) -> None:
        self.tab = tab

    def reach(self, what: Locator) -> None:
        expect(what).to_be_visible()
        what.evaluate(BEFORE)
        self.tab.keyboard.press("Tab")
        expect(what).to_be_focused()

    def press(self, what: Locator) -> None:
        self.reach(what)
        self.tab.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        self.reach(field)
        self.tab.keyboard.press("Control+A")
        self.tab.keyboard.type(text)

    def choose(self, field: Locator, value: str) -> None:
        self.reach(field)
        steps = field.evaluate(STEPS_TO, value)
        if steps:
            self.tab.keyboard.press("Space")
            for _step in range(abs(steps)):
                self.tab.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
            self.tab.keyboard.press("Enter")
        expect(field).to_have_value(value)

    def find(self, field: Locator, value: str) -> None:
        self.reach(field)
        self.tab.keyboard.type(value)
        expect(listed(field).locator("[aria-selected=true]")).to_have_attribute("data-value", value)
        self.tab.keyboard.press("Enter")

    def pick(self, field: Locator, value: str) -> None:
        self.reach(field)
        suggested = listed(field).locator("[role=option]")
        expect(suggested.and_(listed(field).locator(f"[data-value='{value}']"))).to_be_visible()
        values = suggested.evaluate_all("all => all.map((one) => one.dataset.value)")
        for _step in range(values.index(value) + 1):
            self.tab.keyboard.press("ArrowDown")
        self.tab.keyboard.press("Enter")


HANDS = {"mouse": Mouse, "keyboard": Keyboard}


def listed(field: Locator) -> Locator:
    """The list that a field opens."""
    return field.page.locator(f"#{field.get_attribute('aria-controls')}")


class RuleForm:
    """The form of a rule, whose parts are named by their paths: `rule.items.1.items.0`."""

    def __init__(self, tab: Page, hand: str) -> None:
        self.tab, self.hand = tab, HANDS[hand](tab)
        expect(tab.locator("#builder")).to_be_visible()

    def field(self, path: str) -> Locator:
        return self.tab.locator(f"#f-{path.replace('.', '-')}")

    def do(self, command: str) -> None:
        """Press the button of a command: `add event rule.items`."""
        self._rebuilding(lambda: self.hand.press(self.tab.locator(f"#builder button[value='{command}']")))

    def find(self, path: str, value: str) -> None:
        self._rebuilding(lambda: self.hand.find(self.field(f"{path}-find"), value))
        expect(self.field(path)).to_have_value(value)

    def turn(self, path: str, value: str) -> None:
        """Choose what changes which other fields there are."""
        self._rebuilding(lambda: self.hand.choose(self.field(path), value))

    def choose(self, path: str, value: str) -> None:
        self.hand.choose(self.field(path), value)

    def write(self, path: str, text: str) -> None:
        self.hand.write(self.field(path), text)

    def pick(self, path: str, *values: str) -> None:
        for value in values:
            self.hand.pick(self.field(path), value)
            sent = self.tab.locator(f"#builder input[type=hidden][name='{path}[]'][value='{value}']")
            expect(sent).to_have_count(1)

    def save(self, words: str) -> None:
        self.hand.press(self.tab.get_by_role("button", name=words, exact=True))

    def _rebuilding(self, act) -> None:
        before = self.tab.evaluate("window.rebuilt")
        act()
        drawn = "count => window.rebuilt > count && !document.querySelector('#builder.qb-busy')"
        self.tab.wait_for_function(drawn, arg=before)

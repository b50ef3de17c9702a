"""Two colleagues in two browsers: what one changes is in force once the other has looked at it and agreed."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import call_command
from playwright.sync_api import Page, expect

from cdp.access.viewer import SYSTEM
from segments.models import Segment
from segments.services import segment_save
from tags.teamwork.rules import approval_rule_add
from tests.browser.conftest import PASSWORD
from tests.browser.hands import HANDS, RuleForm, both_hands
from tests.shop import lives_in

HOMES = "rule.items.0.value.many"
TWO, FIVE, THREE = lives_in("浙江省"), lives_in("浙江省", "江苏省"), lives_in("浙江省", "上海市")


@pytest.fixture
def east(transactional_db, shop, wang):
    """A segment of two in force. Mei changes segments, the head changes nothing, and both approve of changes."""
    for home, count in (("浙江省", 2), ("江苏省", 3), ("上海市", 1)):
        shop.people(count, home)
    mei, _head = [person(name) for name in ("mei", "head")]
    mei.user_permissions.set(Permission.objects.filter(codename="edit_segments"))
    segment_save(slug="east", rule=TWO, actor=mei, names={"en": "East"})
    call_command("refresh")
    approval_rule_add(kind="segment", category="", sensitivity="", approvers=("mei", "head"), actor=SYSTEM)


def person(name):
    return get_user_model().objects.create_user(name, password=PASSWORD, is_staff=True)


class Colleague:
    """What somebody does in a browser of their own, by one hand."""

    def __init__(self, tab: Page, hand: str) -> None:
        self.tab, self.name, self.hand = tab, hand, HANDS[hand](tab)

    def press(self, role: str, words: str) -> None:
        self.hand.press(self.tab.get_by_role(role, name=words).first)

    def sees(self, *words: str) -> None:
        for one in words:
            expect(self.tab.locator("main")).to_contain_text(one)

    def sees_effect(self, entering: int, leaving: int) -> None:
        figures = self.tab.locator("#effects .q-stat")
        expect(figures.filter(has_text="Would enter")).to_contain_text(str(entering))
        expect(figures.filter(has_text="Would leave")).to_contain_text(str(leaving))

    def change(self, *, also: str, without: str = "") -> None:
        """In the form of the draft: another home, and one fewer."""
        form = RuleForm(self.tab, self.name)
        if without:
            self.hand.press(self.tab.get_by_role("button", name=f"Remove {without}"))
        form.pick(HOMES, also)
        form.save("Save segment")

    def ask(self, words: str) -> None:
        self.hand.write(self.tab.get_by_label("What it is about"), words)
        self.press("button", "Ask for approval")
        self.sees("Nothing changes before it is approved.", words)

    def decide(self, words: str, button: str) -> None:
        self.hand.write(self.tab.get_by_label("Comment"), words)
        self.press("button", button)


@both_hands(quick="mouse")
def test_a_change_is_returned_made_better_and_then_approved(visit, east, picture, hand):
    mei = Colleague(visit("/segments/east/", language="en", who="mei"), hand)
    head = Colleague(visit("/", language="en", who="head"), hand)
    mei.press("link", "Change")
    mei.change(also="江苏省")
    mei.sees_effect(3, 0)
    mei.sees("Publishing this needs the approval of")
    expect(mei.tab.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    mei.ask("The market grew.")
    expect(mei.tab.get_by_role("button", name="Approve and publish")).to_have_count(0)
    picture(mei.tab, "asked")
    assert in_force() == TWO

    head.tab.reload()
    head.press("link", "1 draft waits for your approval")
    head.press("link", "East")
    head.sees("The market grew.", "江苏省")
    head.sees_effect(3, 0)
    picture(head.tab, "looked-at")
    head.decide("Shanghai, not Jiangsu.", "Return with the comment")
    head.sees("Returned")
    assert in_force() == TWO

    mei.tab.goto("/")
    mei.press("link", "1 draft of yours came back with comments")
    mei.press("link", "East")
    mei.sees("Shanghai, not Jiangsu.")
    mei.press("link", "East")
    mei.press("link", "Change")
    mei.change(also="上海市", without="江苏省")
    mei.sees_effect(1, 0)
    mei.ask("With Shanghai.")

    head.tab.goto("/approvals/")
    head.press("link", "East")
    head.sees("With Shanghai.", "Shanghai, not Jiangsu.")
    head.sees_effect(1, 0)
    head.decide("Good.", "Approve and publish")
    head.sees("Approved and published.")
    picture(head.tab, "approved")
    assert in_force() == THREE
    mei.tab.goto("/segments/east/")
    expect(mei.tab.locator(".q-stat-value").first).to_have_text("3")


def in_force():
    definition = dict(Segment.objects.get(slug="east").definition)
    definition.pop("v", None)
    return definition

"""Two colleagues change one segment at a time: nobody's change is lost, and whoever comes second chooses."""

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import expect

from segments.models import Segment
from segments.services import segment_save
from tags.versions import draft_of
from tests.browser.conftest import PASSWORD
from tests.browser.hands import RuleForm, both_hands
from tests.shop import lives_in

HOMES = "rule.items.0.value.many"


@pytest.fixture
def east(transactional_db, shop, wang):
    for home in ("浙江省", "江苏省", "上海市"):
        shop.people(1, home)
    segment_save(slug="east", rule=lives_in("浙江省"), actor=wang, names={"en": "East"})
    get_user_model().objects.create_superuser("lin", "lin@example.com", PASSWORD, first_name="Lin")


@both_hands(quick="keyboard")
def test_whoever_saves_second_sees_both_changes_and_chooses(visit, east, picture, hand):
    wang, lin = (visit("/segments/east/edit/", language="en", who=who) for who in ("wang", "lin"))
    change(lin, hand, "江苏省", "With Jiangsu")
    expect(lin.locator("h1")).to_have_text("Publish East")

    form = change(wang, hand, "上海市", "With Shanghai")
    conflict = wang.get_by_role("alert").filter(has_text="Lin has saved a change since you opened this form")
    theirs, mine = (conflict.locator(".qb-two > div").nth(place) for place in (0, 1))
    for side, home, words in ((theirs, "江苏省", "With Jiangsu"), (mine, "上海市", "With Shanghai")):
        expect(side).to_contain_text(home)
        expect(side).to_contain_text(words)
    expect(wang.locator(".qb-chip")).to_have_text(["浙江省×", "上海市×"])
    expect(wang.locator("#description")).to_have_value("With Shanghai")
    picture(wang, "conflict")
    assert homes() == ["浙江省", "江苏省"]

    # To look at what the other made is no farewell to one's own.
    form.hand.press(wang.get_by_role("link", name="Go on from what is saved now"))
    expect(wang.locator(".qb-chip")).to_have_text(["浙江省×", "江苏省×"])
    expect(wang.locator("#description")).to_have_value("With Jiangsu")
    form.hand.press(wang.get_by_role("button", name="Bring it back"))
    expect(wang.locator(".qb-chip")).to_have_text(["浙江省×", "上海市×"])
    expect(wang.locator("#description")).to_have_value("With Shanghai")
    form.save("Save segment")
    form.hand.press(conflict.get_by_role("button", name="Save mine in its place"))
    expect(wang.locator("h1")).to_have_text("Publish East")
    picture(wang, "saved")
    assert homes() == ["浙江省", "上海市"]
    assert Segment.objects.get().description == "With Shanghai"


def change(tab, hand, home, words):
    form = RuleForm(tab, hand)
    form.pick(HOMES, home)
    form.hand.write(tab.locator("#description"), words)
    form.save("Save segment")
    return form


def homes():
    return draft_of(Segment.objects.get()).definition["value"]

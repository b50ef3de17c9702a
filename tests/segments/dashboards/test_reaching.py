"""Steps towards a purchase, each after the one before, beside the same followed event by event."""

from dataclasses import replace

import pytest
from django.utils import translation
from pyroaring import BitMap

from cdp.store.lake import snapshot
from segments.dashboards import everyone, states
from segments.dashboards.behind import numbers_behind
from segments.dashboards.everyone import Everyone
from segments.dashboards.figures.funnel import funnel_bars, onward
from segments.dashboards.opening import group_open
from segments.dashboards.queries import leading
from segments.dashboards.reaching import reached_read
from segments.dashboards.wording import words
from segments.personas.meaning import meaning_of, steps_to
from segments.personas.statistics import Base, Share
from tests.segments.settled import segment_of
from tests.world import DEEDS, HAN_MEIMEI, JIM, LI_LEI, LUCY

FRIENDS = {LI_LEI, HAN_MEIMEI, LUCY, JIM}


def followed(steps):
    """Of each customer's events in order: how far one comes when the next step is taken at the first chance."""
    far = {}
    for deed in sorted(DEEDS, key=lambda deed: deed.time):
        place = far.get(deed.customer_id, 0)
        while place < len(steps) and deed.event == steps[place]:
            place += 1
        far[deed.customer_id] = place
    return [{who for who, place in far.items() if place > step} for step in range(len(steps))]


@pytest.mark.parametrize(
    "steps", [("visit", "purchase"), ("purchase", "visit"), ("purchase", "refund"), ("visit", "refund", "purchase")]
)
def test_a_step_counts_from_the_one_before(settled, steps):
    with snapshot() as lake:
        assert [set(who) for who in reached_read(lake, steps)] == followed(steps)


@pytest.fixture
def group(settled):
    segment = segment_of("friends", FRIENDS)
    with translation.override("en"), snapshot() as lake:
        yield group_open(segment, lake, "en")


def test_the_funnel_is_of_what_somebody_did_and_ends_with_the_purchase(group):
    (answer,) = leading.funnel(group)
    reached = followed(("visit", "purchase"))
    assert [(one.value, one.group, one.everyone) for one in answer.data.shares] == [
        (step, len(who & FRIENDS), len(who)) for step, who in zip(("visit", "purchase"), reached, strict=True)
    ]


def test_a_few_who_were_lost_between_two_steps_are_not_told(group):
    everyone = BitMap(range(1, 101))
    kept = type("Kept", (), {"reached": lambda self, steps: [everyone, everyone - BitMap([1, 2, 3]), BitMap()]})()
    kept.events = frozenset(["visit", "add_to_cart", "purchase"])
    (answer,) = leading.funnel(replace(group, everyone=kept, members=everyone, universe=everyone, least=20))
    assert [one.hidden(answer.data.base) for one in answer.data.shares] == [False, True, False]
    rows = numbers_behind(funnel_bars, answer.data, words())["tables"][0]["rows"]
    assert [row[1] for row in rows] == [100, "–", 0]


def test_a_few_of_everyone_or_of_the_others_who_were_lost_are_not_told(group):
    members, others = BitMap(range(1, 101)), BitMap(range(101, 301))
    after = (members - BitMap(range(1, 41))) | (others - BitMap([101, 102, 103]))
    kept = type("Kept", (), {"reached": lambda self, steps: [members | others, after, members & after]})()
    kept.events = frozenset(["visit", "add_to_cart", "purchase"])
    (answer,) = leading.funnel(replace(group, everyone=kept, members=members, universe=members | others, least=20))
    rows = numbers_behind(funnel_bars, answer.data, words())["tables"][0]["rows"]
    # Of the 200 others 3 were lost at the second step; of the third all who came are members.
    assert [(row[1], row[6]) for row in rows] == [(100, 300), (60, "–"), (60, 60)]
    assert [row[8] for row in rows] == [None, None, None]


def test_who_went_on_is_a_share_of_those_who_came():
    base = Base(100, 1000, 20)
    assert onward(Share("a", 80, 500), Share("b", 40, 100), base) == (0.5, 0.2)
    assert onward(Share("a", 80, 500), Share("b", 4, 100), base) == (None, 0.2)
    assert onward(Share("a", 80, 500), Share("b", 40, 45), base) == (0.5, None)
    assert onward(Share("a", 0, 0), Share("b", 0, 0), base) == (None, None)


def test_what_an_events_name_means_is_told_once_somebody_did_it():
    assert steps_to("purchase", {"browse", "add_to_cart", "purchase"}) == ("browse", "add_to_cart", "purchase")
    assert steps_to("purchase", {"login", "purchase"}) == ()
    assert steps_to("purchase", {"browse"}) == ()


def test_what_is_taken_off_is_no_amount():
    found = meaning_of(["purchase"], {"discount": "money", "worth": "money", "coupon": "text"})
    assert (found.amount, found.discount, found.coupon) == ("worth", "discount", "coupon")


def test_what_was_begun_beside_all_else_is_the_same_and_a_failure_of_it_is_made_good(settled):
    steps = ("visit", "purchase")
    states.forget()
    with snapshot() as lake:
        kept = Everyone(lake)
        kept.ahead(steps)
        assert [set(who) for who in kept.reached(steps)] == followed(steps)
        other = ("purchase", "visit")
        kept._answers["reached", other] = everyone._beside.submit(int, "no number")
        assert [set(who) for who in kept.reached(other)] == followed(other)

"""What was planted in the demo world is found among what sets a group apart, and what means nothing is not."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import translation

from cdp.access.viewer import SYSTEM
from cdp.store.lake import snapshot
from segments.dashboards.content import content_of
from segments.dashboards.opening import group_open
from segments.demo.truths import NOTHINGS, TOGETHER, TRUTHS
from segments.models import Segment, SegmentKind
from tags.selectors import rule_members
from tests.segments.settled import members_set

pytestmark = [pytest.mark.deep, pytest.mark.django_db]
PEOPLE, TOP = 20_000, 3


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    lake = str(tmp_path_factory.mktemp("demo") / "lake")
    with django_db_blocker.unblock(), override_settings(CDP_LAKE=lake), transaction.atomic():
        call_command("demo", customers=PEOPLE, seed=7, end=date(2026, 11, 21))
        # All at once: members are remembered by their run, which has the number of one that was rolled back.
        for truth in TRUTHS:
            _segment(f"{truth.slug}-group", truth.rule)
            if truth.beside:
                _segment(f"{truth.slug}-base", truth.beside)
        yield lake
        transaction.set_rollback(True)


@pytest.fixture
def found(demo, settings):
    settings.CDP_LAKE = demo

    def over(truth):
        """(subject's chart, value) of what is more frequent in the group, as the page lists it."""
        group = Segment.objects.get(slug=f"{truth.slug}-group")
        base = Segment.objects.filter(slug=f"{truth.slug}-base").first()
        with translation.override("zh-hans"), snapshot() as lake:
            return content_of(group_open(group, lake, "zh-hans", base), lambda *_: None)["over"]

    return over


def _segment(slug, rule):
    segment = Segment.objects.create(slug=slug, kind=SegmentKind.RULE, definition=rule, name_zh_hans=slug)
    return members_set(segment, set(rule_members(SYSTEM, rule).members))


@pytest.fixture
def content(demo, settings):
    """Everybody who bought lately, as their persona is drawn."""
    settings.CDP_LAKE = demo
    _segment("buyers", {"event": "purchase", "window": {"last": 60, "unit": "day"}})
    with translation.override("zh-hans"), snapshot() as lake:
        group = group_open(Segment.objects.get(slug="buyers"), lake, "zh-hans")
        return content_of(group, lambda *_: None)


def test_of_what_is_bought_together_the_planted_pair_alone_has_a_lift_above_one(content):
    (chart,) = [c for s in content["sections"] for c in s["charts"] if c["slug"] == "together-pairs"]
    (table,) = chart["data"]["tables"]
    # Customers, orders and their share come before the lift and its interval.
    lifts = {frozenset(row[0].split(" + ")): row[7:10] for row in table["rows"]}
    lift, low, _high = lifts.pop(frozenset(TOGETHER))
    assert lift > low > 1 and len(lifts) > 3
    assert all(high < 1 for _lift, _low, high in lifts.values())


@pytest.mark.parametrize("truth", TRUTHS, ids=[truth.slug for truth in TRUTHS])
def test_a_planted_truth_is_on_top(found, truth):
    listed = [row["rule"] for row in found(truth)]
    places = [place for place, rule in enumerate(listed) if truth.subject in str(rule) and truth.value in str(rule)]
    assert places and places[0] < TOP, listed
    assert not any(value in str(rule) and subject in str(rule) for rule in listed for subject, value in NOTHINGS)

"""Who entered and left is told once, whether it was found live or by a refresh, and whoever dies on the way."""

from datetime import timedelta

import pytest

from segments.activation import telling
from segments.activation.models import Delivery, Told, Topic
from segments.activation.telling import changes_tell
from segments.activation.webhooks import channel
from segments.activation.webhooks.services import webhook_switch
from segments.following.follow import steps_follow
from tags.models import LiveChange
from tests.live.sending import NOON

pytestmark = pytest.mark.django_db
ADDRESS = "https://till.example/hook"


@pytest.fixture
def told(floor):
    """What was laid down to be sent, in order: about, value, type, customers."""
    floor.hook(ADDRESS)
    changes_tell()

    def of(hook=None):
        rows = Delivery.objects.order_by("pk")
        bodies = [row.body for row in (rows.filter(webhook=hook) if hook else rows)]
        return [(b["about"]["slug"], b["value"], b["type"], [c["id"] for c in b["customers"]]) for b in bodies]

    return of


def test_a_new_webhook_is_not_told_who_was_there_before(told):
    assert told() == [] and Topic.objects.count() == 2


def test_what_was_found_live_is_told_once_and_a_refresh_that_finds_it_again_tells_nothing(floor, told):
    u0 = floor.id("u0")
    floor.do("u0", "purchase", amount=70, live_at=1)
    changes_tell()
    entered_left = [("spent", "high", "entered", [u0]), ("spent", "low", "left", [u0])]
    assert sorted(told()) == entered_left and not LiveChange.objects.exists()
    changes_tell()
    floor.refresh(2)
    changes_tell()
    assert sorted(told()) == entered_left


def test_what_only_a_refresh_finds_is_told_by_it_who_left_first(floor, told):
    floor.do("u0", "purchase", amount=70)
    floor.do("u1", "page")
    floor.refresh(2)
    changes_tell()
    u0, u1 = floor.id("u0"), floor.id("u1")
    assert told() == [
        ("keen", None, "entered", [u1]),
        ("spent", "low", "left", [u0]),
        ("spent", "high", "entered", [u0]),
    ]
    body = Delivery.objects.earliest("pk").body
    assert body["about"] == {"kind": "segment", "slug": "keen", "name": "Keen"}
    assert body["at"] == "2026-11-21T04:00:02+00:00"


def test_a_refresh_of_an_earlier_moment_takes_nothing_back_of_what_was_told_live(floor, told):
    """It knows nothing of it, but what was found later still counts."""
    floor.do("u1", "page", live_at=5)
    changes_tell()
    before = told()
    assert before == [("keen", None, "entered", [floor.id("u1")])]
    floor.refresh(3)
    changes_tell()
    assert told() == before


def test_a_live_change_that_a_refresh_overtook_is_told_by_the_refresh_alone(floor, told):
    """It was put in use before the change of an earlier moment was told."""
    floor.do("u1", "page", live_at=1)
    late = list(LiveChange.objects.values("kind", "slug", "value", "customer_id", "has_entered", "at"))
    LiveChange.objects.all().delete()
    floor.refresh(2)
    changes_tell()
    assert told() == [("keen", None, "entered", [floor.id("u1")])]
    LiveChange.objects.bulk_create(LiveChange(**row) for row in late)
    LiveChange.objects.bulk_create(LiveChange(**{**row, "has_entered": False}) for row in late)
    changes_tell()
    assert len(told()) == 1 and not LiveChange.objects.exists()


def test_what_a_refresh_told_is_not_told_again_by_whoever_followed_it_meanwhile(floor, told):
    """They compared with the result before, and kept what they found after the refresh was told."""
    floor.do("u1", "page")
    floor.refresh(2)
    changes_tell()
    steps_follow(NOON + timedelta(seconds=3))
    row = {"kind": "segment", "slug": "keen", "customer_id": floor.id("u1"), "at": NOON + timedelta(seconds=3)}
    LiveChange.objects.create(**row, has_entered=True)
    changes_tell()
    assert told() == [("keen", None, "entered", [floor.id("u1")])]


def test_whoever_enters_and_leaves_is_told_both_in_that_order(floor, told):
    floor.do("u1", "page", live_at=1)
    row = LiveChange.objects.get()
    LiveChange.objects.create(
        kind=row.kind, slug=row.slug, customer_id=row.customer_id, has_entered=False, at=row.at
    )
    changes_tell()
    assert [one[2] for one in told()] == ["entered", "left"]


@pytest.mark.parametrize(
    ("found", "killed_at"), [("live", "told"), ("live", "rows"), ("refresh", "deliveries"), ("refresh", "told")]
)
def test_whoever_is_killed_while_telling_loses_and_doubles_nothing(floor, told, monkeypatch, killed_at, found):
    floor.do("u0", "purchase", amount=70, live_at=1 if found == "live" else None)
    if found == "refresh":
        floor.refresh(2)
    where = {
        "deliveries": (channel.Delivery.objects, "bulk_create"),
        "told": (telling.Told.objects, "bulk_create"),
        "rows": (telling, "rows_delete"),
    }[killed_at]

    def die(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(*where, die)
        with pytest.raises(KeyboardInterrupt):
            changes_tell()
    assert told() == []
    changes_tell()
    u0 = floor.id("u0")
    assert sorted(told()) == [("spent", "high", "entered", [u0]), ("spent", "low", "left", [u0])]


def test_each_webhook_is_told_what_it_is_about(floor, told):
    high, _ = floor.hook(ADDRESS, ("spent", "high"), name="high")
    left, _ = floor.hook(ADDRESS, ("spent", ""), name="left", tells_entered=False)
    off, _ = floor.hook(ADDRESS, name="off")
    webhook_switch(webhook=off, is_on=False, actor=floor.analyst)
    floor.do("u0", "purchase", amount=70, live_at=1)
    changes_tell()
    u0 = floor.id("u0")
    assert told(high) == [("spent", "high", "entered", [u0])]
    assert told(left) == [("spent", "low", "left", [u0])]
    assert told(off) == []


def test_what_nobody_wants_to_know_is_forgotten(floor, told):
    for hook in {row.webhook for row in Delivery.objects.all()} | set(channel.Webhook.objects.all()):
        webhook_switch(webhook=hook, is_on=False, actor=floor.analyst)
    floor.do("u0", "purchase", amount=70, live_at=1)
    changes_tell()
    assert not LiveChange.objects.exists() and not Topic.objects.exists() and told() == []


def test_many_are_told_in_parts(floor, told, monkeypatch):
    """Of a message, and of a transaction: a refresh of many does not hold up everybody else who writes."""
    monkeypatch.setattr(channel, "CUSTOMERS", 2)
    monkeypatch.setattr(telling, "CUSTOMERS", 3)
    for user in range(4):
        floor.do(f"u{user}", "page")
        floor.do(f"u{user}", "page")
    floor.refresh(2)
    changes_tell()
    parts = [who for _slug, _value, _type, who in told()]
    assert [len(who) for who in parts] == [2, 1, 1] and len({one for who in parts for one in who}) == 4
    assert Told.objects.get(topic__slug="keen").bitmap
    changes_tell()
    assert len(told()) == 3

"""From what arrives to customers and events that everybody sees."""

import json
import re

import pytest

from cdp.access.viewer import SYSTEM
from cdp.identity.models import BlockedIdentifier, Identifier
from cdp.live import books, reading
from cdp.live.draining import arrivals_drain
from cdp.live.models import Arrival, Flush, HotEvent, Minute, Violation
from cdp.live.raw_masking import raw_masked
from cdp.live.reading import Reader
from cdp.live.taking import take_in
from cdp.store.lake import snapshot
from cdp.store.models import Attribute, Customer, EventType, Property
from cdp.store.selectors import customers

from .sending import arrive, track

pytestmark = pytest.mark.django_db


def stored(*columns: str) -> list[dict]:
    with snapshot() as lake:
        return lake.frame(lake.tables.events.select(*columns).order_by("time")).to_pylist()


def test_an_event_becomes_a_customer_at_once_and_is_seen_by_all_once_it_is_flushed():
    arrive(track("u1", "Order Completed", revenue=120.5, productId="A-1", gift=True, labels=["new", "new", "hot"]))
    assert take_in() == 1
    customer = Customer.objects.get()
    assert HotEvent.objects.get().properties == {
        "revenue": 120.5,
        "product_id": "A-1",
        "gift": True,
        "labels": ["new", "hot"],
    }
    assert dict(Property.objects.values_list("slug", "kind"))["revenue"] == "money"
    arrivals_drain()
    (row,) = stored("event", "customer_id", "source", "channel", "revenue", "product_id", "gift", "labels", "time")
    assert (row["event"], row["customer_id"], row["source"], row["channel"]) == (
        "order_completed",
        customer.pk,
        "web",
        "web",
    )
    assert (str(row["revenue"]), row["product_id"], row["gift"], row["labels"]) == (
        "120.50",
        "A-1",
        True,
        ["new", "hot"],
    )
    assert not HotEvent.objects.exists() and not Arrival.objects.exists()


def test_a_new_customer_can_be_looked_up_before_the_flush():
    arrive(track("u1", "Looked"))
    take_in()
    assert [one.pk for one in customers(SYSTEM)] == [Customer.objects.get().pk]


def test_whoever_was_anonymous_before_is_the_same_customer_after_identify():
    arrive(
        {
            "type": "page",
            "anonymousId": "cookie-1",
            "messageId": "m1",
            "name": "Home",
            "properties": {"url": "https://shop.example/"},
        }
    )
    take_in()
    arrive(
        {
            "type": "identify",
            "anonymousId": "cookie-1",
            "userId": "u1",
            "messageId": "m2",
            "traits": {"email": "Li@Example.com", "phone": "138 0013 8000", "plan": "gold", "firstName": "Lei"},
        }
    )
    take_in()
    (root,) = Customer.objects.filter(merged_into=None)
    assert root.attributes == {"plan": "gold", "first_name": "Lei"}
    assert set(Identifier.objects.values_list("type", "value")) == {
        ("visitor", "cookie-1"),
        ("app_user", "u1"),
        ("email", "li@example.com"),
        ("phone", "+8613800138000"),
    }
    assert dict(Attribute.objects.filter(slug__in=["plan", "first_name"]).values_list("slug", "personal")) == {
        "plan": False,
        "first_name": True,
    }
    arrivals_drain()
    assert [
        (row["event"], row["customer_id"], row["name"]) for row in stored("event", "customer_id", "name", "time")
    ] == [("page", root.pk, "Home")]


def test_a_message_counts_once_however_often_it_is_sent():
    first = {**track("u1", "Order Completed", revenue=5), "messageId": "m1"}
    arrive(first, first)
    take_in()
    arrive(first)
    take_in()
    arrivals_drain()
    arrive(first)
    take_in()
    arrivals_drain()
    assert len(stored("event", "time")) == 1
    assert sum(Flush.objects.values_list("repeated", flat=True)) == 3


def test_what_is_wrong_with_a_message_is_told_and_the_others_count():
    arrive(
        {"type": "track", "event": "Bought", "messageId": "nobody"},
        track("u1", "Bought", price=12),
        track("u1", "Bought", price="a lot", email="li@example.com", note="x"),
    )
    take_in()
    arrivals_drain()
    assert [(v.is_refused, v.path) for v in Violation.objects.order_by("pk")] == [
        (True, "userId"),
        (False, "price"),
        (False, "email"),
    ]
    first, second = stored("price", "extra", "time")
    assert (str(first["price"]), first["extra"]) == ("12.00", None)
    assert (second["price"], json.loads(second["extra"])) == (None, {"price": "a lot"})


def roots() -> set[int]:
    return set(Customer.objects.filter(merged_into=None).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("kind", "name"), [("page", "浏览页面"), ("screen", "浏览 App 页面"), ("group", "加入团体")]
)
def test_what_has_no_name_of_its_own_has_one_for_people(kind, name):
    arrive({"type": kind, "userId": "u1", "groupId": "g1"})
    take_in()
    assert EventType.objects.get(slug=kind).name_zh_hans == name


def test_two_users_of_one_browser_stay_two():
    arrive(*({"type": "identify", "anonymousId": "shop-till", "userId": user} for user in ("u1", "u2")))
    arrivals_drain()
    assert len(roots()) == 2


@pytest.mark.parametrize("known", ["nobody", "visitor", "user"])
def test_an_alias_makes_one_customer_of_both_names(known):
    earlier = {"visitor": {"anonymousId": "old"}, "user": {"userId": "old"}, "nobody": {"userId": "other"}}[known]
    arrive({"type": "track", "event": "Looked", **earlier}, {"type": "track", "event": "Looked", "userId": "new"})
    take_in()
    arrive({"type": "alias", "userId": "new", "previousId": "old"})
    take_in()
    arrive({"type": "track", "event": "Looked", "anonymousId": "old"})
    arrivals_drain()
    assert len(roots()) == {"nobody": 2, "visitor": 1, "user": 2}[known]
    new = Identifier.objects.get(type="app_user", value="new").origin
    old = Identifier.objects.filter(type="app_user" if known == "user" else "visitor", value="old").get().origin
    assert (new.merged_into_id or new.pk) == (old.merged_into_id or old.pk)


def test_names_made_up_for_each_event_do_not_fill_the_registry(monkeypatch):
    monkeypatch.setattr(books, "MOST_NAMES", Property.objects.count() + 10)
    arrive(track("u1", "Bought", **{f"made_up_{n}": n for n in range(300)}))
    arrivals_drain()
    assert Property.objects.count() == books.MOST_NAMES
    assert Minute.objects.get().set_aside == 290
    assert Violation.objects.filter(is_refused=False).count() == reading.MOST_OF_KEY
    (row,) = stored("made_up_9", "extra", "time")
    assert row["made_up_9"] == 9 and json.loads(row["extra"])["made_up_299"] == 299


def test_events_made_up_each_time_are_refused_once_there_are_very_many(monkeypatch):
    monkeypatch.setattr(reading, "MOST_EVENT_TYPES", EventType.objects.count() + 2)
    arrive(*(track("u1", f"Made up {n % 5}", minutes=9 - n) for n in range(10)))
    arrive(track("u1", "Made up 1"), track("u1", "Made up 7"))
    arrivals_drain()
    assert EventType.objects.count() == reading.MOST_EVENT_TYPES
    arrive({"type": "page", "userId": "u1"})
    assert take_in() == 1 and HotEvent.objects.get().event == "page"
    assert [row["event"] for row in stored("event", "time")] == ["made_up_0", "made_up_1"] * 2 + ["made_up_1"]
    flush = Flush.objects.earliest("pk")
    assert (flush.events, flush.refused) == (5, 7)
    assert (
        Violation.objects.filter(path="event", is_refused=True).first().message.startswith("There are %(n)s events")
    )


def test_an_identify_says_of_each_trait_that_could_not_be_kept_why():
    traits = {"gender": "???", "company": {"name": "Tea"}, "member_no": True, "!": 1, "phone": 13800138000.0}
    arrive({"type": "identify", "userId": "u1", "traits": traits}, {"type": "identify", "userId": "u2"})
    arrivals_drain()
    assert sorted(Violation.objects.values_list("path", "is_refused")) == [
        ("!", False),
        ("company", False),
        ("gender", False),
        ("member_no", False),
    ]
    assert sorted(Identifier.objects.values_list("type", "value")) == [
        ("app_user", "u1"),
        ("app_user", "u2"),
        ("phone", "+8613800138000"),
    ]


def test_an_alias_without_a_user_is_refused_and_one_of_users_of_the_same_moment_is_not():
    arrive(
        {"type": "alias", "previousId": "old", "anonymousId": "v1"},
        {"type": "alias", "previousId": "x" * 300, "userId": "new"},
        {"type": "identify", "userId": "old"},
        {"type": "alias", "previousId": "old", "userId": "new"},
    )
    arrivals_drain()
    assert list(Violation.objects.values_list("path", "is_refused")) == [("previousId", True)] * 2
    old, new = Identifier.objects.order_by("-value")
    assert (old.type, new.type) == ("app_user", "app_user")
    assert (new.origin.merged_into_id or new.origin_id) == (old.origin.merged_into_id or old.origin_id)


def test_nothing_of_a_person_reaches_the_lake():
    order = {"id": 7, "buyer": {"phone": "13800138000", "mail": "li@example.com", "level": "gold"}}
    arrive(track("u1", "Bought", phone="13800138000", note="li@example.com", order=order, items=[{"address": "x"}]))
    arrivals_drain()
    with snapshot() as lake:
        (row,) = lake.frame(lake.tables.events).to_pylist()
    assert not re.search(r"138001|example\.com|address", str(row))
    assert json.loads(row["extra"]) == {"order": {"id": 7, "buyer": {"level": "gold"}}, "items": [{}]}


def test_what_the_address_of_a_page_says_of_a_person_does_not_reach_the_lake():
    url = "https://shop.example/in?email=li%40example.com&mobile=13800138000&utm_source=mail&to=li@example.com#a=b"
    arrive({"type": "page", "userId": "u1", "properties": {"url": url, "seen": {"at": url}, "title": "a=b & c?"}})
    arrivals_drain()
    bare = "https://shop.example/in?email=&mobile=&utm_source=mail&to=#a=b"
    (row,) = stored("url", "title", "extra", "time")
    assert (row["url"], row["title"], json.loads(row["extra"])) == (bare, "a=b & c?", {"seen": {"at": bare}})
    assert list(Violation.objects.values_list("path", "is_refused")) == [("url", False)]
    told = Violation.objects.get()
    assert "li@" not in str(raw_masked(told.raw, Reader("web").properties.is_personal))


def test_a_null_character_is_left_out_of_texts():
    arrive(track("u\x001", "Bought", color="re\x00d"))
    arrivals_drain()
    assert Identifier.objects.get(type="app_user").value == "u1"
    assert stored("color", "time")[0]["color"] == "red"


def test_who_is_only_told_by_a_blocked_identifier_is_nobody_and_that_is_said():
    BlockedIdentifier.objects.create(value="guest")
    arrive(track("guest", "Bought", price=1), track("u1", "Bought", price=2))
    arrivals_drain()
    assert [str(row["price"]) for row in stored("price", "time")] == ["2.00"]
    assert [(v.is_refused, v.path, v.message) for v in Violation.objects.all()] == [
        (True, "userId", "All it says of whose it is is blocked: placeholders, test numbers and the like")
    ]
    flush = Flush.objects.get()
    assert (flush.messages, flush.events, flush.refused) == (2, 1, 1)
    minutes = sorted((one.messages, one.events, one.refused) for one in Minute.objects.all())
    assert minutes == [(1, 0, 1), (1, 1, 0)]

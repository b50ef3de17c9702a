"""What is planned of events, what is seen, and where they differ."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from cdp.live.draining import arrivals_drain
from cdp.live.models import Minute, PlannedEvent, SeenProperty, Violation
from cdp.live.planning import Wanted, event_plan, plan_adopt
from cdp.live.taking import take_in
from cdp.store.lake import snapshot
from cdp.store.models import EventType, Property

from .sending import arrive, track

pytestmark = pytest.mark.django_db
PLACE = "/data/live/plan/bought/"


@pytest.fixture
def steward(django_user_model, client):
    colleague = django_user_model.objects.create_user("mei", is_staff=True, last_name="韩", first_name="梅")
    colleague.user_permissions.add(Permission.objects.get(codename="load_data"))
    client.force_login(colleague)
    return client


def bought(*some):
    arrive(*(track("u1", "bought", **one) for one in some), at=timezone.now() - timedelta(seconds=5))
    take_in()


def seen() -> dict[str, tuple[int, int]]:
    rows = SeenProperty.objects.filter(event_type="bought")
    return {one.property: (one.times, one.wrong) for one in rows}


def planned() -> dict[str, bool]:
    rows = PlannedEvent.objects.get().properties.select_related("property")
    return {one.property.slug: one.is_required for one in rows}


def told() -> list[tuple[str, str]]:
    rows = Violation.objects.filter(is_of_plan=True).order_by("pk")
    return [(one.path, one.message.split(",")[0]) for one in rows]


def text(answer, status=200) -> str:
    assert answer.status_code == status
    return " ".join(answer.content.decode().split())


def test_what_events_come_with_is_counted():
    bought({"price": 5, "color": "red"}, {"price": "a lot"})
    bought({"price": 7, "colour": None})
    assert seen() == {"": (3, 0), "price": (3, 1), "color": (1, 0)}
    row = SeenProperty.objects.get(property="price")
    assert row.first_at < row.last_at < timezone.now()


def test_one_click_plans_what_was_seen_and_what_always_came_is_required(steward):
    bought({"price": 5, "color": "red"}, {"price": 6})
    assert "未规划" in text(steward.get(PLACE))
    shown = text(steward.post(f"{PLACE}adopt/", follow=True))
    assert "已按实际收到的规划" in shown and "按实际收到的规划</button>" not in shown
    assert planned() == {"price": True, "color": False}


def test_what_is_not_as_planned_is_told_and_kept(steward):
    bought({"price": 5, "color": "red"}, {"price": 6})
    plan_adopt(event=EventType.objects.get(slug="bought"))
    bought({"color": "blue", "size": 3}, {"price": "a lot"}, {"price": 9, "url": "https://shop.example/"})
    assert told() == [
        ("price", "This property is missing"),
        ("size", "This property is not in the plan of the event"),
    ]
    shown = text(steward.get(PLACE))
    assert "缺少这个属性，而方案规定它必有" in shown and "不符合方案" in shown
    assert "这不是金额" in shown
    assert sum(Minute.objects.values_list("set_aside", flat=True)) == 3
    arrivals_drain()
    with snapshot() as lake:
        rows = lake.frame(lake.tables.events.select("color", "size")).to_pylist()
    assert {"color": "blue", "size": 3.0} in rows and len(rows) == 5


def test_an_event_that_nobody_planned_violates_nothing():
    bought({"price": 5}, {"size": 6})
    assert not told()


def test_a_plan_is_written_with_a_form(steward, django_user_model):
    bought({"price": 5, "color": "red"})
    owner = django_user_model.objects.get()
    form = {
        "description": "付款后发送",
        "owner": owner.pk,
        "planned": ["price"],
        "always-price": "on",
        "always-color": "on",
        "note-price": "含税",
        "new_name": "couponCode",
        "new_kind": "text",
    }
    shown = text(steward.post(PLACE, form, follow=True))
    assert "付款后发送" in shown and "含税" in shown and "coupon_code" in shown
    assert planned() == {"price": True, "coupon_code": False}
    assert Property.objects.get(slug="coupon_code").kind == "text"
    listed = text(steward.get("/data/live/plan/"))
    assert "2 个属性" in listed and "韩梅" in listed
    event_plan(event=EventType.objects.create(slug="paid"), description="", owner=None, properties=[])
    assert "paid" in text(steward.get("/data/live/plan/"))
    PlannedEvent.objects.get(event__slug="paid").delete()
    bought({"price": 5, "couponCode": 7})
    assert not told()
    text(steward.post(f"{PLACE}drop/", follow=True))
    assert not PlannedEvent.objects.exists() and seen()["price"] == (2, 0)


@pytest.mark.parametrize(("name", "why"), [("phone", "这是个人信息，不随事件保存"), ("!!!", "名称中没有字母")])
def test_a_property_that_cannot_be_planned_is_told_and_the_rest_is_saved(steward, name, why):
    bought({"price": 5})
    shown = text(steward.post(PLACE, {"planned": ["price"], "new_name": name}), 422)
    assert why in shown and f'value="{name}"' in shown
    assert planned() == {"price": False}
    assert not Property.objects.filter(slug="phone").exists()


def test_of_violations_that_are_all_alike_some_are_kept_and_all_are_counted():
    bought({"price": 5})
    event_plan(
        event=EventType.objects.get(slug="bought"), description="", owner=None, properties=[Wanted("price", True)]
    )
    bought(*({"n": n} for n in range(50)))
    assert len(told()) == 6
    assert sum(Minute.objects.values_list("set_aside", flat=True)) == 100


def test_only_those_who_may_load_see_and_write_plans(django_user_model, client):
    bought({"price": 5})
    client.force_login(django_user_model.objects.create_user("bo", is_staff=True))
    assert [client.get(path).status_code for path in ("/data/live/plan/", PLACE)] == [403, 403]
    assert [client.post(f"{PLACE}{path}").status_code for path in ("", "adopt/", "drop/")] == [403, 403, 403]


def test_the_pages_ask_as_little_for_many_events(steward, django_assert_max_num_queries):
    bought({f"p{n}": n for n in range(40)})
    arrive(*(track("u1", f"Event {n}") for n in range(40)))
    take_in()
    plan_adopt(event=EventType.objects.get(slug="bought"))
    with django_assert_max_num_queries(20):
        assert text(steward.get("/data/live/plan/")).count("<tr>") == 42
    with django_assert_max_num_queries(20):
        assert text(steward.get(PLACE)).count("<tr>") == 41

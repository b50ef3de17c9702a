"""What people see of events as they arrive."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from cdp.live import program, taking, traces
from cdp.live.counting import minutes_forget
from cdp.live.draining import arrivals_drain
from cdp.live.models import Arrival, Minute, Sign, Trace, Violation
from cdp.live.program import Taker
from cdp.live.reading import Reader
from cdp.live.taking import take_in
from cdp.live.traces import traces_forget
from cdp.store.models import Customer

from .sending import arrive, key_of, track

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(django_user_model, client):
    """A colleague who may load data, and may not see what is people's own."""
    colleague = django_user_model.objects.create_user("mei", is_staff=True)
    colleague.user_permissions.add(Permission.objects.get(codename="load_data"))
    client.force_login(colleague)
    return client


def now_on(client, path="/data/live/") -> str:
    """What a page asks for by itself every few seconds."""
    answer = client.get(path, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def came(*messages, **more):
    return arrive(*messages, at=timezone.now() - timedelta(seconds=5), **more)


def shop():
    came(
        track("u1", "Order Completed", price=12.5),
        track("u1", "Order Completed", price="a lot"),
        {"type": "track", "event": "Order Completed"},
    )


# The live page


def test_before_anything_came_the_page_leads_to_the_keys(steward):
    shown = now_on(steward)
    assert "还没有任何事件到达" in shown and 'href="/data/live/keys/"' in shown
    assert "没有运行" not in shown


def test_what_waits_is_shown_with_how_long_the_oldest_has_waited(steward):
    arrive(track("u1", "Bought"), track("u2", "Bought"), at=timezone.now() - timedelta(seconds=95))
    came(track("u3", "Bought"))
    shown = now_on(steward)
    assert '<b class="q-stat-value">3</b>' in shown
    assert "1 分 35 秒" in shown or "1 分 36 秒" in shown
    take_in()
    assert "全部已处理" in now_on(steward)


def test_the_latest_hour_is_counted_by_source_and_by_event(steward):
    shop()
    take_in()
    came({"type": "identify", "userId": "u9", "traits": {"plan": "gold"}}, key=key_of("app", "app"))
    arrivals_drain()
    rows = {
        (one.key.source.slug, one.event_type): (one.messages, one.events, one.refused, one.set_aside)
        for one in Minute.objects.select_related("key__source")
    }
    assert rows == {("web", "order_completed"): (2, 2, 0, 1), ("web", ""): (1, 0, 1, 0), ("app", ""): (1, 0, 0, 0)}
    shown = now_on(steward)
    assert "Order Completed" in shown and ">web</a>" in shown and ">app</a>" in shown
    assert 'class="q-num">2</td><td class="q-num ">0</td><td class="q-num">1</td>' in shown


def test_steps_of_one_minute_are_added_up(steward):
    for n in range(3):
        came(track("u1", "Bought", n=n), track("u1", "Bought", n=n))
        take_in()
    assert sum(Minute.objects.values_list("messages", flat=True)) == 6
    assert Minute.objects.count() <= 2
    first = Minute.objects.first()
    assert 5 <= first.waited < 60


def test_what_is_taken_back_is_not_counted(steward, monkeypatch):
    came(track("u1", "Bought"))
    take_in()

    def dies(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(taking, "_arrivals_mark", dies)
        came(track("u2", "Bought"))
        take_in()
    arrivals_drain()
    assert sum(Minute.objects.values_list("messages", flat=True)) == 2


def test_what_was_wrong_is_told_in_words(steward):
    shop()
    take_in()
    shown = now_on(steward)
    assert "没有说明是谁" in shown and "未接受" in shown
    assert "这不是金额" in shown and "已搁置" in shown


def test_the_program_is_said_to_run_only_while_it_gives_signs_of_life(steward):
    came(track("u1", "Bought"))
    assert "还没有运行过" in now_on(steward)
    Taker().step()
    assert "没有运行" not in now_on(steward)
    Sign.objects.update(seen_at=timezone.now() - timedelta(seconds=40))
    shown = now_on(steward)
    assert "没有运行" in shown and "manage.py live" in shown


def test_failures_are_told_and_what_was_set_aside_is_tried_again(steward, monkeypatch):
    came(track("u1", "Bought"))
    taker = Taker()

    def fails(*_args):
        raise ValueError

    with monkeypatch.context() as patched:
        patched.setattr(program, "take_in", fails)
        for _time in range(2):
            taker.step()
    taker.failures, taker.sign_due = 2, 0.0
    taker._now_and_then()
    assert "连续失败 2 次" in now_on(steward)
    Arrival.objects.update(is_aside=True)
    assert "1 个请求" in now_on(steward)
    steward.post("/data/live/again/")
    taker.step()
    assert Customer.objects.count() == 1


def test_the_page_asks_as_little_however_much_has_come(steward, django_assert_num_queries):
    came(*(track(f"u{n}", f"Event {n}") for n in range(2)), {"type": "track", "event": "x"})
    arrivals_drain()
    with django_assert_num_queries(14):
        now_on(steward)
    came(*(track(f"u{n}", f"Event {n}", p=n) for n in range(40)), *({"type": "track", "event": "x"},) * 9)
    came(track("u1", "Looked"), key=key_of("app", "app"))
    take_in()
    came(track("u1", "Looked"), key=key_of("app", "app"))
    with django_assert_num_queries(14):
        assert now_on(steward).count("/data/live/plan/") == 29  # and what is no event


def test_only_those_who_may_load_see_what_arrives(django_user_model, client):
    key = key_of()
    client.force_login(django_user_model.objects.create_user("bo", is_staff=True))
    for path in ("", f"keys/{key.pk}/events/"):
        assert client.get(f"/data/live/{path}").status_code == 403
    assert client.post("/data/live/again/").status_code == 403
    assert "/data/live/" not in client.get("/data/").content.decode()


def test_old_minutes_and_requests_are_forgotten(steward, monkeypatch):
    monkeypatch.setattr("cdp.live.traces.VIOLATIONS_OF_KEY", 2)
    for _time in range(3):
        shop()
    arrivals_drain()
    kept = set(Violation.objects.order_by("-pk").values_list("pk", flat=True)[:2])
    Minute.objects.update(minute=timezone.now() - timedelta(days=3))
    Trace.objects.update(received_at=timezone.now() - timedelta(days=3))
    minutes_forget()
    traces_forget()
    assert not Minute.objects.exists() and not Trace.objects.exists()
    assert set(Violation.objects.values_list("pk", flat=True)) == kept


# The debugger of a key


def events_of(client, key=None) -> str:
    return now_on(client, f"/data/live/keys/{(key or key_of()).pk}/events/")


def test_a_message_is_followed_from_waiting_to_taken_in(steward):
    came(track("u1", "Order Completed", price=12.5, gift=True))
    assert "等待处理" in events_of(steward)
    take_in()
    shown = events_of(steward)
    customer = Customer.objects.get()
    assert "已处理，正在写入数据湖" in shown and f'href="/customers/{customer.pk}/"' in shown
    arrivals_drain()
    assert not Arrival.objects.exists()
    shown = events_of(steward)
    assert "已处理" in shown and "正在写入" not in shown
    assert "<td>12.5</td>" in shown and "<td>是</td>" in shown
    assert f'href="/customers/{customer.pk}/"' in shown


def test_what_was_refused_set_aside_or_repeated_says_why(steward):
    shop()
    twice = {**track("u1", "Looked"), "messageId": "m1"}
    came(twice)
    arrivals_drain()
    came(twice)
    take_in()
    shown = events_of(steward)
    assert "没有说明是谁" in shown and "什么也没有：已被排除" in shown
    assert "这不是金额" in shown and "没有自己的列" in shown
    assert shown.count("之前来过，只算一次") == 2  # in its line and in its body
    assert "wk_web" in steward.get(f"/data/live/keys/{key_of().pk}/events/").content.decode()


LI = {
    "type": "identify",
    "userId": "li-lei-1988",
    "traits": {"email": "li@example.com", "phone": "13800138000", "firstName": "Lei", "plan": "gold"},
    "context": {"ip": "203.0.113.77", "library": {"name": "analytics.js"}, "traits": {"lastName": "Lijing"}},
}
OWN = ("li@example.com", "13800138000", '"Lei"', "Lijing", "203.0.113.77")


@pytest.mark.parametrize("is_drained", [False, True])
def test_what_is_peoples_own_is_masked_for_those_who_may_not_see_it(steward, is_drained):
    wrong = track("u1", "Bought", email="li@example.com", order={"phone": "13800138000"}, color="red")
    came(LI, wrong, {"type": "li@example.com", "userId": "13800138000"}, "13800138000")
    if is_drained:
        arrivals_drain()
    shown = events_of(steward).replace("&quot;", '"')
    assert not [one for one in OWN if one in shown]
    assert "analytics.js" in shown and "gold" in shown and '"color": "red"' in shown


def test_who_may_see_personal_data_sees_it_as_it_came(steward, django_user_model):
    colleague = django_user_model.objects.get(username="mei")
    colleague.user_permissions.add(Permission.objects.get(codename="view_personal"))
    came(LI)
    arrivals_drain()
    shown = events_of(steward).replace("&quot;", '"')
    assert all(one in shown for one in OWN)


def test_the_latest_requests_of_each_key_are_kept(steward, monkeypatch):
    monkeypatch.setattr("cdp.live.traces.KEPT_OF_KEY", 3)
    quiet = key_of("app", "app")
    came(track("u0", "Quiet"), key=quiet)
    for n in range(5):
        came(track("u1", f"Event {n}"))
        if n == 3:
            arrivals_drain()
    arrivals_drain()
    shown = events_of(steward)
    assert [f"Event {n}" in shown for n in range(5)] == [False, False, True, True, True]
    assert "Quiet" in events_of(steward, quiet)


def test_a_request_that_cannot_be_read_is_there_too(steward):
    Arrival.objects.create(key=key_of(), kind="track", received_at=timezone.now(), body=b"{", is_aside=True)
    assert "无法处理，已保留" in events_of(steward)


def test_the_debugger_asks_as_little_for_many_messages(steward, django_assert_max_num_queries):
    came(*(track(f"u{n}", f"Event {n}", n=n) for n in range(30)))
    arrivals_drain()
    came(*(track(f"v{n}", f"Event {n}", n=n) for n in range(30)))
    take_in()
    with django_assert_max_num_queries(25):
        assert events_of(steward).count("<details") == 50


def test_of_what_was_wrong_the_latest_is_kept_whenever_the_lake_is_written(monkeypatch):
    monkeypatch.setattr(traces, "VIOLATIONS_OF_KEY", 5)
    for n in range(4):
        came({"type": "track", "userId": "u1", "messageId": f"{n}"}, {"type": f"t{n}", "userId": "u1"})
        take_in()
    arrivals_drain()
    assert Violation.objects.count() == 5


def test_the_debugger_reads_no_more_of_a_long_request_than_it_shows(steward, monkeypatch):
    key = key_of()
    for _time in range(2):
        came(*(track("u1", f"Event {n}") for n in range(200)), key=key)
    read, real = [], Reader.rows
    monkeypatch.setattr(Reader, "rows", lambda *args: read.append(args) or real(*args))
    shown = now_on(steward, f"/data/live/keys/{key.pk}/events/")
    assert len(read) == 50 and "Event 199" in shown and "Event 149" not in shown


def test_a_request_that_was_set_aside_stands_where_it_came(steward):
    key = key_of()
    Arrival.objects.filter(pk=came(track("u1", "Tasted"), key=key).pk).update(is_aside=True)
    came(track("u1", "Brewed"), key=key)
    arrivals_drain()
    shown = now_on(steward, f"/data/live/keys/{key.pk}/events/")
    assert 0 < shown.index("Brewed") < shown.index("Tasted")


def test_a_very_long_request_is_not_kept_for_the_debugger(steward):
    came(track("u1", "Bought", text="x" * 70_000))
    arrivals_drain()
    assert not Trace.objects.exists()

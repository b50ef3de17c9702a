"""Whoever dies over a step or a flush leaves nothing half-done."""

import time

import pytest
from django.db import OperationalError

from cdp.identity.models import Identifier
from cdp.live import flushing, program, taking
from cdp.live.draining import arrivals_drain
from cdp.live.hot import hot_of_origins
from cdp.live.models import Arrival, Flush, HotEvent, SeenMessage
from cdp.live.program import Taker
from cdp.live.taking import take_in
from cdp.store.lake import snapshot
from cdp.store.models import Customer

from .sending import arrive, track

pytestmark = pytest.mark.django_db


class Died(BaseException):
    """As a process that is killed: nothing after it runs."""


def dies(*_args, **_more):
    raise Died


def bought() -> list[tuple[str, str]]:
    """User and amount of every purchase everybody sees."""
    with snapshot() as lake:
        rows = lake.frame(lake.tables.events.select("customer_id", "revenue")).to_pylist()
    roots = dict(Customer.objects.values_list("pk", "merged_into"))
    users = Identifier.objects.filter(type="app_user").values_list("origin", "value")
    names = {roots[origin] or origin: value for origin, value in users}
    return sorted((names[row["customer_id"]], str(row["revenue"])) for row in rows)


def three_came() -> None:
    for n in range(3):
        arrive({**track(f"u{n}", "Bought", revenue=n + 1, minutes=n), "messageId": f"m{n}", "anonymousId": "till"})


WHOLE = [("u0", "1.00"), ("u1", "2.00"), ("u2", "3.00")]
PLACES = [
    (taking, "_register"),
    (taking, "_linked"),
    (taking, "_records_add"),
    (taking, "_arrivals_mark"),
    (flushing, "events_add"),
    (flushing, "batch_commit"),
    (flushing, "_close"),
]


@pytest.mark.parametrize(("module", "name"), PLACES, ids=[name for _module, name in PLACES])
def test_dying_anywhere_loses_nothing_and_counts_nothing_twice(module, name, monkeypatch):
    three_came()
    take_in(1)
    with monkeypatch.context() as patched, pytest.raises(Died):
        patched.setattr(module, name, dies)
        arrivals_drain()
    arrivals_drain()
    assert bought() == WHOLE
    assert not Arrival.objects.exists() and not HotEvent.objects.exists()
    assert SeenMessage.objects.count() == 3
    assert not Flush.objects.filter(finished_at=None).exists()
    assert Customer.objects.filter(batch__state="done").count() == Customer.objects.count()


@pytest.mark.parametrize("name", ["events_add", "batch_commit", "_close"])
def test_dying_right_after_a_write_counts_nothing_twice_either(name, monkeypatch):
    three_came()
    real = getattr(flushing, name)

    def done_and_dead(*args, **more):
        real(*args, **more)
        raise Died

    with monkeypatch.context() as patched, pytest.raises(Died):
        patched.setattr(flushing, name, done_and_dead)
        arrivals_drain()
    arrivals_drain()
    assert bought() == WHOLE


def test_what_has_just_arrived_in_the_lake_is_not_on_its_way_any_more(monkeypatch):
    three_came()
    take_in()
    origins = list(HotEvent.objects.values_list("origin_id", flat=True))
    assert hot_of_origins(origins).num_rows == 3
    with monkeypatch.context() as patched, pytest.raises(Died):
        patched.setattr(flushing, "_close", dies)
        arrivals_drain()
    assert HotEvent.objects.count() == 3
    assert hot_of_origins(origins).num_rows == 0


def test_what_cannot_be_taken_in_is_set_aside_and_those_behind_it_go_on(monkeypatch):
    three_came()
    second = Arrival.objects.order_by("pk")[1]
    Arrival.objects.filter(pk=second.pk).update(body=b"[no json")
    monkeypatch.setattr(program, "IDLE", 0)
    taker = Taker()
    for _ in range(8):
        taker.step()
    arrivals_drain()
    assert bought() == [WHOLE[0], WHOLE[2]]
    assert Arrival.objects.get().is_aside


def test_what_fails_once_it_is_linked_takes_back_what_came_before_it_and_is_set_aside_all_the_same(monkeypatch):
    three_came()
    arrive({**track("u9", "Bought", revenue=9), "messageId": "m9"})
    bad, real = Arrival.objects.order_by("pk")[2].pk, taking._records_add

    def fails(flush, rows, origins):
        if any(one.arrival.pk == bad for one in rows.told):
            raise ValueError
        real(flush, rows, origins)

    monkeypatch.setattr(taking, "_records_add", fails)
    monkeypatch.setattr(program, "IDLE", 0)
    taker = Taker()
    take_in(2)
    for _ in range(16):
        taker.step()
    assert Arrival.objects.get(is_aside=True).pk == bad
    assert not taker.suspects
    arrivals_drain()
    assert bought() == [WHOLE[0], WHOLE[1], ("u9", "9.00")]


def test_what_cannot_be_followed_is_tried_later_and_later_while_taking_in_goes_on(monkeypatch, caplog):
    def fails():
        raise ValueError

    monkeypatch.setattr(program, "IDLE", 20)
    monkeypatch.setattr(program, "FOLLOWERS", [fails])
    taker = Taker()
    for n in range(6):
        arrive(track(f"u{n}", "Bought", revenue=n))
        taker.step()
    assert HotEvent.objects.count() == 6
    assert caplog.text.count("could not be followed") == 1
    monkeypatch.setattr(program, "FOLLOWERS", [lambda: None])
    taker.follow_due = 0.0
    taker.step()
    assert taker.unfollowed == 0 and taker.follow_due <= time.monotonic()


def test_a_database_that_is_away_sets_nothing_aside(monkeypatch):
    def away(*_args):
        raise OperationalError("the database is away")

    three_came()
    taker = Taker()
    with monkeypatch.context() as patched:
        patched.setattr(program, "take_in", away)
        pauses = [taker.step() for _ in range(8)]
    assert pauses == sorted(pauses) and pauses[-1] == program.LONGEST_PAUSE
    taker.step()
    arrivals_drain()
    assert bought() == WHOLE

"""Deliveries reach a real server: signed, in order, again when it did not answer, and not where they may not go."""

import hashlib
import hmac
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cdp.posting import asking, retries
from cdp.posting.addresses import is_public
from cdp.posting.asking import Answer, Trouble
from segments.activation import program
from segments.activation.models import Delivery, DeliveryState, OffBecause, Webhook
from segments.activation.telling import changes_tell
from segments.activation.webhooks.sending import Sender, attempt_claim, deliveries_send
from segments.activation.webhooks.services import (
    Wish,
    delivery_again,
    webhook_change,
    webhook_create,
    webhook_secret_renew,
    webhook_switch,
    webhook_test,
)
from tests.clock import Clock

pytestmark = pytest.mark.django_db
ABOUT = [{"kind": "segment", "slug": "keen", "value": ""}]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def hook_to(analyst):
    def make(url, **more):
        return webhook_create(wish=Wish(name="till", url=url, about=ABOUT, **more), actor=analyst)[0]

    return make


def lay_down(hook, count=1):
    """Messages that wait, told apart by their type."""
    for number in range(count):
        body = {"id": str(number), "type": "entered", "customers": [{"id": number}], "value": None}
        Delivery.objects.create(webhook=hook, body=body, queued_at=timezone.now())


def states(hook):
    return list(hook.deliveries.order_by("pk").values_list("state", flat=True))


def test_what_arrives_is_signed_with_the_secret_that_was_shown(receiver, analyst):
    hook, secret = webhook_create(wish=Wish(name="till", url=receiver.url, about=ABOUT), actor=analyst)
    webhook_test(webhook=hook, actor=analyst)
    deliveries_send()
    (request,) = receiver.requests
    at, told = (part.partition("=")[2] for part in request.headers["X-Quanxi-Signature"].split(","))
    wanted = hmac.new(secret.encode(), f"{at}.".encode() + request.body, hashlib.sha256).hexdigest()
    assert told == wanted and abs(time.time() - int(at)) < 60
    assert request.headers["X-Quanxi-Delivery"] == request.told["id"]
    assert (request.path, request.told["type"]) == ("/hook?from=quanxi", "test")
    assert secret not in Webhook.objects.get().secret
    row = Delivery.objects.get()
    assert (row.state, row.status, row.answer, row.attempts) == (DeliveryState.SENT, 200, "thank you", 1)


def test_a_new_secret_takes_the_place_of_the_old_one(receiver, hook_to, analyst):
    hook = hook_to(receiver.url)
    new = webhook_secret_renew(webhook=hook, actor=analyst)
    lay_down(hook)
    deliveries_send()
    at, told = (part.partition("=")[2] for part in receiver.requests[0].headers["X-Quanxi-Signature"].split(","))
    assert told == hmac.new(new.encode(), f"{at}.".encode() + receiver.requests[0].body, hashlib.sha256).hexdigest()


def test_from_what_a_customer_does_to_the_receiver(floor, receiver):
    floor.hook(receiver.url, ("keen", None), identifiers=["app_user"])
    changes_tell()
    floor.do("u1", "page", live_at=1)
    changes_tell()
    deliveries_send()
    (told,) = receiver.told
    assert told["customers"] == [{"id": floor.id("u1"), "identifiers": {"app_user": ["u1"]}}]
    assert "u1" not in str(Delivery.objects.get().body)


def test_after_a_503_it_is_tried_again_when_the_receiver_wants_and_those_behind_wait(receivers, hook_to, clock):
    receiver = receivers(answers=[(503, {"Retry-After": "120"})])
    hook = hook_to(receiver.url)
    lay_down(hook, 3)
    deliveries_send(clock)
    assert len(receiver.requests) == 1 and states(hook) == ["waiting"] * 3
    clock.pass_by(seconds=119)
    deliveries_send(clock)
    assert len(receiver.requests) == 1
    clock.pass_by(seconds=2)
    deliveries_send(clock)
    assert [told["id"] for told in receiver.told] == ["0", "0", "1", "2"]
    assert states(hook) == ["sent"] * 3 and Webhook.objects.get().failures == 0
    first, again = receiver.requests[:2]
    assert first.headers["X-Quanxi-Delivery"] == again.headers["X-Quanxi-Delivery"]


def test_pauses_double_up_to_an_hour_and_after_a_day_a_message_is_given_up(receivers, hook_to, clock):
    receiver = receivers(answers=[(500, {})] * 200)
    hook = hook_to(receiver.url)
    lay_down(hook)
    pauses = []
    while states(hook) == ["waiting"]:
        deliveries_send(clock)
        hook.refresh_from_db()
        pauses.append((hook.next_at - clock.now).total_seconds())
        clock.now = hook.next_at
    assert 3.75 <= pauses[0] <= 6.25 and 7.5 <= pauses[1] <= 12.5 and 2700 <= pauses[-1] <= 4500
    assert states(hook) == ["given up"] and 25 < len(receiver.requests) < 50
    row = hook.deliveries.get()
    assert (row.status, row.answer, row.attempts) == (500, "not now", len(receiver.requests))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("120", 120), ("0", 0), ("999999", 86_400), ("a date", 300), ("soon", None), ("-5", None)],
)
def test_retry_after_is_seconds_or_a_date_and_at_most_a_day(header, seconds):
    now = datetime(2026, 11, 21, tzinfo=UTC)
    header = format_datetime(now + timedelta(seconds=300), usegmt=True) if header == "a date" else header
    waits = (retries.next_try(Answer(503, retry_after=header), 1, now) - now).total_seconds()
    assert waits == seconds if seconds is not None else 3.75 <= waits <= 6.25


def test_410_switches_the_webhook_off(receivers, hook_to):
    receiver = receivers(answers=[(410, {})])
    hook = hook_to(receiver.url)
    lay_down(hook, 2)
    deliveries_send()
    hook.refresh_from_db()
    assert (hook.is_on, hook.off_because) == (False, OffBecause.GONE)
    assert states(hook) == ["failed", "waiting"] and len(receiver.requests) == 1


def test_switched_on_again_what_waited_is_sent(receivers, hook_to, analyst):
    receiver = receivers(answers=[(410, {})])
    hook = hook_to(receiver.url)
    lay_down(hook, 2)
    deliveries_send()
    webhook_switch(webhook=hook, is_on=True, actor=analyst)
    deliveries_send()
    assert states(hook) == ["failed", "sent"]


def test_a_message_the_receiver_finds_wrong_is_not_sent_again_by_itself(receivers, hook_to, analyst):
    receiver = receivers(answers=[(422, {})])
    hook = hook_to(receiver.url)
    lay_down(hook, 2)
    deliveries_send()
    assert states(hook) == ["failed", "sent"]
    delivery_again(delivery=hook.deliveries.get(state="failed"), actor=analyst)
    deliveries_send()
    assert states(hook) == ["sent", "sent"] and [told["id"] for told in receiver.told] == ["0", "1", "0"]


def test_a_redirect_is_not_followed(receivers, hook_to):
    elsewhere = receivers()
    receiver = receivers(answers=[(307, {"Location": elsewhere.url})])
    hook = hook_to(receiver.url)
    lay_down(hook)
    deliveries_send()
    assert states(hook) == ["waiting"] and not elsewhere.requests


def test_a_receiver_that_is_slow_or_down_holds_up_nobody_else(receivers, hook_to, monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.5)
    slow, quick = receivers(takes=1.0), receivers()
    held, down, other = hook_to(slow.url), hook_to("http://127.0.0.1:9/hook"), hook_to(quick.url)
    for hook in (held, down, other):
        lay_down(hook, 3)
    sender = Sender()
    begun = time.monotonic()
    while states(other) != ["sent"] * 3:
        sender.step(0.05)
    assert time.monotonic() - begun < 0.45
    while sender.flying:
        sender.step(0.1)
    sender.close()
    assert held.deliveries.earliest("pk").trouble == Trouble.TIMEOUT
    assert down.deliveries.earliest("pk").trouble == Trouble.UNREACHABLE


def test_what_waits_goes_out_one_after_the_other_without_a_pause(receiver, hook_to, monkeypatch):
    monkeypatch.setattr(program, "IDLE", 1.0)
    # With the connection the transaction of the test would go, and what waits with it.
    monkeypatch.setattr(program, "close_old_connections", lambda: None)
    lay_down(hook_to(receiver.url), 20)
    stop = threading.Event()

    def stop_at_the_last():
        while len(receiver.requests) < 20:
            time.sleep(0.01)
        stop.set()

    threading.Thread(target=stop_at_the_last, daemon=True).start()
    begun = time.monotonic()
    program.activation_run(stop)
    assert time.monotonic() - begun < 10
    assert [told["id"] for told in receiver.told] == [str(number) for number in range(20)]


def test_an_answer_that_drips_is_cut_off(receivers, monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.3)
    receivers()
    listening = socket.create_server(("127.0.0.1", 0))

    def drip():
        peer, _ = listening.accept()
        with peer:
            try:
                for _ in range(100):
                    peer.sendall(b"H")
                    time.sleep(0.1)
            except OSError:
                pass

    threading.Thread(target=drip, daemon=True).start()
    begun = time.monotonic()
    answer = asking.post(f"http://127.0.0.1:{listening.getsockname()[1]}/", b"{}", {})
    assert answer.trouble == Trouble.TIMEOUT and time.monotonic() - begun < 2
    listening.close()


def test_of_one_webhook_only_one_message_is_under_way_and_a_claim_of_the_dead_runs_out(receiver, hook_to, clock):
    hook = hook_to(receiver.url)
    lay_down(hook, 2)
    attempt = attempt_claim(hook.pk, clock())
    assert attempt is not None and attempt_claim(hook.pk, clock()) is None
    deliveries_send(clock)
    assert not receiver.requests
    clock.pass_by(seconds=91)
    deliveries_send(clock)
    assert [told["id"] for told in receiver.told] == ["0", "1"]


def test_an_address_of_a_private_network_is_refused(receivers, hook_to, settings):
    receiver = receivers()
    settings.CDP_WEBHOOK_PRIVATE = False
    hook = hook_to(receiver.url.replace("127.0.0.1", "localhost"))
    lay_down(hook)
    deliveries_send()
    assert states(hook) == ["failed"] and not receiver.requests
    assert hook.deliveries.get().trouble == Trouble.PRIVATE


def test_one_private_address_among_others_is_enough_to_refuse(settings, monkeypatch):
    settings.CDP_WEBHOOK_PRIVATE = False
    found = [(None, None, None, "", (address, 80)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(asking.socket, "getaddrinfo", lambda *args, **kwargs: found)
    assert asking.post("http://till.example/", b"{}", {}).trouble == Trouble.PRIVATE


PRIVATE = """127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 255.255.255.255
::1 :: fe80::1%eth0 fd00::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: ff02::1"""


@pytest.mark.parametrize("address", PRIVATE.split())
def test_addresses_that_are_not_everybodys(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_addresses_that_are_everybodys(address):
    assert is_public(address)


def test_the_address_that_was_judged_is_the_one_that_is_connected_to(receivers, hook_to, monkeypatch):
    """A name that leads elsewhere the second time would lead past the judgement."""
    receiver = receivers()
    looked_up = []
    real = asking.socket.getaddrinfo

    def resolve(host, *args, **kwargs):
        looked_up.append(host)
        return real("127.0.0.1" if host == "till.example" else host, *args, **kwargs)

    monkeypatch.setattr(asking.socket, "getaddrinfo", resolve)
    answer = asking.post(f"http://till.example:{receiver.port}/x", b"{}", {})
    assert answer.status == 200 and looked_up.count("till.example") == 1
    assert receiver.requests[0].headers["Host"] == f"till.example:{receiver.port}"


def test_who_may_not_download_customers_gives_no_identifiers_away(hook_to, django_user_model, receiver):
    marketer = django_user_model.objects.create_user("mei", is_staff=True)
    marketer.user_permissions.add(Permission.objects.get(codename="edit_segments"))
    wish = Wish(name="mine", url=receiver.url, about=ABOUT)
    webhook_create(wish=wish, actor=marketer)
    with pytest.raises(PermissionDenied):
        webhook_create(wish=Wish(name="x", url=receiver.url, about=ABOUT, identifiers=["app_user"]), actor=marketer)
    given = hook_to(receiver.url, identifiers=["app_user"])
    with pytest.raises(PermissionDenied):
        webhook_change(webhook=given, wish=wish, actor=marketer)

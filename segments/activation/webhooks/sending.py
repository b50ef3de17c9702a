"""Deliveries on their way out: of each webhook one at a time, in order; of different ones beside each other.

A webhook is claimed by a conditional update before it is asked, for somewhat longer than asking can take. Who is
killed meanwhile leaves a claim that runs out; then the same delivery is sent again, under the same id.
"""

import logging
import uuid
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from cdp.access.sealed import Unreadable
from cdp.posting.asking import Answer, Trouble, post
from cdp.posting.retries import GIVEN_UP_AFTER, Outcome, next_try, outcome_of

from ..models import Delivery, DeliveryState, OffBecause, Webhook
from .messages import message_body, message_headers

log = logging.getLogger(__name__)
HELD = timedelta(seconds=90)
AT_ONCE = 32
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Attempt:
    webhook: int
    claim: str
    delivery: Delivery
    url: str
    body: bytes
    headers: dict[str, str]

    def post(self) -> Answer:
        return post(self.url, self.body, self.headers)


class Sender:
    """Asks addresses from threads of its own; the database is the caller's thread's alone."""

    def __init__(self, clock: Clock = timezone.now) -> None:
        self.clock = clock
        self.pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self.flying: dict[Future[Answer], Attempt] = {}

    def step(self, seconds: float = 0.0) -> bool:
        """Send what is due, and write down what came of what is under way; waits so long for the first of it.
        False when there was nothing to do."""
        room = AT_ONCE - len(self.flying)
        for pk in webhooks_due(self.clock()).values_list("pk", flat=True)[:room] if room else ():
            attempt = attempt_claim(pk, self.clock())
            if attempt is not None:
                self.flying[self.pool.submit(attempt.post)] = attempt
        answered = wait(self.flying, seconds, FIRST_COMPLETED).done
        for done in answered:
            attempt_close(self.flying.pop(done), done.result(), self.clock())
        return bool(answered or self.flying)

    def close(self) -> None:
        """What is under way is written down, if it is answered in time."""
        for done in wait(self.flying, 5).done:
            attempt_close(self.flying.pop(done), done.result(), self.clock())
        self.pool.shutdown(wait=False, cancel_futures=True)


def deliveries_send(clock: Clock = timezone.now) -> None:
    """All that is due, until nothing is."""
    sender = Sender(clock)
    try:
        while sender.flying or webhooks_due(clock()).exists():
            sender.step(seconds=0.1)
    finally:
        sender.close()


def webhooks_due(now: datetime) -> QuerySet[Webhook]:
    waiting = Delivery.objects.filter(webhook=OuterRef("pk"), state=DeliveryState.WAITING)
    free = Q(busy_until=None) | Q(busy_until__lt=now)
    due = Q(next_at=None) | Q(next_at__lte=now)
    return Webhook.objects.filter(free, due, Exists(waiting), is_on=True).order_by(
        F("next_at").asc(nulls_first=True)
    )


def attempt_claim(pk: int, now: datetime) -> Attempt | None:
    """The delivery of a webhook that waits longest, to be sent by the caller; None when somebody else does."""
    claim = uuid.uuid4().hex
    if not webhooks_due(now).filter(pk=pk).order_by().update(claim=claim, busy_until=now + HELD):
        return None
    hook = Webhook.objects.get(pk=pk)
    delivery = hook.deliveries.filter(state=DeliveryState.WAITING).order_by("pk").first()
    if delivery is None:
        _mine(pk, claim).update(claim="", busy_until=None)
        return None
    body = message_body(hook, delivery)
    try:
        headers = message_headers(hook, delivery, body, at=int(now.timestamp()))
    except Unreadable:
        log.error("the secret of webhook %s can no longer be read", pk)
        attempt_close(Attempt(pk, claim, delivery, hook.url, b"", {}), Answer(trouble=Trouble.SECRET), now)
        return None
    return Attempt(pk, claim, delivery, hook.url, body, headers)


def _mine(pk: int, claim: str) -> QuerySet[Webhook]:
    return Webhook.objects.filter(pk=pk, claim=claim)


@transaction.atomic
def attempt_close(attempt: Attempt, answer: Answer, now: datetime) -> None:
    """Write down how it went. Quiet when the claim ran out meanwhile: whoever has it now says how it goes."""
    hook = Webhook.objects.select_for_update().filter(pk=attempt.webhook, claim=attempt.claim).first()
    if hook is None:
        return
    outcome = outcome_of(answer)
    changed: dict[str, Any] = {"claim": "", "busy_until": None}
    if outcome is Outcome.AGAIN:
        failures = hook.failures + 1
        changed |= {"failures": failures, "next_at": next_try(answer, failures, now)}
    elif outcome is Outcome.GONE:
        changed |= {"is_on": False, "off_because": OffBecause.GONE}
    else:
        changed |= {"failures": 0, "next_at": None}
    Webhook.objects.filter(pk=hook.pk).update(**changed)
    _delivery_close(attempt.delivery, outcome, answer, now)


def _delivery_close(delivery: Delivery, outcome: Outcome, answer: Answer, now: datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        state=_state(delivery, outcome, now),
        attempts=F("attempts") + 1,
        status=answer.status,
        trouble=answer.trouble or "",
        answer=answer.text,
        tried_at=now,
        sent_at=now if outcome is Outcome.SENT else None,
    )


def _state(delivery: Delivery, outcome: Outcome, now: datetime) -> DeliveryState:
    if outcome is Outcome.SENT:
        return DeliveryState.SENT
    if outcome is Outcome.AGAIN:
        is_late = now - delivery.queued_at >= GIVEN_UP_AFTER
        return DeliveryState.GIVEN_UP if is_late else DeliveryState.WAITING
    return DeliveryState.FAILED

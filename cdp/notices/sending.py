"""Notices on their way out: by each outlet one message at a time, with all that waits for the same reader.

An outlet is claimed by a conditional update before anything is sent, and each row is marked before the network is
asked. Who is killed meanwhile leaves marked rows: whether those arrived nobody can say, so they are never sent a
second time by themselves, and say so.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from celery import shared_task
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from cdp.access.sealed import Unreadable, opened
from cdp.posting.asking import Answer, Trouble
from cdp.posting.retries import GIVEN_UP_AFTER, Outcome, next_try

from .channels import mail
from .channels.message import Message, Refusal, Result
from .channels.registry import CHANNELS, MAIL
from .models import Outlet, Sending, SendingState
from .rights import may_still_read
from .wording import message_of

log = logging.getLogger(__name__)
PURPOSE = "quanxi chats of groups"
HELD = timedelta(seconds=90)
# In one message, and in one look at an outlet.
LINES, MESSAGES = 20, 50
Clock = Callable[[], datetime]


@shared_task(name="notices.deliver")
def deliver_task() -> None:
    notices_deliver()


def notices_deliver(clock: Clock = timezone.now) -> None:
    """All outlets that something is due for; one that fails holds up no other."""
    for pk in outlets_due(clock()).values_list("pk", flat=True):
        claim = _claim(pk, clock())
        if claim:
            try:
                _serve(pk, claim, clock)
            except Exception:
                log.exception("notices could not be sent by outlet %s; they are kept", pk)
            _mine(pk, claim).update(claim="", busy_until=None)


def outlets_due(now: datetime) -> QuerySet[Outlet]:
    waiting = Sending.objects.filter(outlet=OuterRef("pk"), state=SendingState.WAITING, due_at__lte=now)
    free = Q(busy_until=None) | Q(busy_until__lt=now)
    due = Q(next_at=None) | Q(next_at__lte=now)
    return Outlet.objects.filter(free, due, Exists(waiting), is_on=True).order_by("pk")


def _claim(pk: int, now: datetime) -> str:
    claim = uuid.uuid4().hex
    taken = outlets_due(now).filter(pk=pk).order_by().update(claim=claim, busy_until=now + HELD)
    if not taken:
        return ""
    # Nobody else is sending here, so whoever marked these did not come to write down how it went.
    left = Sending.objects.filter(outlet=pk, state=SendingState.SENDING)
    left.update(state=SendingState.GIVEN_UP, trouble=Refusal.STOPPED)
    return claim


def _mine(pk: int, claim: str) -> QuerySet[Outlet]:
    return Outlet.objects.filter(pk=pk, claim=claim)


def _serve(pk: int, claim: str, clock: Clock) -> None:
    outlet = Outlet.objects.get(pk=pk)
    channel = CHANNELS[outlet.channel]
    by = mail.connection() if outlet.channel == MAIL else None
    try:
        for _each in range(1 if channel.pause else MESSAGES):
            rows = _take(outlet, claim, clock())
            if not rows:
                return
            result = _send(outlet, rows, by, clock())
            if not _close(outlet, claim, rows, result, clock(), channel.pause) or result.is_ours:
                return
    finally:
        if by is not None:
            by.close()


@transaction.atomic
def _take(outlet: Outlet, claim: str, now: datetime) -> list[Sending]:
    """What waits longest, and what else waits for the same reader. Marked as being sent."""
    if not _mine(outlet.pk, claim).update(busy_until=now + HELD):
        return []
    _drop_read(outlet)
    waiting = outlet.sendings.filter(state=SendingState.WAITING, due_at__lte=now).order_by("pk")
    first = _first_to_go(waiting)
    if first is None:
        return []
    # A letter goes alone.
    together = {"pk": first.pk} if first.letter_id else {"person": first.person_id, "letter": None}
    rows = list(waiting.filter(**together).select_related("person", "letter"))
    marked = {"state": SendingState.SENDING, "message": first.message, "tried_at": now}
    Sending.objects.filter(pk__in=[row.pk for row in rows]).update(attempts=F("attempts") + 1, **marked)
    return rows


def _first_to_go(waiting: QuerySet[Sending]) -> Sending | None:
    """Without letters whose reader may not read them any more."""
    while (first := waiting.select_related("person").first()) is not None:
        if first.letter_id is None or may_still_read(first):
            return first
        Sending.objects.filter(pk=first.pk).update(state=SendingState.DROPPED)
    return None


def _drop_read(outlet: Outlet) -> None:
    """Of a digest, what was read or is gone meanwhile; and what is for somebody who may not sign in any more."""
    waiting = outlet.sendings.filter(state=SendingState.WAITING)
    over = Q(is_digest=True) & (Q(notice=None) | Q(notice__read_at__isnull=False))
    left = Q(person__is_active=False) | Q(person__is_staff=False)
    gone = waiting.filter(over | left).values_list("pk", flat=True)
    Sending.objects.filter(pk__in=list(gone)).update(state=SendingState.DROPPED)


def _send(outlet: Outlet, rows: list[Sending], by: BaseEmailBackend | None, now: datetime) -> Result:
    message = message_of(outlet, rows, most=LINES)
    if by is not None:
        return mail.send(message, by)
    return _by_robot(outlet, message, now)


def _by_robot(outlet: Outlet, message: Message, now: datetime) -> Result:
    robot = CHANNELS[outlet.channel].robot
    assert robot is not None
    try:
        address, secret = (opened(one, purpose=PURPOSE) for one in (outlet.address, outlet.secret))
    except Unreadable:
        return Result(Outcome.REFUSED, Trouble.SECRET, is_ours=True)
    return robot.send(address, secret, message, now.timestamp())


@transaction.atomic
def _close(outlet: Outlet, claim: str, rows: list[Sending], result: Result, now: datetime, pause: float) -> bool:
    """Write down how it went; False when somebody else has the outlet meanwhile."""
    failed = result.is_ours and result.outcome is not Outcome.SENT
    failures = outlet.failures + 1 if failed else 0
    answer = Answer(retry_after=result.retry_after)
    later = next_try(answer, max(failures, rows[0].attempts + 1), now)
    is_again = result.outcome is Outcome.AGAIN
    changed: dict[str, Any] = {"failures": failures, "trouble": result.trouble if failed else ""}
    if failed and is_again:
        changed["next_at"] = later
    else:
        changed["next_at"] = now + timedelta(seconds=pause) if pause else None
    if not _mine(outlet.pk, claim).update(**changed):
        return False
    outlet.failures = failures
    for row in rows:
        state = _state(row, result.outcome, now)
        written: dict[str, Any] = {"state": state, "trouble": result.trouble, "answer": result.answer}
        Sending.objects.filter(pk=row.pk).update(**written, due_at=later if is_again else row.due_at)
    return True


def _state(row: Sending, outcome: Outcome, now: datetime) -> SendingState:
    if outcome is Outcome.SENT:
        return SendingState.SENT
    if outcome is Outcome.AGAIN:
        return SendingState.GIVEN_UP if now - row.first_at >= GIVEN_UP_AFTER else SendingState.WAITING
    return SendingState.FAILED

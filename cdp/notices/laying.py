"""Notices laid down for the ways out, one row for each reader; nothing is asked of the network here."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.utils import timezone

from .channels.mail import is_set_up
from .channels.registry import CHATS, MAIL
from .models import Notice, Outlet, Preference, Sending
from .preferences import When, due_at, wish_of
from .sending import deliver_task

log = logging.getLogger(__name__)
# What a group heard is not told it again within so long, however often it fails.
HEARD = timedelta(hours=20)


def mails_lay(notices: Iterable[Notice], preferences: dict[int, Preference], told_before: set[int]) -> None:
    """`told_before`: who has not even read it since it was last told."""
    if not is_set_up():
        return
    now, outlet = timezone.now(), mail_outlet()
    rows = []
    for notice in notices:
        when = wish_of(preferences.get(notice.person_id), notice.kind).mail
        if when is not When.NEVER and notice.person_id not in told_before:
            rows.append(_of_notice(notice, outlet, when, now))
    _lay(rows, now)


def mail_outlet() -> Outlet:
    return Outlet.objects.get_or_create(channel=MAIL)[0]


def _of_notice(notice: Notice, outlet: Outlet, when: When, now: datetime) -> Sending:
    due = due_at(when, now)
    copied: dict[str, Any] = {
        name: getattr(notice, name) for name in ("person_id", "kind", "text", "params", "url", "about")
    }
    return Sending(
        outlet=outlet,
        notice=notice,
        key=f"notice:{notice.pk}",
        is_digest=when is When.DAILY,
        first_at=due,
        due_at=due,
        **copied,
    )


def chats_lay(*, kind: str, text: str, params: dict[str, Any], url: str, about: str) -> None:
    now = timezone.now()
    event = uuid4().hex
    rows = [
        Sending(
            outlet=one,
            key=f"{one.pk}:{event}",
            kind=kind,
            text=text,
            params=params,
            url=url,
            about=about,
            first_at=now,
            due_at=now,
        )
        for one in chats().filter(is_on=True)
        if kind in one.kinds and not _has_heard(one, text, about, now)
    ]
    _lay(rows, now)


def chats() -> QuerySet[Outlet]:
    return Outlet.objects.filter(channel__in=CHATS)


def _has_heard(outlet: Outlet, text: str, about: str, now: datetime) -> bool:
    return bool(about) and outlet.sendings.filter(about=about, text=text, made_at__gt=now - HEARD).exists()


def _lay(rows: list[Sending], now: datetime) -> None:
    Sending.objects.bulk_create(rows, ignore_conflicts=True)
    if any(row.due_at <= now for row in rows):
        doorbell()


def doorbell() -> None:
    """Only to be quick: what is laid down is looked for regularly as well."""
    try:
        deliver_task.delay()
    except Exception:
        log.exception("a worker could not be called; notices go out with the next look")

"""Chats of groups, by administrators: made, changed, switched, tried."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from cdp.access.sealed import Unreadable, opened, sealed
from cdp.access.viewer import Viewer
from cdp.errors import N_

from .laying import chats, doorbell, mail_outlet
from .models import GROUP_LABELS, Outlet, Sending, SendingState
from .sending import PURPOSE

TEST = N_("This is a test. What Quanxi tells here arrives.")
TEST_KIND = "test"
SHOWN = 4


@dataclass(frozen=True)
class Wish:
    """What a chat is to be. `address` and `secret`: "" keeps what is there."""

    name: str
    channel: str
    kinds: Sequence[str]
    language: str
    address: str = ""
    secret: str = ""


def require_administrator(actor: Viewer) -> None:
    if not getattr(actor, "is_superuser", False):
        raise PermissionDenied


def chats_seen(viewer: Viewer) -> QuerySet[Outlet]:
    """With how many messages wait, or were not taken."""
    require_administrator(viewer)
    lost = Q(sendings__state__in=(SendingState.FAILED, SendingState.GIVEN_UP))
    waiting = Q(sendings__state=SendingState.WAITING)
    return chats().annotate(
        waiting=Count("sendings", filter=waiting, distinct=True), lost=Count("sendings", filter=lost, distinct=True)
    )


def chat_create(*, wish: Wish, actor: User) -> Outlet:
    require_administrator(actor)
    return Outlet.objects.create(**_fields(wish), created_by=actor)


def chat_change(*, chat: Outlet, wish: Wish, actor: User) -> None:
    """What waits goes to the address that is in force then."""
    require_administrator(actor)
    fields = {name: value for name, value in _fields(wish).items() if name not in ("address", "secret") or value}
    Outlet.objects.filter(pk=chat.pk).update(**fields, next_at=None, failures=0, trouble="")


def _fields(wish: Wish) -> dict[str, Any]:
    return {
        "name": wish.name,
        "channel": wish.channel,
        "kinds": [kind for kind in GROUP_LABELS if kind in wish.kinds],
        "language": wish.language,
        "address": sealed(wish.address, purpose=PURPOSE),
        "secret": sealed(wish.secret, purpose=PURPOSE),
    }


@transaction.atomic
def chat_switch(*, chat: Outlet, is_on: bool, actor: User) -> None:
    """What waits when it is switched off is not said later: it would be old by then."""
    require_administrator(actor)
    Outlet.objects.filter(pk=chat.pk).update(is_on=is_on, next_at=None, failures=0, trouble="")
    if not is_on:
        chat.sendings.filter(state=SendingState.WAITING).update(state=SendingState.DROPPED)


def chat_delete(*, chat: Outlet, actor: User) -> None:
    require_administrator(actor)
    chat.delete()


def chat_test(*, chat: Outlet, actor: User) -> Sending:
    require_administrator(actor)
    return _test(chat, None)


def mail_test(*, person: User) -> Sending:
    """To oneself."""
    return _test(mail_outlet(), person)


@transaction.atomic
def _test(outlet: Outlet, person: User | None) -> Sending:
    now = timezone.now()
    Outlet.objects.filter(pk=outlet.pk).update(next_at=None)
    row = Sending.objects.create(
        outlet=outlet,
        person=person,
        key=f"test:{uuid4().hex}",
        kind=TEST_KIND,
        text=TEST,
        url=reverse("notices:list"),
        first_at=now,
        due_at=now,
    )
    transaction.on_commit(doorbell, robust=True)
    return row


def address_shown(chat: Outlet) -> str:
    """Enough to know it again: who has all of it may write there."""
    try:
        address = opened(chat.address, purpose=PURPOSE)
    except Unreadable:
        return "…"
    host = "/".join(address.split("/")[:3])
    return f"{host}/…{address[-SHOWN:]}"

"""Webhooks made, changed, switched, tried; deliveries sent again and, in time, forgotten."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cdp.access.sealed import sealed
from cdp.access.viewer import Viewer, require, sees_personal
from cdp.identity.selectors import identifier_types

from ..models import Delivery, DeliveryState, OffBecause, Webhook
from .messages import PURPOSE

EDIT, EXPORT = "access.edit_segments", "access.export_customers"
MARK, SECRET_BYTES = "whsec_", 32
SENT_KEPT, OTHERS_KEPT = timedelta(days=14), timedelta(days=30)
FORGOTTEN_AT_ONCE = 5_000


@dataclass(frozen=True)
class Wish:
    """What a webhook is to be; the fields of `Webhook`."""

    name: str
    url: str
    about: Sequence[dict[str, str]]
    tells_entered: bool = True
    tells_left: bool = True
    identifiers: Sequence[str] = field(default_factory=tuple)


def webhook_create(*, wish: Wish, actor: User) -> tuple[Webhook, str]:
    """A webhook and its secret, which nobody is told again."""
    require(actor, EDIT)
    _require_identifiers(actor, wish.identifiers)
    secret = _secret()
    hook = Webhook.objects.create(
        **_fields(wish), secret=sealed(secret, purpose=PURPOSE), created_by=actor, is_on=True
    )
    return hook, secret


def webhook_change(*, webhook: Webhook, wish: Wish, actor: User) -> None:
    """Who may not give identifiers away does not send them elsewhere either."""
    require(actor, EDIT)
    _require_identifiers(actor, [*wish.identifiers, *webhook.identifiers])
    Webhook.objects.filter(pk=webhook.pk).update(**_fields(wish), next_at=None, failures=0)


def _fields(wish: Wish) -> dict[str, Any]:
    return {
        "name": wish.name,
        "url": wish.url,
        "about": list(wish.about),
        "tells_entered": wish.tells_entered,
        "tells_left": wish.tells_left,
        "identifiers": sorted(set(wish.identifiers)),
    }


def may_give(viewer: Viewer, *, personal: bool) -> bool:
    """Whether identifiers of a kind may be sent to others by this viewer's word."""
    try:
        require(viewer, EXPORT)
    except PermissionDenied:
        return False
    return not personal or sees_personal(viewer)


def _require_identifiers(actor: User, slugs: Sequence[str]) -> None:
    chosen = set(slugs)
    personal = {kind.slug for kind in identifier_types() if kind.personal}
    if chosen and not may_give(actor, personal=bool(chosen & personal)):
        raise PermissionDenied(EXPORT)


def webhook_secret_renew(*, webhook: Webhook, actor: User) -> str:
    """A new secret; the one before is not used any more."""
    require(actor, EDIT)
    _require_identifiers(actor, webhook.identifiers)
    secret = _secret()
    Webhook.objects.filter(pk=webhook.pk).update(secret=sealed(secret, purpose=PURPOSE))
    return secret


def _secret() -> str:
    return MARK + secrets.token_urlsafe(SECRET_BYTES)


def webhook_switch(*, webhook: Webhook, is_on: bool, actor: User) -> None:
    """Switched on again, it is told what changes from then on, and what waited is sent."""
    require(actor, EDIT)
    because = "" if is_on else OffBecause.PERSON
    Webhook.objects.filter(pk=webhook.pk).update(is_on=is_on, off_because=because, next_at=None, failures=0)


def webhook_delete(*, webhook: Webhook, actor: User) -> None:
    require(actor, EDIT)
    webhook.delete()


@transaction.atomic
def webhook_test(*, webhook: Webhook, actor: User) -> Delivery:
    """A message like the real ones, about nobody, sent now even where the next try would be later."""
    require(actor, EDIT)
    event, now = uuid4(), timezone.now()
    body: dict[str, Any] = {
        "id": str(event),
        "type": "test",
        "about": None,
        "value": None,
        "customers": [],
        "at": now.isoformat(),
    }
    Webhook.objects.filter(pk=webhook.pk).update(next_at=None)
    return Delivery.objects.create(webhook=webhook, event=event, body=body, queued_at=now)


@transaction.atomic
def delivery_again(*, delivery: Delivery, actor: User) -> None:
    """Under the same id, so that a receiver who had it knows that."""
    require(actor, EDIT)
    over = Delivery.objects.filter(pk=delivery.pk).exclude(state=DeliveryState.WAITING)
    over.update(state=DeliveryState.WAITING, queued_at=timezone.now(), attempts=0)
    Webhook.objects.filter(pk=delivery.webhook_id).update(next_at=None)


def deliveries_forget() -> None:
    """What is over and old goes."""
    now = timezone.now()
    sent = Delivery.objects.filter(state=DeliveryState.SENT, created_at__lt=now - SENT_KEPT)
    others = Delivery.objects.exclude(state=DeliveryState.WAITING).filter(created_at__lt=now - OTHERS_KEPT)
    for rows in (sent, others):
        while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
            Delivery.objects.filter(pk__in=ids).delete()

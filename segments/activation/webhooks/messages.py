"""What is sent: the body, with the identifiers the webhook may have, and the headers that prove who sent it."""

import hashlib
import hmac
from typing import Any

import orjson

from cdp.access.sealed import opened
from cdp.identity.selectors import identifiers_by_type

from ..models import Delivery, Webhook

PURPOSE = "quanxi secrets of webhooks"


def message_body(webhook: Webhook, delivery: Delivery) -> bytes:
    """Identifiers are looked up now and kept nowhere else: in the log there are none."""
    body: dict[str, Any] = dict(delivery.body)
    if webhook.identifiers and body["customers"]:
        ids = [one["id"] for one in body["customers"]]
        known = identifiers_by_type(ids, types=webhook.identifiers)
        body["customers"] = [{"id": one, "identifiers": known.get(one, {})} for one in ids]
    return orjson.dumps(body)


def message_headers(webhook: Webhook, delivery: Delivery, body: bytes, *, at: int) -> dict[str, str]:
    """`at`: when it is sent, in seconds since 1970. Raises `Unreadable` when the secret is."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "Quanxi-Webhook/1",
        "X-Quanxi-Delivery": str(delivery.event),
        "X-Quanxi-Signature": signature(opened(webhook.secret, purpose=PURPOSE), body, at=at),
    }


def signature(secret: str, body: bytes, *, at: int) -> str:
    """`t=…,v1=…`: HMAC-SHA256 of "t.body", in hexadecimal."""
    told = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={told}"

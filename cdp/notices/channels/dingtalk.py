"""DingTalk (钉钉): a group's custom robot. Markdown of 20,000 bytes at most, 20 messages a minute; beyond, it is
shut for ten minutes. Signed in the address.

https://open.dingtalk.com/document/orgapp/customize-robot-security-settings
"""

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

from .message import Message, Refusal
from .robots import Robot, markdown

MOST_BYTES = 18_000


def body(message: Message) -> dict[str, Any]:
    text = markdown(message, MOST_BYTES)
    return {"msgtype": "markdown", "markdown": {"title": message.title[:60], "text": text}}


def signed(url: str, body: dict[str, Any], secret: str, now: float) -> tuple[str, dict[str, Any]]:
    """`timestamp` in milliseconds; `sign` is HMAC-SHA256 of "timestamp\\nsecret" by the secret, in base64."""
    if not secret:
        return url, body
    at = str(round(now * 1000))
    made = hmac.new(secret.encode(), f"{at}\n{secret}".encode(), hashlib.sha256).digest()
    query = urlencode({"timestamp": at, "sign": base64.b64encode(made).decode()})
    return f"{url}{'&' if '?' in url else '?'}{query}", body


DINGTALK = Robot(
    body=body,
    signed=signed,
    code="errcode",
    text="errmsg",
    refusals={
        300001: Refusal.GONE,
        300005: Refusal.GONE,
        400013: Refusal.GONE,
        400101: Refusal.GONE,
        400102: Refusal.GONE,
        310000: Refusal.SIGN,
        130101: Refusal.FAST,
        410100: Refusal.FAST,
        -1: Refusal.FAST,
        460101: Refusal.LONG,
    },
)

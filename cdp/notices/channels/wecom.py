"""WeCom (企业微信): a group's robot. Markdown of 4,096 bytes at most, 20 messages a minute, nothing to sign.

https://developer.work.weixin.qq.com/document/path/91770
"""

from typing import Any

from .message import Message, Refusal
from .robots import Robot, markdown

MOST_BYTES = 4096


def body(message: Message) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"content": markdown(message, MOST_BYTES)}}


def signed(url: str, body: dict[str, Any], secret: str, now: float) -> tuple[str, dict[str, Any]]:
    return url, body


WECOM = Robot(
    body=body,
    signed=signed,
    code="errcode",
    text="errmsg",
    refusals={
        93000: Refusal.GONE,
        93008: Refusal.GONE,
        45009: Refusal.FAST,
        45033: Refusal.FAST,
        40058: Refusal.LONG,
    },
)

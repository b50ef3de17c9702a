"""Feishu (飞书) and Lark: a group's custom robot. A post of 20 KB at most, 100 messages a minute and 5 a second.
Signed in the body.

https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot
"""

import base64
import hashlib
import hmac
from typing import Any

from .message import Line, Message, Refusal
from .robots import Robot, cut

MOST_BYTES = 12_000


def body(message: Message) -> dict[str, Any]:
    room, rows = MOST_BYTES, []
    for line in message.lines:
        # Of an address that would be cut, nothing is left to press.
        shown = line if len(line.text.encode()) <= room else Line(cut(line.text, room))
        rows.append([_part(shown)])
        room -= len(line.text.encode()) + len(line.url.encode()) + 40
        if room <= 0:
            break
    if message.more:
        rows.append([_part(Line(message.more))])
    language = "en_us" if message.language == "en" else "zh_cn"
    return {"msg_type": "post", "content": {"post": {language: {"title": message.title, "content": rows}}}}


def _part(line: Line) -> dict[str, str]:
    if line.url:
        return {"tag": "a", "text": line.text, "href": line.url}
    return {"tag": "text", "text": line.text}


def signed(url: str, body: dict[str, Any], secret: str, now: float) -> tuple[str, dict[str, Any]]:
    """`timestamp` in seconds; `sign` is HMAC-SHA256 of nothing by "timestamp\\nsecret", in base64."""
    if not secret:
        return url, body
    at = str(int(now))
    made = hmac.new(f"{at}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return url, {"timestamp": at, "sign": base64.b64encode(made).decode(), **body}


FEISHU = Robot(
    body=body,
    signed=signed,
    code="code",
    text="msg",
    refusals={
        19021: Refusal.SIGN,
        19022: Refusal.SERVER,
        19024: Refusal.KEYWORD,
        19001: Refusal.GONE,
        19002: Refusal.GONE,
        9499: Refusal.FAST,
        11232: Refusal.FAST,
        11233: Refusal.FAST,
    },
)

"""What clients of the event API are answered: status, Retry-After, JSON with code and message. Of any web framework
independent, so that every way a request may come gives the same answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from .accept import arrival_add
from .wire import Refused, call_read


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def answer_json(told: dict[str, Any], status: int = 200, **headers: str) -> Answer:
    """`headers` have underscores for hyphens. Pages of any site may read it."""
    own = {name.replace("_", "-"): value for name, value in headers.items()}
    everywhere = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}
    return Answer(status, everywhere | own, orjson.dumps(told))


TAKEN = answer_json({"success": True})


def answer_taken(
    *, kind: str, read: Callable[[int], bytes], length: int | None, encoding: str, authorization: str
) -> Answer:
    """Of a request as `wire.call_read` takes it: its row is on the disk, or this is what it was refused for."""
    try:
        call = call_read(kind=kind, read=read, length=length, encoding=encoding, authorization=authorization)
        arrival_add(call=call)
    except Refused as refused:
        return answer_refused(refused)
    return TAKEN


def answer_refused(refused: Refused) -> Answer:
    told = {"success": False, "code": refused.code, "message": refused.text}
    if refused.retry_after is None:
        return answer_json(told, refused.status)
    again = str(refused.retry_after)
    return answer_json(told, refused.status, Retry_After=again, Access_Control_Expose_Headers="Retry-After")

"""What a request of the event API says, and whether it can be taken as a whole. Pure: bytes in, a `Call` out.

Limits are bytes after unpacking; a message is measured as compact UTF-8 JSON. Whatever is sent, it takes no more
memory than JSON of `BODY_BYTES` does once it is parsed.
"""

import base64
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

BODY_BYTES = 500 * 1024
MESSAGE_BYTES = 32 * 1024
BATCH_MESSAGES = 2_500
# What orjson is able to write back.
DEEPEST = 254

KINDS = {kind: kind for kind in ("batch", "identify", "track", "page", "screen", "group", "alias")}
# As browsers' SDKs and bulk imports name them.
KINDS |= {kind[0]: kind for kind in ("batch", "identify", "track", "page", "group", "alias")}
KINDS |= {"s": "screen", "import": "batch"}

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
# A pair of surrogates is a sign; half a pair, which JavaScript sends of a text that was cut, is none.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)


class Refused(Exception):
    """A request that is not taken, and nothing of it: `status` of HTTP, a short `code`, and what to do about it.

    With `retry_after` (seconds) the same request may be taken later.
    """

    def __init__(self, status: int, code: str, text: str, retry_after: int | None = None):
        super().__init__(text)
        self.status, self.code, self.text, self.retry_after = status, code, text, retry_after


@dataclass(frozen=True)
class Call:
    """A request that can be taken: `body` is JSON of one message, or of `messages` in a list named "batch"."""

    kind: str
    key: str
    messages: int
    body: bytes


def call_read(
    *, kind: str, read: Callable[[int], bytes], length: int | None, encoding: str, authorization: str
) -> Call:
    """`kind` is one of the values of `KINDS`; `read(n)` gives up to n bytes of the body, none at its end.

    Raises `Refused`.
    """
    body = body_unpack(body_read(read, length), encoding)
    parsed, body = body_parse(body)
    if not isinstance(parsed, dict):
        raise Refused(400, "unreadable", "The body must be one JSON object.")
    items = messages_of(kind, parsed)
    messages_check(items)
    if kind == "batch":
        envelope_check(parsed)
    return Call(kind, key_of(authorization) or key_within(parsed), len(items), body)


def body_read(read: Callable[[int], bytes], length: int | None) -> bytes:
    """The body as it was sent; `length` is what was announced, where it was."""
    if length is not None and length > BODY_BYTES:
        raise _too_large()
    parts, size = [], 0
    while part := _part(read, BODY_BYTES + 1 - size):
        parts.append(part)
        size += len(part)
        if size > BODY_BYTES:
            raise _too_large()
    if length is not None and size < length:
        raise Refused(400, "unreadable", "The body ended before its announced length.")
    return b"".join(parts)


def _part(read: Callable[[int], bytes], most: int) -> bytes:
    try:
        return read(most)
    except OSError:
        raise Refused(400, "unreadable", "The body broke off.")


def body_unpack(body: bytes, encoding: str = "") -> bytes:
    """Unzipped when it is gzip, whatever the headers say: a proxy may have unpacked it, an SDK not have told."""
    if not body.startswith(_GZIP):
        if encoding.strip().lower() not in ("", "identity", "gzip", "x-gzip"):
            raise Refused(415, "unreadable", "Of encodings, only gzip is understood.")
        return body
    unzip = zlib.decompressobj(wbits=31)
    try:
        text = unzip.decompress(body, BODY_BYTES + 1)
    except zlib.error:
        raise Refused(400, "unreadable", "The body begins like gzip and is not.")
    if len(text) > BODY_BYTES:
        raise _too_large()
    if not unzip.eof or unzip.unused_data:
        raise Refused(400, "unreadable", "The body must be one complete gzip stream.")
    return text


def body_parse(body: bytes) -> tuple[Any, bytes]:
    """The JSON of a body, and the body it was read from. Halves of surrogate pairs are replaced by U+FFFD there."""
    body = body.removeprefix(_BOM)
    try:
        return orjson.loads(body), body
    except orjson.JSONDecodeError as error:
        mended = _mended(body)
        if mended == body:
            raise Refused(400, "unreadable", f"The body is not JSON: {error}")
    try:
        return orjson.loads(mended), mended
    except orjson.JSONDecodeError as error:
        raise Refused(400, "unreadable", f"The body is not JSON: {error}")


def _mended(body: bytes) -> bytes:
    """Both are as long, so this is done in place: a body of nothing but escapes costs no memory."""
    mended = bytearray(body)
    for escape in _ESCAPE.finditer(body):
        if escape[1]:
            mended[escape.start() : escape.end()] = rb"\ufffd"
    return bytes(mended)


def messages_of(kind: str, parsed: dict[str, Any]) -> list[Any]:
    """The messages of a body as they were written; a single one may be anything but a list of them."""
    if kind != "batch":
        return [parsed]
    items = parsed.get("batch")
    if not isinstance(items, list):
        raise Refused(400, "unreadable", 'A batch must have its messages in a list named "batch".')
    return items


def messages_check(items: list[Any]) -> None:
    if len(items) > BATCH_MESSAGES:
        raise Refused(
            413, "too_large", f"A batch has at most {BATCH_MESSAGES} messages; this one has {len(items)}."
        )
    for place, item in enumerate(items):
        try:
            size = len(orjson.dumps(item))
        except TypeError:
            raise Refused(400, "unreadable", f"Message {place} is nested deeper than {DEEPEST} levels.")
        if size > MESSAGE_BYTES:
            text = f"Message {place} has {size} bytes; at most {MESSAGE_BYTES} are taken."
            raise Refused(413, "too_large", f"{text} Nothing of the request was kept.")


def envelope_check(parsed: dict[str, Any]) -> None:
    """What a batch says beside its messages counts for each of them, so it is bounded as a message is."""
    try:
        size = len(orjson.dumps({name: said for name, said in parsed.items() if name != "batch"}))
    except TypeError:
        raise Refused(400, "unreadable", f"What is said beside the batch is nested deeper than {DEEPEST} levels.")
    if size > MESSAGE_BYTES:
        text = f"What is said beside the batch has {size} bytes; at most {MESSAGE_BYTES} are taken."
        raise Refused(413, "too_large", f"{text} Nothing of the request was kept.")


def key_of(authorization: str) -> str:
    """The user name of Basic authorization; "" without."""
    scheme, _, told = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(told.strip(), validate=True).decode().partition(":")[0]
    except ValueError:
        return ""


def key_within(parsed: dict[str, Any]) -> str:
    key = parsed.get("writeKey")
    return key if isinstance(key, str) else ""


def _too_large() -> Refused:
    return Refused(413, "too_large", f"A request has at most {BODY_BYTES} bytes of JSON. Nothing of it was kept.")

"""What is taken of what clients send, and how the rest is refused."""

import base64
import gzip
import io
import json
import tracemalloc

import orjson
import pytest

from cdp.live import wire
from cdp.live.wire import BATCH_MESSAGES, BODY_BYTES, DEEPEST, MESSAGE_BYTES, Refused

TRACK = {"type": "track", "event": "purchase", "userId": "u-1", "messageId": "m-1"}


def basic(key):
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def call(body, *, kind="track", encoding="", authorization="", length=None):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return wire.call_read(
        kind=kind, read=io.BytesIO(raw).read, length=length, encoding=encoding, authorization=authorization
    )


def refusal(body, **said):
    with pytest.raises(Refused) as caught:
        call(body, **said)
    return caught.value


def message_of(size):
    """A message of exactly so many bytes."""
    bare = len(orjson.dumps({**TRACK, "fill": ""}))
    return {**TRACK, "fill": "x" * (size - bare)}


@pytest.mark.parametrize(
    ("authorization", "body", "key"),
    [
        (basic("k-1"), TRACK, "k-1"),
        (basic("k-1").replace("Basic", "basic"), TRACK, "k-1"),
        ("Basic " + base64.b64encode(b"k-1:secret").decode(), TRACK, "k-1"),
        ("", {**TRACK, "writeKey": "k-2"}, "k-2"),
        (basic("k-1"), {**TRACK, "writeKey": "k-2"}, "k-1"),
        ("Bearer abc", {**TRACK, "writeKey": "k-2"}, "k-2"),
        ("Basic %%%", {**TRACK, "writeKey": "k-2"}, "k-2"),
        ("Basic " + base64.b64encode(b"\xff:").decode(), TRACK, ""),
        ("", {**TRACK, "writeKey": ["k"]}, ""),
        ("", TRACK, ""),
    ],
)
def test_the_write_key_is_the_user_name_or_in_the_body(authorization, body, key):
    assert call(body, authorization=authorization).key == key


@pytest.mark.parametrize("encoding", ["", "gzip", "GZIP", "identity"])
def test_gzip_is_known_by_itself_whatever_is_declared(encoding):
    told = json.dumps(TRACK).encode()
    assert call(gzip.compress(told), encoding=encoding).body == told
    assert call(told, encoding=encoding).body == told


def test_a_batch_counts_its_messages_and_keeps_what_came_byte_by_byte():
    raw = b'{ "sentAt":"2026-11-01T00:00:00Z", "batch":[ {"type":"track"}, 5, null ], "context":{"ip":"x"} }'
    taken = call(raw, kind="batch")
    assert (taken.messages, taken.body) == (3, raw)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (rb'{"title":"half \ud83d"}', "half \ufffd"),
        (rb'{"title":"half \ude00 and whole \ud83d\ude00"}', "half \ufffd and whole \U0001f600"),
        (rb'{"title":"\\ud83d \ud83d"}', "\\ud83d \ufffd"),
        ("\ufeff{}".encode().replace(b"{}", b'{"title":"marked"}'), "marked"),
    ],
)
def test_half_a_sign_of_a_browser_spoils_nothing_else(sent, kept):
    assert json.loads(call(sent).body)["title"] == kept


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "track"),
        (b"event=purchase&user=1", "track"),
        (b'{"event": "x"', "track"),
        (b'{"event": "\xff"}', "track"),
        (b'{"amount": NaN}', "track"),
        (b'{"amount": 1e999}', "track"),
        (b"[]", "track"),
        (b'"text"', "batch"),
        (b"{}", "batch"),
        (b'{"batch": {"type": "track"}}', "batch"),
        (b'{"batch": null}', "batch"),
        (b"[" * 100_000, "batch"),
        (b'{"a":' * 2_000 + b"1" + b"}" * 2_000, "track"),
        (gzip.compress(b'{"event": "x"}', mtime=0)[:-9], "track"),
        (gzip.compress(b"{}", mtime=0) * 2, "track"),
        (b"\x1f\x8b nothing of the kind", "track"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(body, kind):
    told = refusal(body, kind=kind)
    assert (told.status, told.code) == (400, "unreadable")
    assert told.text.endswith((".", ")")) and "Traceback" not in told.text


def test_other_encodings_are_refused():
    assert refusal(b"\x0b\x02\x80{}\x03", encoding="br").status == 415


def test_a_message_may_be_nested_so_deep_and_no_deeper():
    def deep(levels):
        return b'{"a":' * levels + b"1" + b"}" * levels

    assert call(deep(DEEPEST)).messages == 1
    assert "deeper" in refusal(deep(DEEPEST + 1)).text
    assert "Message 1 " in refusal(b'{"batch":[{},%s]}' % deep(DEEPEST + 1), kind="batch").text


def test_what_is_said_beside_a_batch_is_bounded_as_a_message_is():
    def beside(context):
        return b'{"batch":[{}],"context":%s}' % context

    assert call(beside(b'{"a":' * 200 + b"1" + b"}" * 200), kind="batch").messages == 1
    assert "deeper" in refusal(beside(b'{"a":' * 900 + b"1" + b"}" * 900), kind="batch").text
    told = refusal(beside(b'"%s"' % (b"a" * MESSAGE_BYTES)), kind="batch")
    assert (told.status, told.code) == (413, "too_large") and "beside the batch" in told.text


def test_a_message_may_have_32_kb_and_no_byte_more():
    assert call(message_of(MESSAGE_BYTES)).messages == 1
    assert refusal(message_of(MESSAGE_BYTES + 1)).status == 413
    told = refusal({"batch": [TRACK, message_of(MESSAGE_BYTES + 1)]}, kind="batch")
    assert (told.status, told.code) == (413, "too_large")
    assert "Message 1 has 32769 bytes" in told.text


def test_ten_thousand_property_names_are_too_many_for_a_message():
    assert refusal({**TRACK, "properties": {f"p{number}": number for number in range(10_000)}}).status == 413


def test_a_batch_may_have_2500_messages_and_no_more():
    assert call({"batch": [{}] * BATCH_MESSAGES}, kind="batch").messages == BATCH_MESSAGES
    assert refusal({"batch": [{}] * (BATCH_MESSAGES + 1)}, kind="batch").status == 413


def test_a_request_may_have_500_kb_unpacked_and_no_byte_more():
    messages = [message_of(25_000) for _ in range(20)]
    bare = len(json.dumps({"batch": messages, "fill": ""}))
    largest = {"batch": messages, "fill": "x" * (BODY_BYTES - bare)}
    raw = json.dumps(largest).encode()
    assert len(call(raw, kind="batch").body) == BODY_BYTES
    assert call(gzip.compress(raw), kind="batch").messages == 20
    assert refusal(raw + b" ", kind="batch").status == 413
    assert refusal(gzip.compress(raw + b" "), kind="batch").status == 413


def test_what_is_announced_too_large_is_not_even_read():
    def read(size):
        raise AssertionError("read")

    with pytest.raises(Refused) as caught:
        wire.call_read(kind="batch", read=read, length=10_000_000, encoding="", authorization="")
    assert caught.value.status == 413


def test_a_body_that_breaks_off_is_refused_even_when_it_is_json():
    assert refusal(b"{}", length=10).status == 400


@pytest.mark.parametrize(
    "hostile",
    [
        gzip.compress(b" " * 50_000_000, 1, mtime=0),
        gzip.compress(b'{"batch":[' + b"[]," * 5_000_000 + b"[]]}", 1, mtime=0),
        b'{"a":' * 102_400,
        b"[" * BODY_BYTES,
        b'{"batch":[' + b"[]," * 170_000 + b"[]]}",
        b'{"a":"' + b"\\ud800" * 80_000 + b'"}',
        b'"' + b"\\" * 500_000,
        b"\xff" * 500_000,
        b"1" * 500_000,
    ],
    ids=["bomb", "bomb of lists", "objects", "lists", "many lists", "halves", "escapes", "no text", "digits"],
)
def test_hostile_bodies_are_refused_within_bounded_memory(hostile):
    tracemalloc.start()
    try:
        told = refusal(hostile, kind="batch")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert told.status in (400, 413)
    assert peak < 40 * BODY_BYTES


def test_ten_megabytes_that_announce_nothing_are_read_no_further_than_the_limit():
    stream = io.BytesIO(b"x" * 10_000_000)
    with pytest.raises(Refused):
        wire.body_read(lambda size: stream.read(min(size, 65_536)), None)
    assert stream.tell() == BODY_BYTES + 1

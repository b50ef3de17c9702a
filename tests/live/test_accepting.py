"""The event API, asked as clients ask it."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cdp.live import accept, known_keys
from cdp.live.models import Arrival, WriteKey
from cdp.live.services import key_switch
from tests.live.fronting import FrontClient

pytestmark = pytest.mark.django_db
TRACK = {"type": "track", "event": "purchase", "userId": "u-1", "anonymousId": None, "messageId": "m-1"}
JSON = "application/json"


@pytest.fixture(params=[Client, FrontClient], ids=["django", "front"])
def client(request):
    """Whichever way a request goes, its answer is the same."""
    return request.param()


def post(client, path, body, content_type=JSON, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(path, raw, content_type=content_type, headers=headers)


def told(answer):
    """The status and what a client may act on."""
    assert answer.headers["Content-Type"] == JSON
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return answer.status_code, json.loads(answer.content).get("code")


def kept():
    return [(arrival.kind, json.loads(arrival.body)) for arrival in Arrival.objects.order_by("pk")]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("batch", "batch"), ("identify", "identify"), ("track", "track"), ("page", "page"), ("screen", "screen"),
        ("group", "group"), ("alias", "alias"), ("b", "batch"), ("i", "identify"), ("t", "track"), ("p", "page"),
        ("g", "group"), ("a", "alias"), ("s", "screen"), ("import", "batch"), ("batch/", "batch"),
    ],
)  # fmt: skip
def test_every_path_of_segment_keeps_what_came(client, web_shop, basic, path, kind):
    body = {"batch": [TRACK, TRACK]} if kind == "batch" else TRACK
    began = datetime.now(UTC)
    answer = post(client, f"/v1/{path}", body, **basic)
    assert told(answer) == (200, None)
    assert json.loads(answer.content) == {"success": True}
    assert kept() == [(kind, body)]
    arrival = Arrival.objects.get()
    assert (arrival.key, arrival.messages, arrival.flush) == (web_shop, 2 if kind == "batch" else 1, None)
    assert timedelta() <= arrival.received_at - began < timedelta(minutes=1)


@pytest.mark.parametrize("content_type", [JSON, "text/plain", "application/x-www-form-urlencoded", "x", ""])
@pytest.mark.parametrize("is_gzip", [False, True])
def test_whatever_the_content_is_called_it_is_json(client, web_shop, content_type, is_gzip):
    body = {**TRACK, "writeKey": web_shop.key}
    raw = json.dumps(body).encode()
    assert told(post(client, "/v1/t", gzip.compress(raw) if is_gzip else raw, content_type)) == (200, None)
    assert kept() == [("track", body)]


@pytest.mark.parametrize("path", ["batch", "b", "import"])
def test_a_batch_of_more_than_2500_is_refused(client, basic, path):
    assert told(post(client, f"/v1/{path}", {"batch": [{}] * 2_501}, **basic)) == (413, "too_large")
    assert not Arrival.objects.exists()


def test_a_retry_is_kept_as_it_comes(client, basic):
    """Which messages came before is found out by whoever takes them in."""
    for attempt in range(3):
        body = {"batch": [TRACK], "sentAt": f"2026-11-01T00:00:0{attempt}Z"}
        assert told(post(client, "/v1/batch", body, **basic, **{"X-Retry-Count": str(attempt)})) == (200, None)
    assert len(kept()) == 3


def test_single_messages_that_are_wrong_do_not_spoil_a_batch(client, basic):
    body = {"batch": [TRACK, 7, None, {"type": "nonsense"}, {"type": 5, "timestamp": "3026-99-99"}]}
    assert told(post(client, "/v1/batch", body, **basic)) == (200, None)
    assert kept() == [("batch", body)]


HOSTILE = {
    "no JSON": (b"a=b", 400),
    "nothing": (b"", 400),
    "deep": (b'{"batch":[' + b"[" * 100_000, 400),
    "nested": (b'{"batch":[' + b"[" * 600 + b"]" * 600 + b"]}", 400),
    "10 MB": (b'{"batch":["' + b"x" * 10_000_000 + b'"]}', 413),
    "bomb": (gzip.compress(b'{"batch":["' + b"x" * 50_000_000 + b'"]}'), 413),
    "half a gzip": (gzip.compress(b'{"batch":[]}')[:-5], 400),
    "a text": (b'"batch"', 400),
    "a number": (b"5", 400),
    "names": (json.dumps({"batch": [{"properties": {f"p{n}": n for n in range(10_000)}}]}).encode(), 413),
    "one too large": (json.dumps({"batch": [TRACK, {**TRACK, "event": "x" * 32_768}]}).encode(), 413),
}


@pytest.mark.parametrize("path", ["batch", "identify", "track", "page", "screen", "group", "alias", "t", "b"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_requests_get_a_clear_status_and_nothing_of_them_is_kept(client, basic, path, name):
    body, status = HOSTILE[name]
    answer = post(client, f"/v1/{path}", body, **basic)
    assert answer.status_code == status
    assert json.loads(answer.content)["message"]
    assert not Arrival.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Basic bm9ib2R5Og=="}, {"Authorization": "Basic ?"}, {"Authorization": "x" * 9000}],
)
def test_nobody_sends_without_a_key_that_is_known(client, web_shop, headers):
    assert told(post(client, "/v1/track", TRACK, **headers)) == (401, "unknown_key")
    assert told(post(client, "/v1/track", {**TRACK, "writeKey": "nobody"}, **headers)) == (401, "unknown_key")
    assert not Arrival.objects.exists()


def test_a_key_that_is_off_is_refused_until_it_is_on_again(client, web_shop, basic):
    for is_on, status in ((True, 200), (False, 401), (True, 200)):
        key_switch(key=web_shop, is_on=is_on)
        assert post(client, "/v1/track", TRACK, **basic).status_code == status
    assert len(kept()) == 2


def test_what_another_process_switched_off_is_refused_within_seconds(client, web_shop, basic, monkeypatch):
    assert post(client, "/v1/track", TRACK, **basic).status_code == 200
    WriteKey.objects.update(is_on=False)
    clock = known_keys.time.monotonic() + known_keys.KNOWN_SECONDS
    monkeypatch.setattr(known_keys.time, "monotonic", lambda: clock)
    assert post(client, "/v1/track", TRACK, **basic).status_code == 401


def test_a_request_is_one_insert(client, basic):
    post(client, "/v1/track", TRACK, **basic)
    with CaptureQueriesContext(connection) as asked:
        post(client, "/v1/track", TRACK, **basic)
    # A test is a transaction of its own, so that of the request is a savepoint here.
    first_words = [query["sql"].split()[0] for query in asked]
    assert [word for word in first_words if word not in ("SAVEPOINT", "RELEASE")] == ["INSERT"]


def test_trying_out_keys_does_not_fill_the_memory(client, web_shop, monkeypatch):
    monkeypatch.setattr(known_keys, "MOST", 5)
    for number in range(20):
        post(client, "/v1/track", {**TRACK, "writeKey": f"k{number}"})
    assert len(known_keys._known) <= 5


@pytest.mark.parametrize("key", ["k" * 65, "k" * 400_000, "k\u0000", "钥\n"])
def test_what_can_be_no_key_is_refused_without_being_asked_for_or_kept(client, web_shop, key):
    with CaptureQueriesContext(connection) as asked:
        assert post(client, "/v1/batch", {"batch": [TRACK], "writeKey": key}).status_code in (401, 413)
    assert not asked and not known_keys._known


@pytest.mark.parametrize("full", [{"CDP_LIVE_WAITING": 2}, {"CDP_LIVE_FREE_MB": 10**12}])
def test_who_finds_no_room_is_asked_to_come_again(client, basic, settings, full):
    for _ in range(3):
        assert post(client, "/v1/track", TRACK, **basic).status_code == 200
    for name, value in full.items():
        setattr(settings, name, value)
    accept.ROOM.due = 0.0
    answer = post(client, "/v1/track", TRACK, **basic)
    assert told(answer) == (503, "busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Access-Control-Expose-Headers"] == "Retry-After"
    assert len(kept()) == 3
    settings.CDP_LIVE_WAITING, settings.CDP_LIVE_FREE_MB = 50_000, 0
    accept.ROOM.due = 0.0
    assert post(client, "/v1/track", TRACK, **basic).status_code == 200


def locked(*arguments, **named):
    raise OperationalError("database is locked")


def test_a_database_that_cannot_be_written_to_is_a_503(client, basic, monkeypatch):
    assert post(client, "/v1/track", TRACK, **basic).status_code == 200
    with monkeypatch.context() as patched:
        patched.setattr(accept, "rows_write", locked)
        answer = post(client, "/v1/track", TRACK, **basic)
    assert told(answer) == (503, "busy")
    assert answer.headers["Retry-After"] == "2"
    assert len(kept()) == 1
    assert post(client, "/v1/track", TRACK, **basic).status_code == 200


def test_a_database_that_cannot_be_read_is_a_503(client, basic, monkeypatch):
    monkeypatch.setattr(accept, "key_id", locked)
    assert told(post(client, "/v1/track", TRACK, **basic)) == (503, "busy")


def test_other_methods_and_addresses_are_told_in_json(client, web_shop):
    for path in ("/v1/track", "/v1/batch"):
        answer = client.get(path)
        assert told(answer) == (405, "wrong_method")
        assert answer.headers["Allow"] == "POST, OPTIONS"
    for path in ("/v1/", "/v1/pixel", "/v1/a/b/c"):
        assert told(client.post(path)) == (404, "not_found")


def test_a_browser_may_ask_from_any_site_with_its_headers(client):
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    for path in ("/v1/t", "/v1/batch", "/v1/projects/k/settings"):
        headers = {**asked, "Access-Control-Request-Headers": "authorization,content-type,x-retry-count"}
        answer = client.options(path, headers=headers)
        assert answer.status_code == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "authorization" in answer.headers["Access-Control-Allow-Headers"]
        assert "x-retry-count" in answer.headers["Access-Control-Allow-Headers"]
    odd = client.options("/v1/t", headers={**asked, "Access-Control-Request-Headers": "x: y; \\"})
    assert odd.headers["Access-Control-Allow-Headers"] == "authorization, content-type"


def test_a_page_is_told_to_send_here(client, web_shop):
    for path in ("/v1/projects/", "/projects/"):
        answer = client.get(f"{path}{web_shop.key}/settings", headers={"Host": "cdp.example:8000"})
        assert told(answer) == (200, None)
        here = json.loads(answer.content)["integrations"]["Segment.io"]
        assert (here["protocol"], here["apiHost"]) == ("http", "cdp.example:8000/v1")
        assert here["apiKey"] == web_shop.key
        assert told(client.get(f"{path}nobody/settings")) == (404, "unknown_key")


def test_nobody_is_logged_in_by_sending_and_cookies_do_not_matter(client, basic, analyst):
    client.force_login(analyst)
    answer = post(client, "/v1/track", TRACK, **basic, Origin="https://elsewhere.example")
    assert told(answer) == (200, None)
    assert not answer.cookies


def test_counting_what_waits_reads_no_bodies(web_shop):
    """The table is large, and its index of what waits is small."""
    if connection.vendor != "sqlite":
        pytest.skip("small tables are scanned by PostgreSQL")
    with CaptureQueriesContext(connection) as asked:
        accept.ROOM.check()
    counting = next(query["sql"] for query in asked if "live_arrival" in query["sql"])
    with connection.cursor() as cursor:
        plan = str(cursor.execute(f"EXPLAIN QUERY PLAN {counting}").fetchall())
    assert "USING" in plan and "arrival_waiting" in plan

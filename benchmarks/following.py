"""How long it takes from sending an event until the profile API tells a tag that follows from it, while two hundred
events a second of others arrive."""

import json
import random
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from threading import Event, Thread
from typing import Any
from uuid import uuid4

TAGS = 300
PROBE = "probe"
EVENTS_PER_SECOND = 200
TURNS_PER_SECOND = 10
PROBES = 60
PAUSE = 0.4
LOOK_AGAIN = 0.02
MOST_SECONDS = 20
Message = Callable[[int], dict[str, Any]]


def followed(port: int, key: str, message: Message, others: int) -> dict[str, Any]:
    """`message(number)` is an event of the user `number`; of the first `others` are the two hundred a second."""
    _tags_make()
    _refreshed()
    headers = {"Authorization": f"Bearer {_api_key()}"}
    stop = Event()
    sender = Thread(target=_send_others, args=(port, key, message, others, stop))
    sender.start()
    try:
        # Half of them have never done anything before, the others once.
        users = [f"probe-{number % (PROBES // 2)}" for number in range(PROBES)]
        seconds = [_probe(port, key, headers, {**message(0), "userId": user}) for user in users]
    finally:
        stop.set()
        sender.join()
    seconds.sort()
    return {
        "event_to_tag_p50_s": round(seconds[len(seconds) // 2], 2),
        "event_to_tag_p95_s": round(seconds[int(len(seconds) * 0.95)], 2),
        "event_to_tag_max_s": round(seconds[-1], 2),
        "event_to_tag_tags": TAGS,
    }


def _tags_make() -> None:
    from django.contrib.auth.models import User

    from benchmarks.tags_many import tags_make
    from benchmarks.tags_world import kinds_register
    from tags.services import tag_publish, tag_save

    kinds_register()
    tags_make(TAGS - 1)
    measure = {"event": "purchase", "agg": "count", "window": "ever"}
    actor = User.objects.get(username="bench")
    definition = {"v": 1, "measure": measure}
    tag = tag_save(slug=PROBE, kind="measure", definition=definition, actor=actor, names={"en": PROBE})
    tag_publish(tag=tag, actor=actor)


def _refreshed() -> None:
    from cdp.ledger.services import job_run
    from segments.models import Refresh
    from segments.refresh import refresh_create, refresh_run

    refresh = refresh_create()
    job_run(Refresh, refresh.pk, refresh_run)
    refresh.refresh_from_db()
    assert refresh.state == "done", refresh.problems


def _api_key() -> str:
    from django.contrib.auth.models import User

    from cdp.access.keys import KeyScope, key_create

    scope = KeyScope(all_attributes=True, all_tags=True, all_segments=True, lookups=["app_user"])
    return key_create(name="bench", scope=scope, actor=User.objects.get(username="bench"))[1]


def _send_others(port: int, key: str, message: Message, others: int, stop: Event) -> None:
    dice, began, turn = random.Random(1), time.monotonic(), 0
    while not stop.is_set():
        _send(port, key, [message(dice.randrange(others)) for _ in range(EVENTS_PER_SECOND // TURNS_PER_SECOND)])
        turn += 1
        stop.wait(max(0.0, began + turn / TURNS_PER_SECOND - time.monotonic()))


def _send(port: int, key: str, messages: list[dict[str, Any]]) -> None:
    body = json.dumps(
        {"batch": [{**one, "messageId": uuid4().hex, "timestamp": None} for one in messages]}
    ).encode()
    basic = b64encode(f"{key}:".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": f"Basic {basic}"}
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("POST", "/v1/batch", body, headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status


def _probe(port: int, key: str, headers: dict[str, str], message: dict[str, Any]) -> float:
    """Seconds until the number of the probe tag is one more than before. 404 for somebody who is new."""
    path = f"/api/profiles/by/app_user/{message['userId']}"
    before = _number(port, headers, path)
    time.sleep(PAUSE)
    began = time.monotonic()
    _send(port, key, [message])
    while _number(port, headers, path) != before + 1:
        assert time.monotonic() < began + MOST_SECONDS, f"{path} does not follow"
        time.sleep(LOOK_AGAIN)
    return time.monotonic() - began


def _number(port: int, headers: dict[str, str], path: str) -> float:
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
    if answer.status == 404:
        return 0
    assert answer.status == 200, body
    told = {one["tag"]: one["number"] for one in json.loads(body)["tags"]}
    return float(told.get(PROBE) or 0)

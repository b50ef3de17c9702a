"""Batches of an SDK's shape sent to a running product, beside a bare loop that inserts the same JSON into SQLite.

Both answer for what they took: the loop has SQLite wait for the disk at each commit (synchronous=FULL), as the
product does. `BENCH_SECONDS` is how long each turn of three takes.
"""

import http.client
import itertools
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any

from benchmarks.following import followed
from benchmarks.place import place, prepare

SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
ROUNDS = 3
SENDERS = 8
BATCH = 100
USERS = 10_000
MARK = b"mark-of-the-batch"
SETTLE_SECONDS = 60
ROOT = Path(__file__).resolve().parents[1]


def run() -> dict[str, Any]:
    shutil.rmtree(place("ingest"), ignore_errors=True)
    folder = prepare("ingest")
    key = made_key()
    port = free_port()
    process = started(port)
    try:
        worker_wait(folder)
        sent(port, key, seconds=1)  # code is loaded by the first request of each kind
        rounds = [one_round(folder, port, key) for _ in range(ROUNDS)]
        settled(folder)
        following = followed(port, key, message, USERS)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
    times = sorted(itertools.chain.from_iterable(times for times, _ in rounds))
    ours = median(BATCH * len(times) / SECONDS for times, _ in rounds)
    bare = median(BATCH * count / SECONDS for _, count in rounds)
    return {
        "ratio": round(ours / bare, 2),
        "events_per_second": round(ours),
        "bare_events_per_second": round(bare),
        "p50_ms": round(1000 * times[len(times) // 2], 1),
        "p99_ms": round(1000 * times[int(len(times) * 0.99)], 1),
        "batches": len(times),
        "bytes_a_batch": len(next(bodies())),
        **following,
    }


def one_round(folder: Path, port: int, key: str) -> tuple[list[float], int]:
    """What one turn of each took: seconds of every batch, and the batches of the bare loop."""
    settled(folder)
    bare = bare_loop(folder / "bare.sqlite3")
    return sent(port, key), bare


def bodies() -> Iterator[bytes]:
    """Batches as segment-analytics-python writes them; no message has the id of another."""
    templates = written_templates()
    for number in itertools.count():
        yield templates[number % len(templates)].replace(MARK, uuid.uuid4().hex.encode())


@cache
def written_templates() -> list[bytes]:
    """Written beforehand: a client that is busy writing JSON would measure itself."""
    batches = [[message(BATCH * number + place) for place in range(BATCH)] for number in range(100)]
    sent_at = "2026-11-29T12:07:33.893000+00:00"
    return [json.dumps({"batch": batch, "sentAt": sent_at}).encode() for batch in batches]


def message(number: int) -> dict[str, Any]:
    return {
        "integrations": {},
        "anonymousId": None,
        "timestamp": "2026-11-29T12:07:33.893000+00:00",
        "context": {"library": {"name": "analytics-python", "version": "2.4.0"}, "page": {"path": "/tea/longjing"}},
        "userId": f"member-{number * 7919 % USERS}",
        "type": "track",
        "event": "purchase",
        "properties": {"amount": number % 1000 / 10, "category": f"类目{number % 40}", "quantity": 1 + number % 5},
        "messageId": f"{MARK.decode()}-{number}",
    }


def sent(port: int, key: str, seconds: float = SECONDS) -> list[float]:
    """Seconds of each batch that was answered with 200 in that time, from several senders at a time."""
    until = time.monotonic() + seconds
    times: list[float] = []
    refused: list[int] = []

    def send() -> None:
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Basic {b64encode(f'{key}:'.encode()).decode()}",
        }
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            for body in bodies():
                began = time.perf_counter()
                connection.request("POST", "/v1/batch", body, headers)
                answer = connection.getresponse()
                answer.read()
                if time.monotonic() > until:
                    return
                (times if answer.status == 200 else refused).append(time.perf_counter() - began)

    senders = [Thread(target=send) for _ in range(SENDERS)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert not refused, f"{len(refused)} batches were not taken"
    return times


def bare_loop(file: Path) -> int:
    """How many batches one connection commits within `SECONDS`."""
    for name in (file, *file.parent.glob(f"{file.name}-*")):
        name.unlink(missing_ok=True)
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=8192"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("CREATE TABLE arrival (id INTEGER PRIMARY KEY, body BLOB)")
        until = time.monotonic() + SECONDS
        for count, body in enumerate(bodies()):
            database.execute("BEGIN IMMEDIATE")
            database.execute("INSERT INTO arrival (body) VALUES (?)", (body,))
            database.execute("COMMIT")
            if time.monotonic() > until:
                return count
    raise AssertionError


def settled(folder: Path) -> None:
    """Until what was sent before is taken in, so that the bare loop has the machine to itself."""
    until = time.monotonic() + SETTLE_SECONDS
    with closing(sqlite3.connect(folder / "quanxi.sqlite3", timeout=20)) as database:
        waiting = "SELECT count(*) FROM live_arrival WHERE flush_id IS NULL"
        while database.execute(waiting).fetchone()[0] and time.monotonic() < until:
            time.sleep(1)


def worker_wait(folder: Path) -> None:
    """The worker is running too, and done with loading its code."""
    log, until = folder / "logs" / "worker.log", time.monotonic() + 120
    while not (log.exists() and " ready." in log.read_text()):
        assert time.monotonic() < until, "the worker did not start"
        time.sleep(0.2)


def made_key() -> str:
    from cdp.live.services import key_create
    from cdp.sources.services import source_save

    return key_create(source=source_save(slug="bench", names={"en": "Benchmark"}, channel="web")).key


def started(port: int) -> subprocess.Popen[str]:
    """All that `make up` starts."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "up", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"CDP_DEMO": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    for line in process.stdout:
        if "Ctrl-C stops everything" in line:
            break
    else:
        raise AssertionError("the product did not start")
    Thread(target=drain, args=(process.stdout.read,), daemon=True).start()
    return process


def drain(read: Callable[[], str]) -> None:
    read()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

"""The profile API over loopback, on the web server `make up` runs, by turns with a view that returns a constant."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from benchmarks.memory import resident_mib
from benchmarks.spread import percentile_ms

HOST = "127.0.0.1"
TURNS = 3
ONE_BY_ONE = 600
# Connections that ask at the same time, and how often they ask together in a turn.
CLIENTS, TOGETHER = 4, 1000


def served(folder: Path, expected: dict[str, tuple[int, int]]) -> dict[str, Any]:
    """`expected`: a phone → how many tags and segments its owner has. p95 of one client that asks without a pause;
    requests a second of several, medians of three turns."""
    headers = {"Authorization": f"Bearer {_key_made()}"}
    paths = {f"/api/profiles/by/phone/{quote(phone)}": told for phone, told in expected.items()}
    with _server(folder) as (port, process):
        _check(port, headers, paths)
        asked = list(paths)
        seconds = _one_by_one(port, headers, (asked * ONE_BY_ONE)[:ONE_BY_ONE])
        turns = [
            (_per_second(port, headers, asked), _per_second(port, headers, ["/constant"])) for _turn in range(TURNS)
        ]
        resident = round(resident_mib(_worker_of(process)))
    endpoint, constant = (median(figures) for figures in zip(*turns, strict=True))
    return {
        "endpoint_p50_ms": percentile_ms(seconds, 50),
        "endpoint_p95_ms": percentile_ms(seconds, 95),
        "endpoint_per_s": round(endpoint),
        "constant_per_s": round(constant),
        "endpoint_ratio": round(endpoint / constant, 3),
        "endpoint_resident_mib": resident,
    }


def _key_made() -> str:
    from django.contrib.auth.models import User

    from cdp.access.keys import KeyScope, key_create

    scope = KeyScope(
        all_attributes=True, all_tags=True, all_segments=True, lookups=["phone"], shows_identifiers=True
    )
    return key_create(name="bench", scope=scope, actor=User.objects.get(username="bench"))[1]


@contextmanager
def _server(folder: Path) -> Iterator[tuple[int, int]]:
    """The port of a running web server, and its process."""
    from cdp.running.answers import web_answers
    from cdp.running.programs import web

    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "CDP_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "benchmarks.served_settings",
        "LOG_LEVEL": "WARNING",
    }
    with (folder / "web.txt").open("w") as said:
        process = subprocess.Popen(web(HOST, port).command, env=environment, stdout=said, stderr=said)
    try:
        until = time.monotonic() + 60
        while not web_answers(HOST, port, HOST):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the web server does not answer: {(folder / 'web.txt').read_text()}")
            time.sleep(0.2)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def _worker_of(process: int) -> str:
    """The process that answers: the server's own only starts it."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return max(children, key=resident_mib, default=str(process))


def _check(port: int, headers: dict[str, str], paths: dict[str, tuple[int, int]]) -> None:
    """All of them, which also warms every thread of the server."""
    for path, told in paths.items():
        found = json.loads(_answer(_connection(port), path, headers))
        if (len(found["tags"]), len(found["segments"])) != told or len(found["identifiers"]) != 1:
            raise AssertionError(f"{path} is told something else than {told} tags and segments")


def _one_by_one(port: int, headers: dict[str, str], paths: list[str]) -> list[float]:
    connection, seconds = _connection(port), []
    for path in paths:
        started = time.perf_counter()
        _answer(connection, path, headers)
        seconds.append(time.perf_counter() - started)
    return seconds


def _per_second(port: int, headers: dict[str, str], paths: list[str]) -> float:
    each = TOGETHER // CLIENTS
    shares = [list(islice(paths * (each + 1), client, client + each)) for client in range(CLIENTS)]
    started = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        asked = sum(len(done) for done in clients.map(lambda share: _one_by_one(port, headers, share), shares))
    return asked / (time.perf_counter() - started)


def _connection(port: int) -> HTTPConnection:
    return HTTPConnection(HOST, port, timeout=30)


def _answer(connection: HTTPConnection, path: str, headers: dict[str, str]) -> bytes:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise AssertionError(f"{path} answers {answer.status}: {body[:200]!r}")
    return body

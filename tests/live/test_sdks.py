"""The SDKs people have, against a running server that is killed, started again, and for a while cannot write.

All send at the same time: each of them one message of each kind while all is well, while there is no server, and
while the database belongs to somebody else. Needs `sh scripts/sdks`.
"""

import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from cdp.live.durable import LOCK_SECONDS
from cdp.live.services import key_create
from cdp.sources.services import source_save
from tests.live.server import Server
from tests.running.system import ROOT, wait_until

pytestmark = pytest.mark.django_db
SDKS = ROOT / ".sdks"
CLIENTS = ROOT / "tests" / "live" / "sdks"
PYTHON = ("segment-analytics-python", "analytics-python", "rudder-sdk-python")
NODE = ("@segment/analytics-node", "@rudderstack/rudder-sdk-node")
BROWSER = "@segment/analytics-next"
NAMES = (*PYTHON, *NODE, BROWSER)
TYPES = ("identify", "track", "page", "screen", "group", "alias")
LINES = ("calm", "killed", "locked")


class Sender:
    """A program that uses one SDK, and sends when it is told a line."""

    def __init__(self, name: str, host: str, key: str) -> None:
        self.name = name
        self.log = (SDKS / f"{name.rpartition('/')[2]}.log").open("w+")
        self.process = subprocess.Popen(
            [*self._program(), host, key],
            cwd=SDKS / "node",
            env=self._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )

    def _program(self) -> list[str]:
        if self.name in PYTHON:
            return [sys.executable, str(CLIENTS / "client.py"), self.name]
        if self.name in NODE:
            return [str(SDKS / "bin" / "node"), str(CLIENTS / "client.mjs"), self.name]
        folder = SDKS / "node" / "node_modules" / BROWSER / "dist" / "umd"
        return [sys.executable, str(CLIENTS / "browser.py"), str(folder)]

    def _environment(self) -> dict[str, str]:
        return os.environ | ({"PYTHONPATH": str(SDKS / self.name)} if self.name in PYTHON else {})

    def send(self, line: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def wait_sent(self) -> None:
        assert self.process.stdout
        assert self.process.stdout.readline() == "sent\n", self.said()

    def said(self) -> str:
        self.log.seek(0)
        return f"{self.name}: {self.log.read()}"

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()
        self.log.close()


def mark(message: dict) -> str:
    """Which of the messages it is."""
    if message["type"] == "alias":
        return message["previousId"]
    places = (message.get("properties"), message.get("traits"), message.get("context", {}).get("traits"))
    return next(place["mark"] for place in places if place and "mark" in place)


def expected(name: str, line: str) -> set[str]:
    return {f"{name}-{line}-{kind}" for kind in TYPES}


@pytest.fixture(scope="module")
def server(tmp_path_factory, django_db_setup, django_db_blocker) -> Iterator[tuple[Server, str]]:
    assert (SDKS / ".installed").exists(), "first: sh scripts/sdks"
    server = Server(tmp_path_factory.mktemp("live") / "data")
    with django_db_blocker.unblock():
        source = source_save(slug="sdks", names={"en": "SDKs"}, channel="web")
        key = key_create(source=source, name="SDKs")
        try:
            server.tables_make(source, key)
        finally:
            key.delete()
            source.delete()
    yield server, key.key
    server.kill()


@pytest.fixture(scope="module")
def arrived(server) -> list[dict]:
    running, key = server
    senders = [Sender(name, running.url, key) for name in NAMES]

    def send_all(line: str) -> None:
        for sender in senders:
            sender.send(line)
        for sender in senders:
            sender.wait_sent()

    def wait_for(line: str) -> None:
        wanted = set().union(*(expected(name, line) for name in NAMES))
        missing = wanted

        def all_there() -> bool:
            nonlocal missing
            missing = wanted - {mark(message) for message in running.messages()}
            return not missing

        try:
            wait_until(all_there, 60)
        except AssertionError:
            raise AssertionError(f"{sorted(missing)}\n" + "\n".join(sender.said() for sender in senders))

    try:
        running.start()
        send_all("calm")
        wait_for("calm")
        running.kill()
        send_all("killed")
        time.sleep(1)
        running.start()
        wait_for("killed")
        send_all_while_locked(running, lambda: send_all("locked"))
        wait_for("locked")
        assert "were not kept" in running.log.read_text(), "nobody was told to come again"
    finally:
        for sender in senders:
            sender.close()
    return running.messages()


def send_all_while_locked(running: Server, send: Callable[[], None]) -> None:
    somebody = Thread(target=running.locked_for, args=(LOCK_SECONDS + 1.5,))
    somebody.start()
    time.sleep(0.3)
    send()
    somebody.join()


@pytest.mark.parametrize("name", NAMES)
def test_every_message_of_an_sdk_arrives_once(arrived, name):
    ids = defaultdict(set)
    for message in arrived:
        if mark(message).startswith(f"{name}-"):
            ids[mark(message)].add(message["messageId"])
    assert set(ids) == set().union(*(expected(name, line) for line in LINES))
    assert all(len(same) == 1 for same in ids.values()), "a retry keeps its messageId"

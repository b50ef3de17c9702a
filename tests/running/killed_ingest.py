"""Beside a running system: send events as an SDK does, again and again until they are accepted, kill the web server
and the program that takes in with -9 meanwhile, and count in the end what everybody sees.

`python -m tests.running.killed_ingest DATA PORT KILLS SEED` prints one JSON object on its last line.
"""

import base64
import json
import os
import random
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import django

BATCH, PEOPLE = 20, 40
MOST_SECONDS = 60


def main(data: Path, port: int, kills: int, seed: int) -> None:
    django.setup()
    from cdp.live import flushing
    from cdp.live.services import key_create
    from cdp.sources.services import source_save

    source = source_save(slug="site", names={"en": "Site"}, channel="web")
    sender = Sender(port, key_create(source=source).key)
    dice = random.Random(seed)
    threading.Thread(target=sender.run, daemon=True).start()
    killed = []
    for _ in range(kills):
        time.sleep(dice.uniform(0.2, 2.5))
        killed.append(kill(data, dice.choice(("web", "live", "live"))))
        time.sleep(dice.uniform(0.5, 1.5))
    sender.stop()
    settle(flushing)
    sys.stdout.write(json.dumps({"killed": killed, "tries": sender.tries, **outcome(sender)}) + "\n")


class Sender:
    """Sends a batch, and the same one again until it is answered with 200."""

    def __init__(self, port: int, key: str):
        self.port, self.sent, self.tries = port, 0, 0
        self.headers = {
            "Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode(),
            "Content-Type": "application/json",
        }
        self.stopped, self.ended = threading.Event(), threading.Event()

    def run(self) -> None:
        while not self.stopped.is_set():
            messages = [self.message(self.sent + n) for n in range(BATCH)]
            while not self.post({"batch": messages, "sentAt": datetime.now(UTC).isoformat()}):
                time.sleep(0.1)
            self.sent += BATCH
            time.sleep(0.02)
        self.ended.set()

    def message(self, number: int) -> dict[str, Any]:
        who = f"u{number % PEOPLE}"
        own = {"messageId": f"m{number}", "userId": who, "timestamp": datetime.now(UTC).isoformat()}
        if number % 50 == 0:
            return {**own, "type": "identify", "traits": {"plan": f"p{number}", "email": f"{who}@example.com"}}
        return {**own, "type": "track", "event": "Bought", "properties": {"number": number}}

    def post(self, body: dict[str, Any]) -> bool:
        self.tries += 1
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("POST", "/v1/batch", json.dumps(body), self.headers)
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        self.stopped.set()
        assert self.ended.wait(MOST_SECONDS), "the last batch is not accepted"


def kill(data: Path, program: str) -> str:
    """One that is killed again and again is started again after longer and longer pauses."""
    until = time.monotonic() + MOST_SECONDS
    while True:
        try:
            os.kill(int((data / "run" / f"{program}.pid").read_text()), signal.SIGKILL)
            return program
        except (OSError, ValueError):
            assert time.monotonic() < until, f"{program} is not started again"
            time.sleep(0.1)


def settle(flushing: Any) -> None:
    """The program itself has to take in what is left; then it is flushed here, as a refresh would."""
    from cdp.live.draining import arrivals_drain
    from cdp.live.taking import arrivals_waiting

    until = time.monotonic() + MOST_SECONDS
    while arrivals_waiting().exists():
        assert time.monotonic() < until, "what arrived is not taken in"
        time.sleep(0.2)
    arrivals_drain()


def outcome(sender: Sender) -> dict[str, Any]:
    from cdp.identity.models import Identifier
    from cdp.live.models import Arrival, HotEvent
    from cdp.store.lake import snapshot
    from cdp.store.models import Customer

    with snapshot() as lake:
        events = lake.tables.events
        rows = lake.frame(events.filter(events.event == "bought").select("number", "customer_id"))
    numbers = sorted(int(number) for number in rows["number"].to_pylist())
    users = dict(Identifier.objects.filter(type="app_user").values_list("origin", "value"))
    roots = dict(Customer.objects.values_list("pk", "merged_into"))
    owner = {roots[origin] or origin: value for origin, value in users.items()}
    pairs = zip(rows["number"].to_pylist(), rows["customer_id"].to_pylist(), strict=True)
    return {
        "sent": sender.sent,
        "missing": sorted(set(expected(sender.sent)) - set(numbers))[:20],
        "twice": len(numbers) - len(set(numbers)),
        "wrong": sum(owner[customer] != f"u{int(number) % PEOPLE}" for number, customer in pairs),
        "customers": len(owner),
        "left": Arrival.objects.count() + HotEvent.objects.count(),
    }


def expected(sent: int) -> list[int]:
    return [number for number in range(sent) if number % 50]


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(int(argument) for argument in sys.argv[2:]))

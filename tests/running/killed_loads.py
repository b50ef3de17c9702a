"""Beside a running system: bring files in over the web, kill its web server and worker with -9 meanwhile, and look
at what the events show all the time.

`python -m tests.running.killed_loads DATA PORT KILLS SEED` prints one JSON object on its last line.
"""

import json
import os
import random
import signal
import sys
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import django

ROWS, PEOPLE = 20_000, 4_000
# Of a hundred; what comes after is too short to be hit.
LAST_KILL = 65
MOST_SECONDS = 120
MAPPING = {
    "kind": "events",
    "name": "purchase",
    "time": "time",
    "key": "order",
    "identifiers": {"phone": "phone", "member_no": "member"},
    "attributes": {"city": "city"},
    "properties": {"amount": {"column": "amount", "kind": "money"}},
}


def main(data: Path, port: int, kills: int, seed: int) -> None:
    django.setup()
    dice, web = random.Random(seed), Web(port)
    # The last file is left in peace.
    moments = [Moment(dice.randint(0, LAST_KILL), dice.uniform(0, 0.2), dice.uniform(0, 0.3)) for _ in range(kills)]
    rounds = [Round(web, data, number).run(moment) for number, moment in enumerate([*moments, None])]
    sys.stdout.write(json.dumps(rounds) + "\n")


@dataclass(frozen=True)
class Moment:
    """When to kill: at so many per cent of the load and seconds more; and the web server in the upload before."""

    percent: int
    and_then: float
    in_upload: float


class Web:
    """Somebody who is signed in, and asks again when the server is gone."""

    def __init__(self, port: int):
        from importlib import import_module

        from django.conf import settings
        from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
        from django.contrib.auth.models import User

        user = User.objects.create_superuser("keeper")
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session.create()
        self.port, self.token = port, "t" * 32
        self.cookies = f"sessionid={session.session_key}; csrftoken={self.token}"

    def post(self, path: str, body: bytes = b"", kind: str = "application/x-www-form-urlencoded") -> str:
        """Where the answer leads. What was cut off is sent again, as a person would."""
        until = time.monotonic() + MOST_SECONDS
        while True:
            try:
                return self._once(path, body, kind)
            except (OSError, HTTPException):
                assert time.monotonic() < until, path
                time.sleep(0.2)

    def _once(self, path: str, body: bytes, kind: str) -> str:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": self.cookies, "Content-Type": kind, "X-CSRFToken": self.token}
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 302, (path, answer.status, text[:2000])
        return answer.headers["Location"]

    def upload(self, name: str, text: str) -> int:
        parts = [
            f'--cut\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
            for field, value in (("source", "+"), ("name", "orders"), ("channel", ""), ("preset", ""))
        ]
        parts.append(f'--cut\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n')
        parts.append(f"Content-Type: text/csv\r\n\r\n{text}\r\n--cut--\r\n")
        place = self.post("/data/upload/", "".join(parts).encode(), "multipart/form-data; boundary=cut")
        return int(place.split("/data/upload/")[1].split("/")[0])


class Round:
    """One file of orders that no other file has, by people all files share."""

    def __init__(self, web: Web, data: Path, number: int):
        self.web, self.data, self.number = web, data, number
        self.before, self.seen = shown(), set()

    def text(self) -> str:
        lines = ["order,phone,member,city,time,amount"]
        for row in range(ROWS):
            who = (row * 7 + self.number) % PEOPLE
            time_of = f"2026-0{1 + row % 9}-1{row % 10} 10:00:00"
            order = self.number * ROWS + row
            lines.append(f"{order},{13_900_000_000 + who},{who},城市{self.number},{time_of},{row % 100}.25")
        return "\n".join(lines)

    def run(self, moment: Moment | None) -> dict[str, Any]:
        from cdp.sources.models import LoadStage, Source, Upload
        from cdp.sources.services import load_now, source_save

        if moment:
            threading.Timer(moment.in_upload, self.kill, ["web"]).start()
        upload = Upload.objects.get(pk=self.web.upload(f"orders-{self.number}.csv", self.text()))
        source = Source.objects.filter(slug="orders").first() or source_save(slug="orders", mapping=MAPPING)
        check = load_now(source=source, upload=upload, mapping=MAPPING, stage=LoadStage.CHECK, by=None)
        assert check.count("events") == ROWS, check.problems
        load = int(self.web.post(f"/data/loads/{check.pk}/write/").rstrip("/").rsplit("/", 1)[1])
        return self.watch(load, moment)

    def watch(self, pk: int, moment: Moment | None) -> dict[str, Any]:
        from cdp.ledger.models import JobState
        from cdp.sources.models import Load

        until = time.monotonic() + MOST_SECONDS
        load, in_the_middle, look = Load.objects.get(pk=pk), False, 0.0
        while load.is_open and time.monotonic() < until:
            load.refresh_from_db()
            if moment and load.state == JobState.RUNNING and load.percent >= moment.percent:
                time.sleep(moment.and_then)
                self.kill("web", "worker")
                in_the_middle, moment = True, None
            time.sleep(0.01)
            # Looking all the time would leave nothing of a small machine to the load.
            if time.monotonic() > look:
                self.seen.add(shown())
                look = time.monotonic() + 0.1
        return {
            "state": load.state,
            "attempts": load.attempts,
            "killed": in_the_middle,
            "halves": [one for one in self.seen if one not in (self.before, self.expected())],
            "right": shown() == self.expected(),
            "twice": Load.objects.filter(upload=load.upload, stage="write").count() - 1,
        }

    def expected(self) -> tuple[int, int, str]:
        """Worked out from what the files say."""
        files = self.number + 1
        return (files * ROWS, PEOPLE, f"{files * sum(row % 100 + 0.25 for row in range(ROWS)):.2f}")

    def kill(self, *names: str) -> None:
        for name in names:
            os.kill(int((self.data / "run" / f"{name}.pid").read_text()), signal.SIGKILL)


def shown() -> tuple[int, int, str]:
    """How many different events there are, of how many people, for how much money in all."""
    from cdp.store.lake import snapshot

    with snapshot() as lake:
        table = lake.tables.events
        if "amount" not in table.columns:
            return (0, 0, "0.00")
        columns = {
            "events": table.count(),
            "ids": table.event_id.nunique(),
            "people": table.customer_id.nunique(),
            "amount": table.amount.sum(),
        }
        found = lake.frame(table.aggregate(**columns)).to_pylist()[0]
    # An event that is there twice counts as wrong, whatever else is right.
    return (found["ids"] if found["ids"] == found["events"] else -1, found["people"], f"{found['amount'] or 0:.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))

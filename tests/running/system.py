"""`manage.py up`, really started: in a data folder of its own, on a free port."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]


def own_broker() -> dict[str, str]:
    """Two systems of two test processes on one Redis would take each other's jobs: each process has a database."""
    url = os.environ.get("CELERY_BROKER_URL", "")
    if not url.startswith("redis://"):
        return {}
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return {"CELERY_BROKER_URL": f"{url.rpartition('/')[0]}/{10 + number % 6}"}


class System:
    def __init__(self, data: Path, database_url: str = "") -> None:
        self.data, self.port = data, free_port()
        self.database_url = database_url
        self.process: subprocess.Popen[str] | None = None
        self.output = data.parent / "up.txt"

    @property
    def environment(self) -> dict[str, str]:
        own = {"CDP_DATA": str(self.data), "CDP_LAKE": "", "CDP_DEMO": "0", "CDP_LOST_AFTER": "4"}
        own |= {"DJANGO_SETTINGS_MODULE": "tests.running.settings", "DATABASE_URL": self.database_url}
        return os.environ | own | own_broker()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "manage.py", *arguments]
        return subprocess.run(line, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120)

    def start(self) -> float:
        """Start and wait for the greeting; returns the seconds that took."""
        began = time.monotonic()
        with self.output.open("w") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=stream,
                stderr=subprocess.STDOUT,
                text=True,
            )
        wait_until(lambda: "Ctrl-C stops everything" in self.said() or self.process.poll() is not None, 240)
        assert self.process.poll() is None, self.said()
        return time.monotonic() - began

    def said(self) -> str:
        return self.output.read_text()

    def pids(self) -> dict[str, int]:
        """Of the programs that run; one whose file is just being written does not yet."""
        written = {file.stem: file.read_text() for file in (self.data / "run").glob("*.pid")}
        return {name: int(text) for name, text in written.items() if text}

    def get(self, path: str) -> Any:
        return urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20)

    def nap(self, seconds: float) -> int:
        """Ask for a job that takes so many seconds; returns its id."""
        url = f"http://127.0.0.1:{self.port}/naps"
        return json.load(urlopen(url, data=urlencode({"seconds": seconds}).encode(), timeout=20))["id"]

    def job(self, pk: int) -> dict[str, Any]:
        return json.load(self.get(f"/naps/{pk}"))

    def wait_for_state(self, pk: int, state: str, seconds: float = 90) -> dict[str, Any]:
        wait_until(lambda: self.job(pk)["state"] == state, seconds)
        return self.job(pk)

    def press_ctrl_c(self) -> int:
        """Interrupt as the terminal would; returns the exit code."""
        assert self.process
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def close(self) -> None:
        if self.process and self.process.poll() is None:
            self.press_ctrl_c()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def group_is_gone(pid: int) -> bool:
    """Whether no process is left of the group that `pid` led."""
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return True
    return False


def wait_until(true: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.1)

"""The web program alone, really started, on a database of its own; killed and started again as tests want it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core import serializers
from django.db import connection
from django.db.models import Model

from cdp.running import programs
from cdp.running.answers import web_answers
from tests.running.system import ROOT, free_port, wait_until


class Server:
    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.database = data / "quanxi.sqlite3"
        self.log = data / "web.log"
        self.process: subprocess.Popen[bytes] | None = None
        data.mkdir()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        own = {"CDP_DATA": str(self.data), "CDP_LAKE": "", "DATABASE_URL": ""}
        return os.environ | own | {"DJANGO_SETTINGS_MODULE": "tests.live.settings"}

    def tables_make(self, *rows: Model) -> None:
        """What the test's own database has; where that is none of SQLite's, of the rows only these."""
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            with closing(sqlite3.connect(self.database)) as copy:
                connection.connection.backup(copy)
            return
        line = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(line, cwd=ROOT, env=self.environment, check=True)
        file = self.data / "rows.json"
        file.write_text(serializers.serialize("json", rows))
        line = [sys.executable, "manage.py", "loaddata", str(file), "--verbosity", "0"]
        subprocess.run(line, cwd=ROOT, env=self.environment, check=True)

    def start(self) -> None:
        with self.log.open("ab") as stream:
            self.process = subprocess.Popen(
                programs.web("127.0.0.1", self.port).command,
                cwd=ROOT,
                env=self.environment,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(lambda: web_answers("127.0.0.1", self.port, "localhost"), 60)

    def kill(self) -> None:
        """As when power fails: nobody is asked."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def messages(self) -> list[dict[str, Any]]:
        """All that was kept, retries too, in the order it came."""
        with closing(sqlite3.connect(self.database, timeout=20)) as database:
            rows = database.execute("SELECT kind, body FROM live_arrival ORDER BY id").fetchall()
        found = []
        for kind, body in rows:
            told = json.loads(body)
            found += told["batch"] if kind == "batch" else [{"type": kind, **told}]
        return found

    def locked_for(self, seconds: float) -> None:
        """Somebody else writes so long."""
        with closing(sqlite3.connect(self.database, timeout=20, isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            database.execute("ROLLBACK")

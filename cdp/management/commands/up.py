import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from shutil import rmtree

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from cdp.access.accounts import DEMO_PASSWORD, demo_accounts_open, groups_ensure
from cdp.errors import UserError
from cdp.running import programs
from cdp.running.answers import broker_answers, port_is_free, web_answers
from cdp.running.prepare import database_prepare, messages_prepare, static_prepare, world_is_empty
from cdp.running.supervisor import StartFailed, Supervisor
from cdp.settings import env

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Command(BaseCommand):
    help = "Start everything this machine runs: database, web, worker, schedule, broker. Ctrl-C stops it."

    def add_arguments(self, parser):
        parser.add_argument("--host", default=env.text("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=env.number("PORT", 8000))

    def handle(self, *, host: str, port: int, **options):
        began = time.monotonic()
        if not port_is_free(host, port):
            raise CommandError(f"Port {port} is in use. Choose another: PORT={port + 1} make up")
        with self._alone():
            self._prepare()
            supervisor = Supervisor(Path(settings.CDP_DATA), self._say)
            try:
                if self._start(supervisor, host, port):
                    self._greet(host, port, time.monotonic() - began)
                    supervisor.watch()
            except (StartFailed, UserError) as error:
                raise CommandError(str(error)) from error
            finally:
                supervisor.stop()
                self._socket_folder_remove()
        self._say("Stopped. Nothing is left running; the data stays in " + str(settings.CDP_DATA))

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one of us for a data folder: two would fight for the broker and double the schedule."""
        folder = Path(settings.CDP_DATA)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "up.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                message = f"It is running already on {folder}. Stop that first, or set CDP_DATA."
                raise CommandError(message) from error
            yield

    def _prepare(self) -> None:
        self._step("translations compiled", messages_prepare)
        self._step("tables made", database_prepare)
        groups_ensure()
        self._step("static files collected", static_prepare)
        if env.flag("CDP_DEMO", True) and world_is_empty():
            self._say("The database is empty: making the demo world, an invented brand (CDP_DEMO=0 leaves it out)")
            call_command("demo", stdout=self.stdout)
        connections.close_all()

    def _step(self, done: str, work: Callable[[], bool]) -> None:
        began = time.monotonic()
        if work():
            self._say(f"  {done} in {time.monotonic() - began:.1f} s")

    def _start(self, supervisor: Supervisor, host: str, port: int) -> bool:
        """Start the processes; False when asked to stop before the web answered."""
        os.chdir(settings.BASE_DIR)
        if settings.CDP_BROKER_EMBEDDED and not self._start_broker(supervisor):
            return False
        web = supervisor.start(programs.web(host, port))
        supervisor.start(programs.worker())
        supervisor.start(programs.beat())
        supervisor.start(programs.live())
        name = settings.ALLOWED_HOSTS[0].replace("*", "localhost")
        here = "127.0.0.1" if host in ("0.0.0.0", "::") else host
        return supervisor.wait_for(web, partial(web_answers, here, port, name), 60)

    def _start_broker(self, supervisor: Supervisor) -> bool:
        folder, socket = Path(settings.CDP_DATA) / "broker", Path(settings.CDP_BROKER_SOCKET)
        folder.mkdir(parents=True, exist_ok=True)
        socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if socket.parent.stat().st_uid != os.getuid():
            raise CommandError(f"{socket.parent} belongs to somebody else. Set CDP_DATA to a shorter path.")
        socket.unlink(missing_ok=True)
        broker = supervisor.start(programs.broker(folder, socket))
        return supervisor.wait_for(broker, partial(broker_answers, socket), 60)

    def _socket_folder_remove(self) -> None:
        """The one under /tmp, if the data folder's own path is too long for a socket."""
        folder = Path(settings.CDP_BROKER_SOCKET).parent
        if folder != Path(settings.CDP_DATA) / "broker" and folder.exists():
            rmtree(folder)

    def _greet(self, host: str, port: int, seconds: float) -> None:
        """Say where it is and how to get in, in one piece: whoever reads the first line finds the rest."""
        shown = "localhost" if host in (*LOOPBACK, "0.0.0.0", "::") else host
        self._say(
            "\n".join(
                (
                    f"\nQuanxi 全息 is up after {seconds:.0f} s:  http://{shown}:{port}/\n",
                    *self._way_in(host),
                    f"\nCtrl-C stops everything. Data and logs: {settings.CDP_DATA}",
                )
            )
        )

    def _way_in(self, host: str) -> list[str]:
        people = demo_accounts_open()
        nobody = not people and world_is_empty()
        connections.close_all()
        if nobody:
            return ["Nobody can log in yet: .venv/bin/python manage.py createsuperuser"]
        if not people:
            return []
        warning = f"WARNING: {host} can be reached by others with these passwords."
        return [
            f"Demo log-ins 演示账号 (password 密码: {DEMO_PASSWORD})",
            *(f"  {person.name:<10}{person.is_for}" for person in people),
            "Everybody can read these passwords: change them before anybody else can reach this address.",
            *([] if host in LOOPBACK else [self.style.WARNING(warning)]),
        ]

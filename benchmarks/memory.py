"""How much memory a stretch of work takes, as the operating system counts it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MIB = 1024 * 1024
EVERY_SECONDS = 0.01


class Peak:
    """`mib` is the highest resident memory of this process while watched."""

    mib: float = 0.0


@contextmanager
def watched() -> Iterator[Peak]:
    peak, done = Peak(), threading.Event()

    def watch() -> None:
        while not done.wait(EVERY_SECONDS):
            peak.mib = max(peak.mib, resident_mib())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()
        peak.mib = max(peak.mib, resident_mib())


def resident_mib() -> float:
    """Linux tells it page by page; 4096 is the page size of every machine this runs on."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / MIB

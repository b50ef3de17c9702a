"""One export of `bench export` in a process of its own, which prints one JSON object: seconds, bytes, and MiB.

`xlsx PLACE FILE MEMBERS` and `csv …` make an export by the job that makes it in the product (all members for 0);
`cells` keeps what stands in it as a Parquet file, for the peers.
"""

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.place import prepare

EVERY_SECONDS = 0.05
SHOWN = ("gender", "age", "province", "city", "member_level", "since", "spent")


class Peak:
    mib: int = 0


def main(what: str, folder: str, file: str, members: str) -> None:
    prepare(folder)
    from cdp.celery import code_load
    from cdp.store.lake import snapshot

    with snapshot() as lake:
        ids = np.asarray(lake.universe().to_array())
    if what == "cells":
        _cells(ids, Path(file))
        print(json.dumps({}))
        return
    # A worker has loaded its code before it is given anything to do.
    code_load()
    with own_memory() as peak:
        begin = time.perf_counter()
        made = _made(what, ids[: int(members) or None])
        seconds = time.perf_counter() - begin
    size = made.bytes
    _moved(made, Path(file))
    print(json.dumps({"seconds": seconds, "bytes": size, "mib": peak.mib}))


def _made(form: str, ids: np.ndarray) -> Any:
    from cdp.access.viewer import SYSTEM
    from cdp.bitmaps import bitmap_of_ids
    from cdp.exports.layout import CHANGED
    from cdp.exports.models import Export
    from cdp.exports.services import export_make, export_run
    from cdp.ledger.services import job_run

    made = export_make(
        by=SYSTEM,
        members=bitmap_of_ids(ids),
        attributes=[*SHOWN, CHANGED],
        form=form,
        title="members",
        back="/",
        language="en",
    )
    job_run(Export, made.pk, export_run)
    made.refresh_from_db()
    if made.state != "done":
        raise SystemExit(f"{made.state}: {made.problems}")
    return made


def _moved(made: Any, file: Path) -> None:
    from django.core.files.storage import default_storage

    Path(default_storage.path(made.file)).replace(file)
    made.delete()


def _cells(ids: np.ndarray, file: Path) -> None:
    import pyarrow.parquet as pq

    from cdp.exports.layout import CHANGED, layout_of
    from cdp.exports.people import people_rows

    tables = people_rows(ids, layout_of([*SHOWN, CHANGED], clear=True))
    first = next(tables)
    with pq.ParquetWriter(file, first.schema) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(table)


@contextmanager
def own_memory() -> Iterator[Peak]:
    """The highest memory of this process while watched, without files that are mapped."""
    peak, done = Peak(), threading.Event()

    def watch() -> None:
        while not done.wait(EVERY_SECONDS):
            peak.mib = max(peak.mib, _own_mib())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def _own_mib() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) // 1024


if __name__ == "__main__":
    main(*sys.argv[1:])

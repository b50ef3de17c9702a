"""One load measured alone: a process, a data folder and a migrated database of its own."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIMES = 3


def measured(ours: Callable[[], float], peer: Callable[[], float]) -> tuple[float, float]:
    """Medians of both, taken in turns so that a busy moment of the machine meets both."""
    both = [(ours(), peer()) for _ in range(TIMES)]
    return tuple(round(statistics.median(column), 3) for column in zip(*both, strict=True))


def run_alone(folder: Path, file: Path, mapping: dict[str, Any]) -> float:
    """Seconds from the file to the first answer about its events, in a fresh process and data folder."""
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    environment = {key: value for key, value in os.environ.items() if key not in ("CDP_LAKE", "DATABASE_URL")}
    environment |= {"CDP_DATA": str(home), "LOG_LEVEL": "WARNING", "DJANGO_SETTINGS_MODULE": "cdp.settings.local"}
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.loads", str(file), json.dumps(mapping)],
        env=environment,
        stdout=subprocess.PIPE,
        check=True,
    )
    shutil.rmtree(home)
    return float(answer.stdout.splitlines()[-1])


def main(file: Path, mapping: dict[str, Any]) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from cdp.celery import code_load
    from cdp.sources.services import load_now, source_save, upload_receive
    from cdp.store.lake import snapshot

    with snapshot() as lake:  # a worker has answered before: loading the engine's code is not loading data
        lake.frame(lake.tables.events.aggregate(n=lake.tables.events.count()))
    code_load()
    begin = time.perf_counter()
    with file.open("rb") as stream:
        upload = upload_receive(file=stream, name=file.name, by=None)
    load = load_now(source=source_save(slug="bench"), upload=upload, mapping=mapping, stage="write", by=None)
    with snapshot() as lake:
        events = lake.tables.events
        found = lake.frame(events.aggregate(n=events.count(), people=events.customer_id.nunique())).to_pylist()[0]
    seconds = time.perf_counter() - begin
    # Among a million random phones a few are on the list of blocked ones.
    if load.state != "done" or found["n"] != load.summary["rows"] - load.summary["blocked"]:
        raise SystemExit(f"the load ended {load.state} with {found}: {load.problems} {load.summary}")
    print(seconds)


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))

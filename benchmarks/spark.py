"""The same rules over the same lake: DuckDB in one process beside a Spark cluster of two workers on this machine.

Each engine gets a process of its own and ends in the same bitmaps. `start_seconds` is until the first rule is
answered, `seconds` the median of all rules afterwards, `peak_mib` of the process and, for Spark, of its driver,
master, workers and executors. Needs `scripts/setup spark` and Java 17.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.memory import watched
from benchmarks.place import prepare
from benchmarks.tags_world import CUSTOMERS, EVENTS, PLACE

ROUNDS = 3
EVERY = 5
PYTHON = Path(".venv-spark/bin/python").absolute()


def run() -> dict[str, Any]:
    if not PYTHON.exists():
        raise SystemExit("There is no .venv-spark: run `sh scripts/setup spark` first.")
    subprocess.run([sys.executable, "-m", "benchmarks.tags_world"], check=True)
    found = {name: _asked_of(name) for name in ("duckdb", "spark")}
    if found["duckdb"].pop("digest") != found["spark"].pop("digest"):
        raise AssertionError("Spark and DuckDB find different customers.")
    ratio = found["spark"]["seconds"] / found["duckdb"]["seconds"]
    return {"customers": CUSTOMERS, "events": EVENTS, **found, "ratio": round(ratio, 2)}


def _asked_of(engine: str) -> dict[str, Any]:
    command = [str(PYTHON), "-m", "benchmarks.spark", engine]
    asked = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    print(engine, asked.stdout, flush=True)
    return json.loads(asked.stdout.splitlines()[-1])


def main(engine: str) -> None:
    with _cluster(engine) as master, watched(family=True) as peak:
        os.environ |= {"CDP_ENGINE": engine, "CDP_SPARK_MASTER": master or "local[2]"}
        prepare(PLACE)
        from benchmarks.tags import MOMENT, evaluated
        from benchmarks.tags_rules import rules

        asked = rules(MOMENT)[::EVERY]
        started = time.perf_counter()
        evaluated(asked[:1])
        start = time.perf_counter() - started
        rounds = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            bitmaps = evaluated(asked)
            rounds.append(time.perf_counter() - started)
    digest = hashlib.sha256(b"".join(bitmap.to_array().tobytes() for bitmap in bitmaps)).hexdigest()
    figures: dict[str, Any] = {
        "rules": len(asked),
        "start_seconds": round(start, 2),
        "seconds": round(median(rounds), 2),
    }
    figures |= {"rounds": [round(s, 2) for s in rounds], "peak_mib": round(peak.mib), "digest": digest}
    print(json.dumps(figures))


def _cluster(engine: str) -> Any:
    if engine != "spark":
        return nullcontext("")
    from tests.spark_cluster import cluster

    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    return cluster(worker_memory="1g")


if __name__ == "__main__":
    main(sys.argv[1])

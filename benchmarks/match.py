"""Lists of people of other kinds than FEBRL's (`benchmarks.people`), matched at the default threshold.

`BENCH_SCALE` times as many people: 1 is a few thousand, 70 is 200,000.
"""

import os
import time
from typing import Any

import pyarrow as pa

from benchmarks.febrl import measured
from benchmarks.memory import watched
from benchmarks.people import KINDS, People
from benchmarks.place import prepare


def run() -> dict[str, Any]:
    prepare("match")
    scale = float(os.environ.get("BENCH_SCALE", "1"))
    result: dict[str, Any] = {}
    with watched() as peak:
        for kind, make in KINDS.items():
            people = make() if scale == 1 or kind == "tiny_list" else make(int(SIZES[kind] * scale))
            started = time.perf_counter()
            precision, recall, f1 = measured(found(people), people.pairs())
            seconds = round(time.perf_counter() - started, 1)
            rows = sum(map(len, people.files))
            result[kind] = {"rows": rows, "f1": f1, "precision": precision, "recall": recall, "seconds": seconds}
    return result | {"peak_mib": round(peak.mib)}


SIZES = {"chinese_customers": 3_000, "hotel_guests": 2_000, "sparse_contacts": 1_500, "all_different": 1_000}


def found(people: People) -> set[tuple[int, int]]:
    from cdp.identity.matching.matcher import match
    from cdp.identity.matching.prepare import Records
    from cdp.sources.people_headers import people_columns

    files = []
    for rows in people.files:
        names = list(rows[0])
        table = pa.table({name: [row[name] or None for row in rows] for name in names})
        head = [[row[name] for name in names] for row in rows[:200]]
        files.append(Records(table, tuple(people_columns(names, head))))
    merged = match(files).merged
    return set(zip(merged["l"].to_pylist(), merged["r"].to_pylist(), strict=True))

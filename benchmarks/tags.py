"""A hundred event rules into bitmaps: our layout and compiler beside one plain query a rule.

Both run in this process on the same engine with the same memory and threads, by turns; both end in
roaring bitmaps, which must be equal. `ratio_naive` is ours / plain, of the medians.
"""

import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from pyroaring import BitMap

from benchmarks.memory import watched
from benchmarks.place import prepare
from benchmarks.tags_rules import Rule, rules
from benchmarks.tags_world import CUSTOMERS, EVENTS, PLACE, plain_file
from tags.rules.evaluate import Evaluation
from tags.rules.parse import parse_rule
from tags.rules.windows import Moment

ROUNDS = 3
ZONE = "Asia/Shanghai"
MOMENT = Moment(datetime(2026, 11, 21, 20, 0, tzinfo=ZoneInfo(ZONE)), ZONE)


def run() -> dict[str, Any]:
    subprocess.run([sys.executable, "-m", "benchmarks.tags_world"], check=True)
    folder = prepare(PLACE)
    asked = rules(MOMENT)
    ours, plain, counts = [], [], []
    with watched() as peak:
        for _ in range(ROUNDS):
            seconds, found = _timed(lambda: evaluated(asked))
            ours.append(seconds)
            seconds, expected = _timed(lambda: queried(asked, plain_file(folder)))
            plain.append(seconds)
            print(f"ours {ours[-1]:.2f} s, plain {plain[-1]:.2f} s, {peak.mib:.0f} MiB", flush=True)
            wrong = [i for i, (one, other) in enumerate(zip(found, expected, strict=True)) if one != other]
            if wrong:
                raise AssertionError(f"rules {wrong} disagree with plain SQL, first: {asked[wrong[0]]}")
            counts = [len(bitmap) for bitmap in found]
    return {
        "customers": CUSTOMERS,
        "events": EVENTS,
        "rules": len(asked),
        "seconds": round(median(ours), 3),
        "seconds_naive": round(median(plain), 3),
        "ratio_naive": round(median(ours) / median(plain), 3),
        "peak_mib": round(peak.mib),
        "rounds": [round(s, 3) for s in ours],
        "rounds_naive": [round(s, 3) for s in plain],
        "matched": sum(counts),
    }


def _timed(work: Any) -> tuple[float, list[BitMap]]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


class NoMembers:
    """The rules here name no tag, segment or list."""

    def tag_values(self, slug: str) -> Any:
        raise KeyError(slug)

    tag_numbers = segment = list = tag_values


def evaluated(asked: list[Rule]) -> list[BitMap]:
    """From the stored JSON to bitmaps, as a refresh does it."""
    from cdp.store.lake import snapshot

    with snapshot() as lake:
        evaluation = Evaluation(lake=lake, moment=MOMENT, members=NoMembers())
        nodes = [parse_rule(rule.json) for rule in asked]
        evaluation.prepare(nodes)
        return [evaluation.of(node) for node in nodes]


def queried(asked: list[Rule], file: Path) -> list[BitMap]:
    from cdp.engine import workspace
    from cdp.store.lake import snapshot

    with snapshot() as lake:
        everyone = lake.universe()
    with workspace() as connection:
        connection.execute(f"CREATE VIEW plain AS FROM read_parquet('{file}')").fetchall()
        found = []
        for rule in asked:
            bitmap = BitMap(connection.execute(rule.sql).fetchnumpy()["customer_id"].astype("uint32"))
            found.append(everyone - bitmap if rule.complement else bitmap)
    return found

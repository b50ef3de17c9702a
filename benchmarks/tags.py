"""A hundred event rules into bitmaps: ours beside one plain query a rule and beside ClickHouse, by turns.

`ratio_naive` is ours / plain queries over unsorted Parquet, in this process on the same engine with the same
memory and threads. `ratio_chdb` is ours / ClickHouse (`chdb`, of the `bench` extra) in a process of its own,
its table sorted as our lake is; None where it cannot be installed. All end in roaring bitmaps, which must be
equal; all are medians.
"""

import json
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from pyroaring import BitMap

from benchmarks.memory import watched
from benchmarks.place import prepare
from benchmarks.tags_rules import Rule, rules
from benchmarks.tags_world import CUSTOMERS, EVENTS, PLACE, PLAIN_COLUMNS, plain_file
from cdp.bitmaps import bitmap_of_ids
from tags.rules.evaluate import Evaluation
from tags.rules.parse import parse_rule
from tags.rules.windows import Moment

ROUNDS = 5
NAIVE_ROUNDS = 3
ROOT = Path(__file__).resolve().parents[1]
ZONE = "Asia/Shanghai"
MOMENT = Moment(datetime(2026, 11, 21, 20, 0, tzinfo=ZoneInfo(ZONE)), ZONE)


def run() -> dict[str, Any]:
    subprocess.run([sys.executable, "-m", "benchmarks.tags_world"], check=True)
    folder = prepare(PLACE)
    asked = rules(MOMENT)
    with watched() as peak, clickhouse(folder, asked) as peer:
        found = evaluated(asked)
        _compare(asked, found, queried(asked, plain_file(folder)), "plain SQL")
        if peer:
            peer.seconds()
            _compare(asked, found, peer.bitmaps(everyone()), "ClickHouse")
        ours, chdb, plain = [], [], []
        for turn in range(ROUNDS):
            ours.append(_timed(lambda: evaluated(asked)))
            chdb += [peer.seconds()] if peer else []
            plain += [_timed(lambda: queried(asked, plain_file(folder)))] if turn < NAIVE_ROUNDS else []
            print(f"ours {ours[-1]:.2f} s, ClickHouse {chdb[-1:]}, plain {plain[-1]:.2f} s", flush=True)
    return {
        "customers": CUSTOMERS,
        "events": EVENTS,
        "rules": len(asked),
        "seconds": round(median(ours), 3),
        "seconds_naive": round(median(plain), 3),
        "seconds_chdb": round(median(chdb), 3) if chdb else None,
        "ratio_naive": round(median(ours) / median(plain), 3),
        "ratio_chdb": round(median(ours) / median(chdb), 3) if chdb else None,
        "peak_mib": round(peak.mib),
        "rounds": [round(s, 3) for s in ours],
        "rounds_naive": [round(s, 3) for s in plain],
        "rounds_chdb": [round(s, 3) for s in chdb],
        "matched": sum(map(len, found)),
    }


def _compare(asked: list[Rule], found: list[BitMap], expected: list[BitMap], whose: str) -> None:
    wrong = [i for i, (one, other) in enumerate(zip(found, expected, strict=True)) if one != other]
    if wrong:
        i = wrong[0]
        raise AssertionError(
            f"rules {wrong} disagree with {whose}, first: {asked[i]}: {len(found[i])} and {len(expected[i])}"
        )


class Peer:
    """ClickHouse in its own process, see `benchmarks.tags_chdb`."""

    def __init__(self, process: subprocess.Popen[str], folder: Path, asked: list[Rule]) -> None:
        self._process, self._folder, self._asked = process, folder, asked
        assert process.stdin and process.stdout
        told = {"columns": PLAIN_COLUMNS, "queries": [rule.sql for rule in asked]}
        process.stdin.write(json.dumps(told) + "\n")
        process.stdin.flush()
        self._line()

    def _line(self) -> str:
        assert self._process.stdout
        if not (line := self._process.stdout.readline()):
            raise RuntimeError("ClickHouse ended without an answer; its words are above")
        return line

    def seconds(self) -> float:
        """One round of all rules."""
        assert self._process.stdin
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return float(self._line())

    def bitmaps(self, everyone: BitMap) -> list[BitMap]:
        found = [BitMap.deserialize(one) for one in pickle.loads((self._folder / "chdb-bitmaps").read_bytes())]
        return [everyone - one if rule.complement else one for one, rule in zip(found, self._asked, strict=True)]


@contextmanager
def clickhouse(folder: Path, asked: list[Rule]) -> Iterator[Peer | None]:
    python = _peer_python()
    if python is None:
        yield None
        return
    command = [python, "-m", "benchmarks.tags_chdb", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Peer(process, folder, asked)
        finally:
            process.kill()


def _peer_python() -> str | None:
    """An interpreter with chdb; it is installed beside the product, which does without."""
    if find_spec("chdb"):
        return sys.executable
    installed = subprocess.run(["sh", "scripts/setup", "bench"], cwd=ROOT, check=False)
    if installed.returncode:
        print("chdb could not be installed (sh scripts/setup bench): no ClickHouse beside ours", flush=True)
        return None
    return str(ROOT / ".venv-bench" / "bin" / "python")


def everyone() -> BitMap:
    from cdp.store.lake import snapshot

    with snapshot() as lake:
        return lake.universe()


def _timed(work: Any) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


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

    people = everyone()
    with workspace() as connection:
        connection.execute("CREATE MACRO toDayOfWeek(day) AS isodow(day)").fetchall()
        connection.execute(f"CREATE VIEW plain AS FROM read_parquet('{file}')").fetchall()
        found = []
        for rule in asked:
            bitmap = bitmap_of_ids(connection.execute(rule.sql).fetchnumpy()["customer_id"])
            found.append(people - bitmap if rule.complement else bitmap)
    return found

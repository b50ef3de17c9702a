"""How the cost of rules grows: with ten times the events of the same customers, and with ten times the rules.

Each world is asked in a process of its own, by turns, so that a busy moment of the machine meets both. A ratio
of 10 is growth in proportion; below it, what is shared pays.
"""

import json
import os
import subprocess
import sys
import time
from statistics import median
from typing import Any

from benchmarks.place import prepare
from benchmarks.tags import MOMENT, ROUNDS, evaluated
from benchmarks.tags_copy import world_build
from benchmarks.tags_rules import Rule, rules
from benchmarks.tags_world import CUSTOMERS, EVENTS, PLACE

TIMES = 10


def run() -> dict[str, Any]:
    rounds = [(_asked(fewer=TIMES), _asked(fewer=1)) for _ in range(3)]
    fewer, all_events = ([one["all"] for one in world] for world in zip(*rounds, strict=True))
    some, every = [more["some"] for _less, more in rounds], all_events
    return {
        "customers": CUSTOMERS,
        "events": EVENTS,
        "rules": len(rules(MOMENT)),
        "seconds": round(median(every), 3),
        "seconds_fewer_events": round(median(fewer), 3),
        "seconds_fewer_rules": round(median(some), 3),
        "growth_events": round(median(more / less for less, more in zip(fewer, every, strict=True)), 2),
        "growth_tags": round(median(more / less for less, more in zip(some, every, strict=True)), 2),
    }


def _asked(fewer: int) -> dict[str, float]:
    """The medians of one world, from a process that looks at nothing else."""
    environment = os.environ | {"BENCH_FEWER": str(fewer)}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.growth"], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def measured() -> dict[str, float]:
    """Seconds for all rules together, and for a tenth of them: every tenth, whichever one begins with."""
    world_build()
    prepare(PLACE)
    asked = rules(MOMENT)
    _seconds(asked)
    every, some = [], []
    for turn in range(ROUNDS):
        every.append(_seconds(asked))
        some += [_seconds(asked[start::TIMES]) for start in (turn, turn + ROUNDS)]
    return {"all": median(every), "some": median(some)}


def _seconds(asked: list[Rule]) -> float:
    started = time.perf_counter()
    evaluated(asked)
    return time.perf_counter() - started


if __name__ == "__main__":
    print(json.dumps(measured()))

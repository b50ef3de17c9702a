"""The live count of a form: rules never asked before, and a rule of five conditions of which one was changed.

Beside it a bare `count(*)` over the same events and months, which is what reading them takes at the least.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any

from benchmarks.place import prepare
from benchmarks.spread import percentile_ms
from benchmarks.tags import MOMENT
from benchmarks.tags_copy import world_build
from benchmarks.tags_rules import one_leaf_rules
from benchmarks.tags_world import CUSTOMERS, EVENTS, PLACE, SEED

AFTER_THE_LAST = MOMENT.as_of.replace(month=12, day=1, hour=0)
RULES = 60
LEAVES = 5
CHANGES = 30
ticks = count()


def run() -> dict[str, Any]:
    world_build()
    prepare(PLACE)
    fresh, changes = _questions()
    _count(fresh[-1])
    asked = [_timed(lambda rule=rule: _count(rule)) for rule in fresh[:RULES]]
    changed = [_timed(lambda rule=rule: _count(rule)) for rule in _after_the_first(changes)]
    bare = [_timed(lambda rule=rule: _bare(rule)) for rule in fresh[:RULES]]
    return {
        "customers": CUSTOMERS,
        "events": EVENTS,
        "rules": len(asked),
        "p50_ms": percentile_ms(asked, 50),
        "p95_ms": percentile_ms(asked, 95),
        "changes": len(changed),
        "change_p50_ms": percentile_ms(changed, 50),
        "change_p95_ms": percentile_ms(changed, 95),
        "bare_p50_ms": percentile_ms(bare, 50),
        "bare_p95_ms": percentile_ms(bare, 95),
    }


def _questions() -> tuple[list[Any], list[Any]]:
    """One-leaf rules; and rules of five leaves, each with one leaf changed. No leaf is in both."""
    leaves = [rule.json for rule in one_leaf_rules(MOMENT, RULES + 1 + LEAVES + CHANGES, SEED + 2)]
    fresh, others = leaves[: RULES + 1], leaves[RULES + 1 :]
    five, changes = others[:LEAVES], []
    changes.append({"all": list(five)})
    for number, leaf in enumerate(others[LEAVES:]):
        five[number % LEAVES] = leaf
        changes.append({"all": list(five)})
    return fresh, changes


def _after_the_first(changes: list[Any]) -> list[Any]:
    _count(changes[0])
    return changes[1:]


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _count(rule: Any) -> int:
    """As the form asks for it, each time some seconds later; the newest event is earlier, as it is anywhere."""
    from cdp.access.viewer import SYSTEM
    from tags.selectors import rule_count

    return rule_count(SYSTEM, rule, AFTER_THE_LAST + next(ticks) * timedelta(seconds=7)).count


def _bare(rule: Any) -> None:
    """Count the events the rule is about, in the months it is about."""
    from cdp.store.lake import snapshot
    from tags.rules.compile import compile_leaf
    from tags.rules.parse import parse_rule

    with snapshot() as lake:
        scope = compile_leaf(parse_rule(rule), lake.tables, MOMENT).scope
        lake.frame(lake.tables.events.aggregate(number=lake.tables.events.count()), scope=scope)

"""Why one customer has a value of a tag of twenty: every condition asked about, with the events behind it."""

import random
import time
from typing import Any

from benchmarks.place import prepare
from benchmarks.spread import percentile_ms
from benchmarks.tags import MOMENT
from benchmarks.tags_copy import world_build
from benchmarks.tags_rules import one_leaf_rules
from benchmarks.tags_world import CUSTOMERS, EVENTS, PLACE, SEED

LAYERS = 20
ASKED = 30


def run() -> dict[str, Any]:
    """`holding`: how many of the conditions were true. Each answer is compared with the members of its rule."""
    world_build()
    prepare(PLACE)
    layers = [rule.json for rule in one_leaf_rules(MOMENT, LAYERS, SEED + 3)]
    members = _members(layers)
    seconds, holding = [], 0
    for customer in _customers():
        started = time.perf_counter()
        held = _explained(layers, customer)
        seconds.append(time.perf_counter() - started)
        wrong = [number for number, holds in enumerate(held) if holds != (customer in members[number])]
        if wrong:
            raise AssertionError(f"customer {customer}: conditions {wrong} are told otherwise than the members say")
        holding += sum(held)
    return {
        "customers": CUSTOMERS,
        "events": EVENTS,
        "layers": LAYERS,
        "asked": len(seconds) - 1,
        "holding": holding,
        "p50_ms": percentile_ms(seconds[1:], 50),
        "p95_ms": percentile_ms(seconds[1:], 95),
    }


def _customers() -> list[int]:
    """The first one warms up."""
    from cdp.store.lake import snapshot

    with snapshot() as lake:
        return random.Random(SEED).sample(list(lake.universe()), ASKED + 1)


def _members(layers: list[Any]) -> list[Any]:
    from cdp.access.viewer import SYSTEM
    from tags.selectors import rule_members

    return [rule_members(SYSTEM, rule, MOMENT.as_of).members for rule in layers]


def _explained(layers: list[Any], customer: int) -> list[bool]:
    """As `tags.why` asks for each value of a tag."""
    from cdp.access.viewer import SYSTEM
    from cdp.store.lake import snapshot
    from tags.rules.validate import read_rule
    from tags.selectors import catalog
    from tags.why import explainer_of

    known = catalog(SYSTEM)
    with snapshot() as lake:
        explainer = explainer_of(lake, known, customer, MOMENT.as_of)
        rules = [read_rule(rule, known) for rule in layers]
        explainer.prepare(rules)
        return [explainer.node(rule).holds for rule in rules]

"""Ways through a visit, beside the same walked event by event."""

from collections import defaultdict

import numpy as np
import pytest

from segments.personas.paths import GAP, Paths, paths_of

RANDOM = np.random.default_rng(2)
EVENTS = 600
CUSTOMERS = RANDOM.integers(1, 40, EVENTS)
TIMES = RANDOM.integers(0, 40 * GAP, EVENTS)
KINDS = RANDOM.integers(0, 4, EVENTS)


def walked():
    visits = []
    last = {}
    for who, when, what in sorted(zip(CUSTOMERS.tolist(), TIMES.tolist(), KINDS.tolist(), strict=True)):
        if who not in last or when - last[who] > GAP:
            visits.append((who, [what]))
        elif visits[-1][1][-1] != what:
            visits[-1][1].append(what)
        last[who] = when
    return visits


@pytest.mark.parametrize("least", [1, 5])
def test_the_first_four_steps_of_every_visit(least):
    ways = defaultdict(list)
    for who, steps in walked():
        for step in range(min(len(steps), 4) - 1):
            ways[step, steps[step], steps[step + 1]].append(who)
    found = paths_of(CUSTOMERS, TIMES, KINDS, least)
    assert {(way.step, way.source, way.target): (way.visits, way.customers) for way in found.ways} == {
        key: (len(whom), len(set(whom))) for key, whom in ways.items() if len(set(whom)) >= least
    }
    assert found.visits == len(walked())
    assert found.went_on == sum(len(steps) > 1 for _who, steps in walked())


def test_half_an_hour_later_is_the_same_visit_and_a_moment_more_another():
    def after(gap):
        return paths_of(np.array([1, 1]), np.array([0, gap]), np.array([0, 1]), 1).visits

    assert (after(GAP), after(GAP + 1)) == (1, 2)


def test_of_nobody_there_is_no_way():
    nothing = np.zeros(0, np.int64)
    assert paths_of(nothing, nothing, nothing, 1) == Paths(0, 0, ())

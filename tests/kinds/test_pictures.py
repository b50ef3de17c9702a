"""The figures beside the forms are what the plain-Python reading of each kind counts, on the named cast."""

from collections import Counter
from datetime import timedelta

import pytest
from pyroaring import BitMap

from tags import kinds
from tags.kinds import KINDS
from tags.pictures import PICTURES, Seen
from tags.pictures.states import DAYS, STATES
from tags.rules.evaluate import Evaluation
from tags.rules.windows import Moment
from tests import oracle_kinds
from tests.kinds.asking import read
from tests.rules.memory_lake import MemoryLake, MemoryMembers
from tests.world import AS_OF, CAST, HAN_MEIMEI, JIM, LI_LEI, LUCY

EVENTS = {"v": 1, "event": "purchase", "window": "ever"}


def pictured(kind, data, seen=None):
    """The parsed definition and the figures of its picture."""
    lake = MemoryLake(CAST)
    evaluation = Evaluation(lake=lake, moment=Moment(AS_OF, CAST.zone), members=MemoryMembers(CAST))
    world, definition = kinds.World(evaluation, lake.universe()), read(kind, data)
    result = KINDS[kind].evaluate(definition, world)
    return definition, PICTURES[kind].figures(definition, result, world, Seen(seen))


@pytest.mark.parametrize("days", [(30, 90, 180, 30), (3, 10, 20, 5)])
def test_who_moved_between_states_is_who_was_elsewhere_then(days):
    new, dormant, churned, won_back = days
    limits = {"new": new, "dormant": dormant, "churned": churned, "won_back": won_back}
    definition, flows = pictured("lifecycle", {"v": 1, "event": "purchase", **limits})
    now = oracle_kinds.lifecycle(definition, CAST, AS_OF)
    then = oracle_kinds.lifecycle(definition, CAST, AS_OF - timedelta(days=DAYS))
    wanted = Counter((then[who][0], now[who][0]) for who in now)
    names = [label.value for label in STATES]
    found = {
        (start, end): count
        for start, row in zip(names, flows.moved, strict=True)
        for end, count in zip(names, row, strict=True)
        if count
    }
    assert found == wanted
    assert sum(flows.now) == sum(flows.then) == len(CAST.people)


LIMITS = {"recency": [5, 15, 40, 200], "frequency": [2, 3, 4, 5], "monetary": [10, 100, 500, 1000]}


@pytest.mark.parametrize("scores", ["quintiles", LIMITS])
def test_the_cube_has_everybody_where_their_scores_are(scores):
    definition, cube = pictured("rfm", {**EVENTS, "amount": "amount", "scores": scores})
    wanted = oracle_kinds.rfm(definition, CAST, AS_OF)
    found = {
        100 * r + 10 * f + m: int(cube.counts[r - 1, f - 1, m - 1])
        for r in range(1, 6)
        for f in range(1, 6)
        for m in range(1, 6)
        if cube.counts[r - 1, f - 1, m - 1]
    }
    assert found == Counter(side for _group, side in wanted.values())
    groups = Counter(group for group, _side in wanted.values())
    assert dict(zip((label.value for label in definition.labels), cube.groups, strict=True)) == {
        label.value: groups[label.value] for label in definition.labels
    }
    assert cube.nobody == len(CAST.people) - len(wanted)


def test_a_preference_counts_who_prefers_what_and_who_nothing():
    definition, found = pictured("preference", {**EVENTS, "property": "category", "top": 2, "min_events": 2})
    wanted = oracle_kinds.preference(definition, CAST, AS_OF)
    buyers = oracle_kinds.deeds_of(definition.events, CAST, AS_OF)
    assert dict(found.values) == Counter(value for values in wanted.values() for value in values)
    assert found.some == len(wanted)
    assert found.several == sum(len(values) > 1 for values in wanted.values())
    assert found.undecided == len(buyers) - len(wanted)
    assert found.silent == len(CAST.people) - len(buyers)


def test_figures_are_of_those_whom_one_may_see():
    """Whoever may see three customers is told of these three alone."""
    some = BitMap([LI_LEI, HAN_MEIMEI, JIM])
    _definition, cube = pictured("rfm", {**EVENTS, "amount": "amount"}, some)
    _definition, flows = pictured("lifecycle", {"v": 1, "event": "purchase"}, some)
    _definition, found = pictured("preference", {**EVENTS, "property": "category"}, some)
    _definition, spread = pictured("measure", {"v": 1, "measure": {"event": "purchase", "agg": "count"}}, some)
    layers = [{"value": "any", "when": {"attribute": "gender", "op": "exists"}}]
    _definition, layered = pictured("labels", {"v": 1, "layers": layers}, some)
    assert (cube.size, cube.nobody) == (2, 1)
    assert sum(flows.now) == sum(flows.then) == sum(map(sum, flows.moved)) == 3
    assert found.some + found.undecided + found.silent == 3
    assert spread.size == sum(spread.counts) + spread.above == 3
    assert layered.shades[0].fits + layered.nothing == 3
    assert LUCY not in some

"""Moves from stage to stage, beside the same told customer by customer."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from pyroaring import BitMap

from segments.personas.stages import moves_of

RANDOM = np.random.default_rng(11)
CUSTOMERS, STAGES = 600, 4
# Stage by customer; 4 is none, of then only.
THEN = RANDOM.integers(0, STAGES + 1, CUSTOMERS)
NOW = np.where(RANDOM.random(CUSTOMERS) < 0.7, THEN % STAGES, RANDOM.integers(0, STAGES, CUSTOMERS))
MEMBERS = set(np.flatnonzero(RANDOM.random(CUSTOMERS) < 0.3).tolist())


def sets(places):
    return [BitMap(np.flatnonzero(places == stage).tolist()) for stage in range(STAGES)]


def moves(least, universe=None):
    return moves_of(sets(THEN), sets(NOW), BitMap(MEMBERS), universe or BitMap(range(CUSTOMERS)), least)


def test_each_move_is_a_part_of_those_who_were_in_the_stage():
    ways, begun = Counter(), Counter()
    for who in MEMBERS:
        ways[THEN[who], NOW[who]] += 1
        begun[THEN[who]] += 1
    told = {(move.then, move.now): (move.share.group, move.base.group) for move in moves(1).told()}
    assert told == {(then, now): (count, begun[then]) for (then, now), count in ways.items()}
    everyone = Counter(zip(THEN.tolist(), NOW.tolist(), strict=True))
    found = {(move.then, move.now): move.share.everyone for move in moves(1).told()}
    assert found == {way: everyone[way] for way in found}


@pytest.mark.parametrize("least", [3, 8])
def test_neither_a_move_of_a_few_nor_what_is_left_of_a_stage_is_told(least):
    found = moves(least)
    told = {(move.then, move.now): move.share.group for move in found.told()}
    assert min(told.values()) >= least
    for stage in range(STAGES + 1):
        left = found.group[stage].sum() - sum(count for (then, _now), count in told.items() if then == stage)
        assert left == 0 or left >= least
    for stage in range(STAGES):
        left = found.group[:, stage].sum() - sum(count for (_then, now), count in told.items() if now == stage)
        assert left == 0 or left >= least


def test_a_few_are_not_what_is_left_of_those_who_came_to_a_stage():
    begun, ended = [BitMap(range(83)), BitMap(range(83, 183))], [BitMap(range(50)), BitMap(range(50, 80))]
    ended += [BitMap(range(80, 83)) | BitMap(range(83, 123)), BitMap(range(123, 183))]
    members = BitMap(range(183))
    found = moves_of([*begun, BitMap(), BitMap()], ended, members, members, 5)
    # Of the 43 in the third stage now, 40 were in the second one: the rest would be the three.
    assert {(move.then, move.now) for move in found.told()} == {(0, 0), (1, 3)}


def test_who_is_not_compared_with_is_not_everyone():
    universe = BitMap(MEMBERS) | BitMap(range(100))
    assert moves(1, universe).everyone.sum() == len(universe)


def test_nobody_moved_where_all_stay():
    stays = moves_of(sets(NOW), sets(NOW), BitMap(MEMBERS), BitMap(range(CUSTOMERS)), 1)
    assert not stays.moved and list(stays.told())


def two(*stages):
    """Sets of customers by size, one after the other."""
    ends = np.cumsum([0, *stages])
    return [BitMap(range(low, high)) for low, high in pairwise(ends.tolist())]


def test_a_stage_of_a_few_does_not_follow_from_the_moves_to_all_others():
    # Now 3 are in the second stage and 25 in the third; the chart of stages tells 60 of the first alone.
    begun = [BitMap(range(88)), BitMap(), BitMap()]
    members = BitMap(range(88))
    found = moves_of(begun, two(60, 3, 25), members, members, 20)
    assert {(move.then, move.now) for move in found.told()} == {(0, 0)}


def test_a_stage_that_is_not_told_beside_one_of_a_few_is_no_move_that_is():
    begun, members = two(103, 105), BitMap(range(208))
    now = [BitMap(range(100)) | BitMap(range(103, 183)), BitMap(range(100, 103)), BitMap(range(183, 208))]
    found = moves_of([*begun, BitMap()], now, members, members, 20)
    # Of the stages now, 3 are in the second, and so the 25 of the third are not told.
    assert {(move.then, move.now) for move in found.told()} == {(1, 0)}


def test_those_of_a_stage_of_then_who_are_a_few_do_not_follow_from_the_others():
    members = BitMap(range(93))
    found = moves_of(two(3, 30, 60), [members, BitMap(), BitMap()], members, members, 20)
    # The 3 and the 30 are not told, and so it does not follow that 3 were in the first.
    assert {(move.then, move.now) for move in found.told()} == {(2, 0)}


def test_beside_a_move_of_a_few_others_everyone_is_not_told():
    then, now = two(400, 400), [BitMap(range(195)) | BitMap(range(400, 600)), BitMap()]
    now[1] = BitMap(range(800)) - now[0]
    members = BitMap(range(190)) | BitMap(range(195, 260)) | BitMap(range(400, 480)) | BitMap(range(600, 650))
    moved = {(move.then, move.now): move for move in moves_of(then, now, members, BitMap(range(800)), 20).told()}
    assert moved[0, 0].share.group == 190
    # 5 of the 195 are no members: no share of everyone, nor an index, nor what they could be reckoned from.
    assert moved[0, 0].share.everyone_share(moved[0, 0].base) is None
    assert moved[0, 0].share.tgi(moved[0, 0].base) is None
    assert {way for way, move in moved.items() if move.share.veiled_beside} == {(0, 0), (0, 1), (1, 0)}
    assert all(move.share.group_share(move.base) for move in moved.values())

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from segments.algebra import change, difference, intersection, jaccard, overlaps, replay, share, union

ids = st.sets(st.integers(0, 2**31 - 1), max_size=50)


@given(st.lists(ids, max_size=6))
def test_changes_replay_to_the_last_member_set(history):
    sets = [BitMap(), *map(BitMap, history)]
    changes = [change(before, after) for before, after in pairwise(sets)]
    assert replay(changes) == sets[-1]


@given(st.lists(ids, min_size=1, max_size=4))
def test_algebra_agrees_with_plain_sets(sets):
    bitmaps = [BitMap(one) for one in sets]
    assert set(union(bitmaps)) == set.union(*sets)
    assert set(intersection(bitmaps)) == set.intersection(*sets)
    assert set(difference(bitmaps[0], *bitmaps[1:])) == sets[0].difference(*sets[1:])
    counts = overlaps(bitmaps, bitmaps[:2])
    assert counts.tolist() == [[len(row & column) for column in sets[:2]] for row in sets]


def test_nothing_in_common_with_nobody_is_not_everyone():
    assert not union([])
    assert not intersection([])


@pytest.mark.parametrize(
    ("left", "right", "likeness"), [((), (), 1.0), ((1, 2), (2, 3), 1 / 3), ((1,), (), 0.0), ((1,), (1,), 1.0)]
)
def test_likeness(left, right, likeness):
    assert jaccard(BitMap(left), BitMap(right)) == pytest.approx(likeness)


def test_share_of_nothing_is_nothing():
    assert share(BitMap([1]), BitMap()) == 0.0
    assert share(BitMap([1]), BitMap([1, 2])) == 0.5

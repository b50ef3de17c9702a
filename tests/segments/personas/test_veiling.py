"""What is not told, beside who would find out by sums."""

import numpy as np
import pytest

from segments.personas.veiling import veiled

LEAST = 5


@pytest.mark.parametrize("seed", range(40))
def test_no_sum_of_a_line_tells_of_a_few(seed):
    random = np.random.default_rng(seed)
    counts = random.poisson(random.choice([2, 6, 30]), (5, 6)).astype(np.int64)
    places = np.arange(30).reshape(5, 6)
    lines = [*places, *places.T, np.arange(30)]
    hidden = veiled(counts, lines, LEAST)
    assert hidden[(counts > 0) & (counts < LEAST)].all()
    flat, gone = counts.ravel().tolist(), hidden.ravel().tolist()
    for line in lines:
        left = sum(flat[place] for place in line if gone[place])
        assert left == 0 or left >= LEAST or sum(flat[place] for place in line) < LEAST


@pytest.mark.parametrize("seed", range(40))
def test_no_few_can_be_reckoned_by_going_from_line_to_line(seed):
    random = np.random.default_rng(seed)
    counts = random.poisson(random.choice([3, 12, 40], (4, 5))).astype(np.int64)
    places = np.arange(20).reshape(4, 5)
    lines = [*places, *places.T, np.arange(20)]
    hidden = veiled(counts, lines, LEAST).ravel()
    flat, known = counts.ravel().tolist(), (~hidden | (counts.ravel() == 0)).tolist()
    found = True
    while found:
        found = False
        for line in lines:
            left = [place for place in line.tolist() if not known[place]]
            if len(left) == 1:
                known[left[0]] = found = True
    reckoned = [count for count, is_known in zip(flat, known, strict=True) if is_known and 0 < count < LEAST]
    assert not reckoned or hidden[counts.ravel() > 0].all()


def test_four_corners_are_needed_where_two_lines_cross():
    counts = np.array([[3, 40, 90], [50, 60, 90], [80, 80, 90]])
    places = np.arange(9).reshape(3, 3)
    assert veiled(counts, [*places, *places.T], LEAST).tolist() == [
        [True, True, False],
        [True, True, False],
        [False, False, False],
    ]


def test_the_smallest_of_the_others_goes_with_a_few():
    counts = np.array([[3, 40, 7, 100]])
    assert veiled(counts, [np.arange(4)], LEAST).tolist() == [[True, False, True, False]]


def test_nothing_is_hidden_where_nobody_is_too_few():
    counts = np.array([[0, 40], [5, 0]])
    assert not veiled(counts, [np.arange(2), np.arange(2, 4)], LEAST).any()
    assert not veiled(np.zeros((2, 2), np.int64), [np.arange(4)], LEAST).any()

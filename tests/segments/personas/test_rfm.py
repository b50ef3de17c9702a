"""The cube of scores, beside the same counted one customer after the other."""

from collections import Counter

import numpy as np
import pytest

from segments.personas.rfm import cube_of

RANDOM = np.random.default_rng(7)
PARTS = RANDOM.integers(1, 6, (900, 3))
SCORED = (PARTS @ [100, 10, 1]).astype(float)
INSIDE = RANDOM.random(900) < 0.4
EVERY = [(r, f, m) for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)]


def counted(some):
    return Counter(map(tuple, PARTS[some].tolist()))


def test_pieces_and_squares_are_counted():
    cube = cube_of(SCORED, INSIDE, slice(None), 1)
    ours, theirs = counted(INSIDE), counted(slice(None))
    assert {place: (cube.piece(*place).group, cube.piece(*place).everyone) for place in EVERY} == {
        place: (ours[place], theirs[place]) for place in EVERY
    }
    for r in range(1, 6):
        for f in range(1, 6):
            square, in_it = cube.square(r, f), INSIDE & (PARTS[:, 0] == r) & (PARTS[:, 1] == f)
            assert square.group == in_it.sum()
            assert cube.money(r, f)[0] == pytest.approx(PARTS[in_it, 2].mean(), abs=0.05)
    assert (cube.base.group, cube.base.everyone) == (INSIDE.sum(), 900)


def test_only_those_it_is_compared_with_are_everyone():
    compared = INSIDE | (np.arange(900) < 300)
    cube = cube_of(SCORED, INSIDE, compared, 1)
    assert cube.base.everyone == compared.sum()
    assert cube.piece(5, 5, 5).everyone == counted(compared)[5, 5, 5]


@pytest.mark.parametrize("least", [4, 20])
def test_neither_a_few_nor_what_is_left_of_a_square_a_group_or_all_is_told(least):
    cube = cube_of(SCORED, INSIDE, slice(None), least)
    above = PARTS.mean(axis=0)
    ours = counted(INSIDE)
    left = Counter()
    for place in EVERY:
        piece = cube.piece(*place)
        if 0 < piece.group < least:
            assert piece.hidden(cube.base)
        if piece.hidden(cube.base):
            eighth = tuple(score > mean for score, mean in zip(place, above, strict=True))
            for sum_of in ("all", ("square", place[:2]), ("group", eighth)):
                left[sum_of] += ours[place]
    small = [sum_of for sum_of, count in left.items() if 0 < count < least]
    whole = {(r, f): int(cube.group[r - 1, f - 1].sum()) for r in range(1, 6) for f in range(1, 6)}
    assert all(one[0] == "square" and whole[one[1]] < least for one in small)


def test_the_average_m_of_a_few_is_not_told():
    cube = cube_of(np.array([555.0, 554.0, 111.0, 112.0, 113.0]), np.ones(5, bool), slice(None), 3)
    assert cube.square(5, 5).hidden(cube.base) and cube.money(5, 5) == (None, None)
    # What is left of five and the three would be the two.
    assert cube.square(1, 1).hidden(cube.base) and cube.money(1, 1)[0] is None


def test_a_few_do_not_follow_from_the_average_m_and_the_others_of_their_square():
    scores = np.repeat([551.0, 554.0, 555.0, 331.0, 332.0], [3, 30, 40, 25, 25])
    cube = cube_of(scores, np.ones(len(scores), bool), slice(None), 20)
    assert not cube.square(5, 5).hidden(cube.base) and cube.money(5, 5)[0] == 4.4
    assert all(cube.piece(5, 5, m).hidden(cube.base) for m in range(1, 6))
    assert [cube.piece(3, 3, m).group for m in (1, 2, 3) if not cube.piece(3, 3, m).hidden(cube.base)] == [
        25,
        25,
        0,
    ]


def test_of_nobody_scored_there_is_no_cube():
    assert cube_of(np.zeros(0), np.zeros(0, bool), slice(None), 1).empty
    assert cube_of(SCORED, np.zeros(900, bool), slice(None), 1).empty


@pytest.mark.parametrize("least", [4, 20])
def test_neither_a_few_of_everyone_nor_a_few_others_follow(least):
    inside = INSIDE | (PARTS[:, 0] == 5)
    cube = cube_of(SCORED, inside, slice(None), least)
    ours, theirs = counted(inside), counted(slice(None))
    left = Counter()
    for place in EVERY:
        piece = cube.piece(*place)
        if piece.hidden(cube.base) or piece.hidden_beside(cube.base):
            left["all"] += theirs[place] - ours[place]
            left[place[:2]] += theirs[place] - ours[place]
        else:
            assert not 0 < piece.everyone - piece.group < least and not 0 < piece.everyone < least
    others = (cube.everyone - cube.group).sum(axis=2)
    small = [one for one, count in left.items() if 0 < count < least]
    assert all(one != "all" and others[one[0] - 1, one[1] - 1] < least for one in small)


def test_a_square_that_is_not_told_is_not_the_sum_of_five_that_are():
    # 5 of R 5 F 5; of the others R 4 F 4 has the fewest, and it is not told lest the 5 are what is left.
    scored = np.repeat([555.0, 441.0, 445.0, 111.0], [5, 30, 30, 500])
    cube = cube_of(scored, np.ones(len(scored), bool), slice(None), 20)
    assert cube.square(4, 4).hidden(cube.base) and not cube.square(1, 1).hidden(cube.base)
    assert cube.piece(4, 4, 1).hidden(cube.base) and cube.piece(4, 4, 5).hidden(cube.base)

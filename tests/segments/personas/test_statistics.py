"""Shares, indices and what stands out, beside numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segments.personas.apart import standouts
from segments.personas.statistics import (
    Base,
    Distribution,
    Share,
    fold,
    fold_in_order,
    tgi,
    veil,
)


@pytest.mark.parametrize(
    ("group", "base", "everyone", "of_all", "index"),
    [
        (30, 100, 200, 1000, 150),
        (20, 100, 200, 1000, 100),
        (0, 100, 200, 1000, 0),
        (100, 100, 200, 1000, 500),
        (5, 0, 200, 1000, None),
        (0, 100, 0, 1000, None),
    ],
)
def test_tgi_is_the_groups_share_over_everyones_times_100(group, base, everyone, of_all, index):
    assert tgi(group, base, everyone, of_all) == (None if index is None else pytest.approx(index))


counts = st.integers(0, 10_000)


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=8))
def test_indices_weighted_by_everyones_shares_average_100(pairs):
    rows = [(inside, inside + outside) for inside, outside in pairs]
    group, everyone = sum(i for i, _ in rows), sum(a for _, a in rows)
    if group:
        weighted = sum((tgi(i, group, a, everyone) or 0) * a / everyone for i, a in rows)
        assert weighted == pytest.approx(100)


@given(counts, counts)
def test_everyone_beside_everyone_is_100(value, rest):
    if value:
        assert tgi(value, value + rest, value, value + rest) == pytest.approx(100)


def test_a_value_of_few_members_is_named_but_not_counted():
    base = Base(500, 10_000, least=20)
    few, none, many = Share("a", 19, 900), Share("b", 0, 900), Share("c", 20, 900)
    assert (few.group_share(base), few.tgi(base)) == (None, None)
    assert (none.group_share(base), many.group_share(base)) == (0, 0.04)


def test_rare_and_surplus_values_become_others():
    shares = tuple(Share(str(n), n, 10 * n) for n in range(1, 8))
    folded = fold(Distribution(shares, Base(28, 280, least=25)), most=4, other="others")
    assert [(s.value, s.group, s.everyone) for s in folded.shares] == [
        ("7", 7, 70),
        ("6", 6, 60),
        ("5", 5, 50),
        ("4", 4, 40),
        ("", 6, 60),
    ]


def test_values_in_order_keep_it_and_lose_only_the_rare():
    shares = (Share("18-24", 5, 50), Share("25-34", 2, 3), Share("35-44", 9, 90))
    folded = fold_in_order(Distribution(shares, Base(16, 143, least=20)), other="others")
    assert [(s.label or s.value, s.everyone) for s in folded.shares] == [
        ("18-24", 50),
        ("35-44", 90),
        ("others", 3),
    ]


def test_what_stands_out_is_far_from_everyone_beyond_chance_and_varied():
    base = Base(1000, 10_000, least=20)
    provinces = Distribution(
        (
            Share("浙江省", 400, 2000),
            Share("江苏省", 250, 1500),
            Share("上海市", 150, 1000),
            Share("广东省", 60, 3000),
            Share("海南省", 21, 100),
            Share("四川省", 119, 2400),
        ),
        base,
    )
    levels = Distribution((Share("gold", 105, 1000), Share("platinum", 10, 40)), base)
    over, under = standouts([("province", provinces), ("level", levels)], per_subject=2)
    # 浙江省 has the largest effect (h 0.44), 海南省 the highest index, of few (h 0.09). Gold is average, and
    # platinum has too few members to be named.
    assert [(s.share.value, round(s.tgi)) for s in over] == [("浙江省", 200), ("江苏省", 167)]
    assert [(s.share.value, round(s.tgi)) for s in under] == [("广东省", 20), ("四川省", 50)]
    assert over[0].interval.low < 200 < over[0].interval.high and over[0].q < 1e-9


def test_a_high_index_of_very_few_is_not_taken_for_a_finding():
    base = Base(100, 100_000, least=2)
    rare = Distribution(tuple(Share(f"city {n}", 2 if n == 7 else 0, 300) for n in range(300)), base)
    assert standouts([("city", rare)]) == ([], [])


@pytest.mark.parametrize(
    ("group", "everyone", "told"),
    [
        (50, 900, (0.1, 0.09)),
        # A few of everyone, none of them members.
        (0, 13, (0, None)),
        # Of everyone who has it all but five are members: the group's own number stays.
        (50, 55, (0.1, None)),
        (50, 50, (0.1, 0.005)),
        # A few members; how many of everyone have it tells nothing of them.
        (5, 900, (None, 0.09)),
    ],
)
def test_everyones_number_is_not_told_where_it_or_those_outside_are_a_few(group, everyone, told):
    share, base = Share("a", group, everyone), Base(500, 10_000, least=20)
    assert (share.group_share(base), share.everyone_share(base)) == told
    assert (share.tgi(base) is None) is (None in told)


def test_beside_everyone_of_whom_a_few_are_not_in_the_group_nothing_of_everyone_is_told():
    base = Base(490, 500, least=20)
    assert Share("a", 100, 100).everyone_share(base) is None
    assert Share("a", 100, 100).group_share(base) == 100 / 490


def veils(*counts):
    base = Base(sum(ours for ours, _theirs in counts), sum(theirs for _ours, theirs in counts), 20)
    shares = tuple(Share(str(place), *pair) for place, pair in enumerate(counts))
    found = veil(Distribution(shares, base)).shares
    return [(not share.hidden(base), not share.hidden_beside(base)) for share in found]


def test_where_one_of_everyones_numbers_is_not_told_it_does_not_follow_from_the_others():
    # The second tells of 5 outside; the third's are the fewest else.
    assert veils((100, 900), (50, 55), (40, 200), (30, 400)) == [
        (True, True),
        (True, False),
        (True, False),
        (True, True),
    ]
    # A few members: the group's smallest other goes with them, and everyone's stay.
    assert veils((100, 900), (5, 300), (40, 200)) == [(True, True), (False, True), (False, True)]


@pytest.mark.parametrize("seed", range(60))
def test_neither_a_few_members_nor_a_few_others_follow_from_sums(seed):
    random = np.random.default_rng(seed)
    ours = random.poisson(random.choice([3, 30, 60]), 6)
    outside = random.poisson(random.choice([3, 30, 60]), 6) * random.integers(0, 2, 6)
    told = veils(*zip(ours.tolist(), (ours + outside).tolist(), strict=True))
    hidden, beside = (np.array([not one[side] for one in told]) for side in (0, 1))

    def enough(count):
        return count == 0 or count >= 20

    if outside.sum() and enough(outside.sum()) and enough(ours.sum()):
        assert enough(ours[hidden].sum()) and enough((ours + outside)[beside].sum())
        # What is left of everyone less what is left of the group, wherever both are of the same values.
        lines = [hidden | beside] + ([hidden, beside] if not (hidden & beside).any() else [])
        assert all(enough(outside[line].sum()) for line in lines)
        assert all(enough(out) for out, line in zip(outside, hidden | beside, strict=True) if not line)


def test_what_tells_of_a_few_outside_is_no_finding():
    shares = (Share("a", 50, 55), Share("b", 450, 9945))
    over, _under = standouts([("one", Distribution(shares, Base(500, 10_000, least=20)))])
    assert over == []
    over, _under = standouts([("one", Distribution(shares, Base(500, 10_000, least=5)))])
    assert [one.share.value for one in over] == ["a"]

"""How spend lies on buyers, beside the definitions told pair by pair and beside SciPy's bootstrap."""

import numpy as np
import pytest
from scipy import stats

from segments.personas.concentration import concentration, steps_of

RANDOM = np.random.default_rng(11)
SPENDS = {
    "all alike": np.full(40, 25.0),
    "one has it all": np.array([0.0] * 39 + [1000.0]),
    "skewed": RANDOM.lognormal(5, 1.2, 400).round(2),
    "with ties": RANDOM.integers(1, 6, 237).astype(float),
}
spends = pytest.mark.parametrize("spend", SPENDS.values(), ids=SPENDS.keys())


def gini(spend):
    """By its definition: the mean absolute difference of all pairs over twice the mean."""
    return np.abs(spend[:, None] - spend[None, :]).mean() / (2 * spend.mean())


def held_by(spend, part):
    """What the largest part of buyers holds, the one at its edge by the piece of them that is in it."""
    ranked, room = sorted(spend, reverse=True), part * len(spend)
    return sum(one * min(1, max(0, room - place)) for place, one in enumerate(ranked)) / sum(ranked)


@spends
def test_ginis_coefficient_is_the_mean_absolute_difference_over_twice_the_mean(spend):
    assert concentration(spend, 1).gini.value == pytest.approx(gini(spend))


@spends
def test_the_curve_and_the_tops_are_what_the_largest_buyers_hold(spend):
    found = concentration(RANDOM.permutation(spend), 1)
    assert list(found.curve) == pytest.approx([held_by(spend, part) for part in steps_of(found.curve)])
    assert [one.value for one in found.tops] == pytest.approx([held_by(spend, 0.1), held_by(spend, 0.2)])


def test_the_area_between_the_curve_and_the_line_of_all_alike_is_half_ginis_coefficient():
    spend = SPENDS["skewed"]
    found = concentration(spend, 1)
    area = np.trapezoid(found.curve, steps_of(found.curve)) - 0.5
    assert 2 * area == pytest.approx(gini(spend), abs=0.01)


@pytest.mark.parametrize("of", ["gini", "top tenth", "top fifth"])
def test_intervals_are_as_wide_as_those_of_a_bootstrap(of):
    spend = SPENDS["skewed"]
    found = concentration(spend, 1)
    figure, told = {
        "gini": (gini, found.gini),
        "top tenth": (lambda some: held_by(some, 0.1), found.tops[0]),
        "top fifth": (lambda some: held_by(some, 0.2), found.tops[1]),
    }[of]
    drawn = stats.bootstrap((spend,), figure, n_resamples=400, vectorized=False, random_state=3).standard_error
    half = (told.interval.high - told.interval.low) / 2
    assert half == pytest.approx(1.96 * drawn, rel=0.15)


def test_unknown_spend_is_left_out_and_more_paid_back_than_paid_is_nothing():
    found = concentration(np.array([np.nan, -5.0, 10.0, 30.0]), 1)
    assert (found.buyers, found.gini.value) == (3, pytest.approx(gini(np.array([0.0, 10.0, 30.0]))))


def test_no_step_of_the_curve_and_no_top_is_of_fewer_than_may_be_shown():
    spend = np.arange(1.0, 151.0)
    found = concentration(spend, 20)
    assert len(found.curve) - 1 == 150 // 20
    assert [one is None for one in found.tops] == [True, False]
    assert concentration(spend[:19], 20) is None
    just = concentration(spend[:20], 20)
    assert (just.buyers, list(just.curve), just.tops) == (20, [0.0, 1.0], (None, None))
    assert [one is None for one in concentration(np.arange(1.0, 101.0), 20).tops] == [True, False]
    assert [concentration(spend[:size], 0) is None for size in (1, 2)] == [True, False]
    assert concentration(np.zeros(50), 20) is None

"""Every figure that says how sure another is, beside SciPy's on the same numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from segments.personas.evidence import chances, corrected, effect, share_interval, tgi_interval
from segments.personas.statistics import Base, Share

# Of everyone so many have the value; the group's size; of the group so many have it.
TABLES = [
    (1_000, 100, 50, 20),
    (1_000, 100, 50, 0),
    (200, 7, 40, 4),
    (60, 30, 20, 10),
    (1_000_000, 200_000, 50_000, 10_400),
    (1_000_000, 30, 500_000, 25),
    (40_000, 39_000, 1_000, 990),
]
tables = pytest.mark.parametrize(("everyone", "having", "group", "ours"), TABLES)


def figure(everyone, having, group, ours):
    return Share("value", ours, having), Base(group, everyone, 1)


@tables
def test_the_interval_of_a_share_is_wilsons(everyone, having, group, ours):
    found = share_interval(ours, group)
    theirs = stats.binomtest(ours, group).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))


@tables
def test_the_interval_of_an_index_is_around_it_and_in_hundredths_of_everyones_share(everyone, having, group, ours):
    share, base = figure(everyone, having, group, ours)
    found, theirs = tgi_interval(share, base), stats.binomtest(ours, group).proportion_ci(method="wilson")
    assert found.high == pytest.approx(100 * theirs.high / (having / everyone))
    assert found.low <= share.tgi(base) <= found.high


@tables
def test_chance_is_that_of_fishers_exact_test_by_twice_its_smaller_side(everyone, having, group, ours):
    table = [[ours, group - ours], [having - ours, everyone - group - having + ours]]
    sides = [stats.fisher_exact(table, alternative=side).pvalue for side in ("less", "greater")]
    (found,) = chances([figure(everyone, having, group, ours)])
    assert found == pytest.approx(min(1, 2 * min(sides)), rel=1e-6)


def test_what_nobody_or_everybody_has_is_no_surprise():
    nobody, everybody = Share("value", 0, 0), Share("value", 10, 100)
    assert chances(
        [(nobody, Base(10, 100, 1)), (everybody, Base(10, 100, 1)), (Share("value", 100, 100), Base(100, 100, 1))]
    ) == (pytest.approx([1, 1, 1]))
    assert not len(chances([]))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_correction_is_benjamini_and_hochbergs(p):
    assert corrected(p) == pytest.approx(stats.false_discovery_control(p))


def test_of_a_thousand_figures_about_nothing_hardly_one_is_left():
    random = np.random.default_rng(7)
    base = Base(2_000, 100_000, 20)
    drawn = [random.hypergeometric(10_000, 90_000, 2_000) for _ in range(1_000)]
    found = chances([(Share("value", int(ours), 10_000), base) for ours in drawn])
    assert (found < 0.01).sum() > 2
    assert (corrected(found) < 0.01).sum() == 0


def test_the_size_of_an_effect_is_cohens_h():
    share, base = figure(1_000, 300, 100, 50)
    assert effect(share, base) == pytest.approx(2 * np.arcsin(np.sqrt(0.5)) - 2 * np.arcsin(np.sqrt(0.3)))
    assert effect(Share("value", 0, 300), base) < 0 < effect(Share("value", 100, 300), base)

"""Whether a difference is more than chance, beside what SciPy says of it."""

import pytest
from scipy.stats import hypergeom, norm

from segments.beside.apart import Counted, chance, index_interval, index_of


@pytest.mark.parametrize(
    ("count", "size", "having", "everyone"), [(300, 1000, 2500, 10_000), (60, 400, 900, 5_000)]
)
def test_chance_against_everyone_is_nearly_the_exact_one(count, size, having, everyone):
    said = chance(Counted(count, size), Counted(having, everyone), part=True)
    law = hypergeom(everyone, having, size)
    exact = 2 * min(law.cdf(count), law.sf(count - 1))
    assert said == pytest.approx(exact, rel=0.35, abs=1e-6)


def test_chance_against_another_segment_is_that_of_two_shares():
    said = chance(Counted(60, 400), Counted(90, 400), part=False)
    pooled = 150 / 800
    z = (60 - 90) / 400 / (pooled * (1 - pooled) * 2 / 400) ** 0.5
    assert said == pytest.approx(2 * norm.sf(abs(z)))


def test_of_small_numbers_nothing_is_said():
    assert chance(Counted(2, 20), Counted(100, 10_000), part=True) is None
    assert chance(Counted(0, 0), Counted(100, 10_000), part=True) is None
    assert index_of(Counted(5, 50), Counted(0, 100)) is None
    assert index_interval(Counted(0, 50), Counted(10, 100), part=False) is None


def test_an_index_has_an_interval_around_it_wider_against_a_sample():
    ours, theirs = Counted(300, 1000), Counted(150, 1000)
    everyone, other = (index_interval(ours, theirs, part=part) for part in (True, False))
    assert index_of(ours, theirs) == 200
    assert everyone.low < 200 < everyone.high and other.low < everyone.low and other.high > everyone.high

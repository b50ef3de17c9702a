"""Quartiles that follow what becomes other are those of all numbers, or said not to be known."""

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tags import spread
from tags.packed import pack
from tags.spread import QUARTERS, spread_of, spread_read
from tags.tables import numbers_table

kinds = st.sampled_from(
    [[0, 1, 1, 2], [0, 0, 0, 0, 7], range(300), [n / 100 for n in range(900)], [1 / 3, 2 / 3, 5.5]]
)


def quartiles(values):
    return np.percentile(values, [100 * quarter for quarter in QUARTERS]).tolist() if len(values) else []


def kept(values):
    found = spread_of(pack(numbers_table(np.arange(len(values)), np.array(values, np.float64))))
    return spread_read(found.write())


# Thrown here: to have each of a thousand throws drawn took most of the time.
dice = st.integers(0, 2**32).map(Random)


@settings(max_examples=300)
@given(kinds, dice, st.integers(0, 400), st.integers(0, 60), st.integers(0, 60))
@pytest.mark.parametrize("fewest", [3, 1000])
def test_quartiles_follow(fewest, kind, dice, count, gone, come):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spread, "FEWEST", fewest)
        before = [float(dice.choice(kind)) for _ in range(count)]
        found = kept(before)
    assert found.quartiles() == quartiles(before)
    less = dice.sample(before, min(gone, count))
    more = [float(dice.choice(kind)) for _ in range(come)]
    now = list(before)
    for number in less:
        now.remove(number)
    told = found.changed(np.array(less), np.array(more)).quartiles()
    assert told in (None, quartiles([*now, *more]))
    if fewest == 1000 and len(now) and not more:
        assert told is not None


def test_few_changes_among_many_numbers_leave_the_quartiles_known():
    random = np.random.default_rng(5)
    before = np.sort(random.lognormal(3, 1, 200_000))
    less, more = before[::500], random.lognormal(3, 1, 300)
    now = np.concatenate([np.delete(before, np.arange(0, len(before), 500)), more])
    assert kept(before).changed(less, more).quartiles() == quartiles(now)


def test_what_leaves_the_kept_stretches_is_not_guessed():
    before = np.arange(100_000) / 3
    assert kept(before).changed(before[:20_000], np.zeros(0)).quartiles() is None

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segments.personas.spend import Buyers, orders_distribution, spend_distribution, worth
from segments.personas.steps import distribution_in_steps, round_edges


def label(value: float) -> str:
    return f"{value:,.0f}"


def test_orders_fall_into_steps_that_read_like_orders():
    orders = np.array([1, 1, 2, 3, 4, 9, 10, 250])
    inside = np.array([1, 0, 1, 1, 0, 0, 1, 1], dtype=bool)
    buyers = Buyers(orders, np.full(8, np.nan), inside, least=1)
    found = orders_distribution(buyers)
    assert [(s.label, s.group, s.everyone) for s in found.shares] == [
        ("1", 1, 2),
        ("2", 1, 1),
        ("3–4", 1, 2),
        ("5–9", 0, 1),
        ("10–19", 1, 1),
        ("≥20", 1, 1),
    ]
    assert (found.base.group, found.base.everyone) == (5, 8)


def test_ages_take_even_steps_and_amounts_growing_ones():
    ages = np.arange(18, 66, dtype=float)
    amounts = np.geomspace(1, 10_000, 400)
    assert round_edges(ages) == (20, 30, 40, 50, 60)
    assert round_edges(amounts) == (0, 20, 100, 500, 2000)


def test_what_is_counted_has_no_step_between_none_and_one():
    friends = np.array([0.0] * 40 + [1.0] * 30 + [2.0] * 20 + [7.0] * 10)
    found = distribution_in_steps(friends, friends > 1, round_edges(friends), 1, label)
    assert [(share.label, share.everyone) for share in found.shares] == [
        ("0", 40),
        ("1", 30),
        ("2–4", 20),
        ("≥5", 10),
    ]
    assert round_edges(np.array([3.0, 4.0, 5.0])) == (3, 4)


@given(st.lists(st.floats(0, 1e7), min_size=1, max_size=60), st.integers(0, 2**60 - 1))
def test_everyone_is_in_exactly_one_step(values, mask):
    numbers = np.array(values)
    inside = np.array([bool(mask >> i & 1) for i in range(len(values))])
    edges = round_edges(numbers)
    found = distribution_in_steps(numbers, inside, edges, 1, label)
    assert list(edges) == sorted(set(edges))
    assert 1 <= len(edges) <= 8
    assert sum(s.everyone for s in found.shares) == len(values)
    assert sum(s.group for s in found.shares) == inside.sum()


def test_spend_and_orders_make_the_worth_of_a_group():
    buyers = Buyers(np.array([2, 1, 3]), np.array([100.0, 50.0, 60.0]), np.array([True, False, True]), least=1)
    ours, everyones = worth(buyers, group=True), worth(buyers, group=False)
    assert (ours.orders_each, ours.spend_each, ours.average_order) == (2.5, 80, 32)
    assert (everyones.buyers, everyones.spend_each) == (3, 70)


def test_without_amounts_there_is_no_spend():
    buyers = Buyers(np.array([2]), np.array([np.nan]), np.array([True]), least=1)
    assert worth(buyers, group=True).spend is None
    assert spend_distribution(buyers, label).empty


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [7.0], [-5.0, 3.0, 8.0]])
def test_odd_numbers_still_have_a_step(values):
    found = distribution_in_steps(
        np.array(values), np.ones(len(values), bool), round_edges(np.array(values)), 1, label
    )
    assert sum(s.everyone for s in found.shares) == len(values)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ((30, 40, 25), {"<10": 30, "10–20": 40, "≥20": 25}),
        ((30, 40, 3), {"<10": 30, "≥10": 43}),
        ((3, 40, 25), {"<20": 43, "≥20": 25}),
        ((30, 3, 4, 25), {"<30": 37, "≥30": 25}),
        ((30, 0, 25), {"<10": 30, "10–20": 0, "≥20": 25}),
        ((4, 5, 6), {"≥0": 15}),
    ],
)
def test_a_step_of_a_few_of_everyone_is_part_of_the_one_before(counts, told):
    values = np.concatenate([np.full(count, 10.0 * place + 0.5) for place, count in enumerate(counts)])
    edges = [10.0 * place for place in range(len(counts))]
    found = distribution_in_steps(values, np.ones(len(values), bool), edges, 20, label)
    assert {share.label: share.everyone for share in found.shares} == told

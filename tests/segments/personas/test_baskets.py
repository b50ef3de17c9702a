"""What is in an order and what is bought together, beside the same counted order by order."""

from collections import defaultdict

import numpy as np
import pytest
from scipy.stats import norm

from segments.personas.baskets import Lines, baskets_of, by_customer, items_distribution, pair_of, pairs_ranked

RANDOM = np.random.default_rng(3)
SIZE, GOODS = 4000, 5
CUSTOMERS = RANDOM.integers(1, 300, SIZE)
ORDERS = RANDOM.integers(0, 6, SIZE)
ITEMS = RANDOM.integers(1, 4, SIZE).astype(float)
SHELVES = RANDOM.integers(-1, GOODS, SIZE)
LINES = Lines(CUSTOMERS, ORDERS, ITEMS, SHELVES)


def told():
    """Order → its items and goods."""
    found = defaultdict(lambda: [0.0, set()])
    for who, order, items, shelf in zip(CUSTOMERS, ORDERS, ITEMS, SHELVES, strict=True):
        found[int(who), int(order)][0] += items
        found[int(who), int(order)][1] |= {int(shelf)} - {-1}
    return found


def test_lines_of_one_customer_and_number_are_one_order():
    baskets, orders = baskets_of(LINES, GOODS), told()
    assert len(baskets.items) == len(orders)
    assert sorted(zip(baskets.customers.tolist(), baskets.items.tolist(), strict=True)) == sorted(
        (who, items) for (who, _order), (items, _goods) in orders.items()
    )
    assert baskets.buyers == len({who for who, _order in orders})


@pytest.mark.parametrize(("one", "other"), [(0, 1), (2, 4)])
def test_lift_is_how_often_both_are_in_an_order_beside_chance(one, other):
    orders = told()
    both = [who for (who, _order), (_items, goods) in orders.items() if {one, other} <= goods]
    singles = [sum(shelf in goods for _items, goods in orders.values()) for shelf in (one, other)]
    pair = pair_of(baskets_of(LINES, GOODS), one, other)
    assert (pair.orders, pair.customers, pair.of) == (len(both), len(set(both)), len(orders))
    assert pair.lift == pytest.approx(len(both) * len(orders) / (singles[0] * singles[1]))
    # Wilson's interval of the share of orders with the one that have the other.
    z, n, p = norm.ppf(0.975), singles[0], len(both) / singles[0]
    middle, half = (p + z * z / 2 / n), z * np.sqrt(p * (1 - p) / n + z * z / 4 / n / n)
    usual = singles[1] / len(orders)
    assert pair.interval.low == pytest.approx((middle - half) / (1 + z * z / n) / usual)
    assert pair.interval.high == pytest.approx((middle + half) / (1 + z * z / n) / usual)


def test_all_orders_of_a_customer_are_one_where_that_is_asked():
    bought = defaultdict(set)
    for (who, _order), (_items, goods) in told().items():
        bought[who] |= goods
    found = by_customer(baskets_of(LINES, GOODS))
    pair = pair_of(found, 0, 1)
    both = sum({0, 1} <= goods for goods in bought.values())
    first, second = (sum(shelf in goods for goods in bought.values()) for shelf in (0, 1))
    assert (pair.orders, pair.customers, pair.of) == (both, both, len(bought))
    assert pair.lift == pytest.approx(both * len(bought) / first / second)
    assert baskets_of(LINES, GOODS).has_several
    assert not baskets_of(Lines(CUSTOMERS, np.arange(SIZE), ITEMS, SHELVES), GOODS).has_several


def test_customers_are_told_by_the_average_of_their_orders():
    ours = baskets_of(LINES.of(CUSTOMERS < 100), GOODS)
    found = items_distribution(ours, baskets_of(LINES, GOODS), 1)
    average = defaultdict(list)
    for (who, _order), (items, _goods) in told().items():
        average[who].append(items)
    steps = {"1": (1, 1.00005), "1–2": (1.00005, 2), "2–3": (2, 3), "3–5": (3, 5), "5–10": (5, 10), "≥10": (10, 99)}
    means = {who: sum(each) / len(each) for who, each in average.items()}
    assert {share.label: (share.group, share.everyone) for share in found.shares} == {
        label: (
            sum(low <= mean < high for who, mean in means.items() if who < 100),
            sum(low <= mean < high for mean in means.values()),
        )
        for label, (low, high) in steps.items()
    }


def test_pairs_of_too_few_are_not_among_the_top_ones():
    baskets = baskets_of(LINES, GOODS)
    ranked = list(pairs_ranked(baskets, 3, 1))
    people = [pair_of(baskets, *pair).customers for pair in ranked]
    assert len(ranked) == 3 and people == sorted(people, reverse=True)
    assert not list(pairs_ranked(baskets, 3, people[0] + 1))


def test_of_no_orders_there_are_no_pairs():
    nothing = np.zeros(0, np.int64)
    empty = baskets_of(Lines(nothing, nothing, np.zeros(0), nothing), GOODS)
    assert empty.buyers == 0 and not list(pairs_ranked(empty, 3, 1))
    assert pair_of(empty, 0, 1).lift is None
    assert items_distribution(empty, empty, 1).empty

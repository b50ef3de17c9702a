"""What a buyer's orders say: how long ago, how large, how much was taken off. Beside the same buyer by buyer."""

import numpy as np
import pytest

from segments.personas.spend import (
    Buyers,
    basket_distribution,
    off_distribution,
    reduced_distribution,
    since_distribution,
)
from segments.personas.statistics import Base, Distribution, Share, fold, veil

RANDOM = np.random.default_rng(3)
COUNT = 300
ORDERS = RANDOM.integers(1, 12, COUNT)
BUYERS = Buyers(
    orders=ORDERS,
    spend=RANDOM.lognormal(5, 1, COUNT).round(2),
    inside=RANDOM.random(COUNT) < 0.4,
    least=1,
    discount=np.where(RANDOM.random(COUNT) < 0.5, 0, RANDOM.lognormal(3, 1, COUNT)).round(2),
    reduced=RANDOM.binomial(ORDERS, 0.4),
    since=RANDOM.integers(0, 500, COUNT),
)


def counted(within):
    """(members, everyone) for each step, `within` told of one buyer's place."""
    steps = [[within(place) == step for place in range(COUNT)] for step in range(6 + 1)]
    return [(int((np.array(s) & BUYERS.inside).sum()), sum(s)) for s in steps]


def step_of(value, edges):
    return sum(value >= edge for edge in edges) - 1


def told(distribution):
    return [(share.group, share.everyone) for share in distribution.shares]


def test_days_since_the_last_purchase():
    edges = (0, 7, 30, 60, 90, 180, 365)
    found = since_distribution(BUYERS)
    assert told(found) == counted(lambda place: step_of(BUYERS.since[place], edges))
    assert [share.label for share in found.shares] == ["<7", "7–29", "30–59", "60–89", "90–179", "180–364", "≥365"]


def test_part_of_the_price_that_was_taken_off():
    def step(place):
        off, paid = BUYERS.discount[place], BUYERS.spend[place]
        return 0 if off == 0 else 1 + step_of(100 * off / (off + paid), (0.01, 5, 10, 20, 30))

    found = off_distribution(BUYERS)
    assert told(found) == counted(lambda place: step(place))[:6]
    assert [share.label for share in found.shares] == ["0%", "<5%", "5–10%", "10–20%", "20–30%", "≥30%"]


def test_part_of_the_orders_that_something_was_taken_off():
    def step(place):
        part = 100 * BUYERS.reduced[place] / BUYERS.orders[place]
        return 0 if part == 0 else 1 + step_of(part, (0.01, 25, 50, 75, 100))

    found = reduced_distribution(BUYERS)
    assert told(found) == counted(step)[:6]
    assert [share.label for share in found.shares] == ["0%", "<25%", "25–50%", "50–75%", "75–100%", "100%"]


def test_the_average_order_is_spend_over_orders():
    found = basket_distribution(BUYERS, lambda edge: f"{edge:g}")
    edges = [float(share.value) for share in found.shares]
    average = BUYERS.spend / BUYERS.orders
    places = np.maximum([step_of(value, edges) for value in average], 0)
    assert [share.everyone for share in found.shares] == np.bincount(places, minlength=len(edges)).tolist()


def test_of_what_is_not_known_nothing_is_said():
    plain = Buyers(BUYERS.orders, BUYERS.spend, BUYERS.inside, 1)
    assert (since_distribution(plain), off_distribution(plain), reduced_distribution(plain)) == (None, None, None)


@pytest.mark.parametrize(
    ("counts", "told_of"),
    [
        ((500, 300, 7), [True, False, False]),
        ((500, 300, 15, 12), [True, True, False, False]),
        ((500, 307, 0), [True, True, True]),
        ((500, 7, 300), [True, False, False]),
    ],
)
def test_a_few_do_not_follow_from_the_sum(counts, told_of):
    base = Base(sum(counts), 10_000, 20)
    shares = tuple(Share(str(place), count, 1_000) for place, count in enumerate(counts))
    found = veil(Distribution(shares, base))
    assert [not share.hidden(base) for share in found.shares] == told_of
    folded = fold(Distribution(shares, base), most=9, other="others")
    assert sum(not share.hidden(base) for share in folded.shares) == sum(told_of)


def test_of_values_one_may_have_several_of_no_sum_tells_anything():
    shares = (Share("a", 90, 1_000), Share("b", 80, 1_000), Share("c", 5, 1_000))
    base = Base(100, 10_000, 20)
    assert veil(Distribution(shares, base)).shares == shares

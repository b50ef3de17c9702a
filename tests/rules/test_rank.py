"""Who is among the first by a measure."""

from decimal import Decimal

import numpy as np

from tags.rules.nodes import Agg, Measure, Rank
from tags.rules.rank import ranked

SPENT = Measure(("purchase",), Agg.SUM, "amount")
CUSTOMERS = np.array([40, 10, 30, 20, 50])
AMOUNTS = np.array([7.0, 7.0, 9.0, 7.0, 5.0])


def first(n: int, *, bottom: bool = False) -> set[int]:
    return set(ranked(Rank(SPENT, Decimal(n), bottom=bottom), CUSTOMERS, AMOUNTS).tolist())


def test_of_equals_the_smaller_ids_come_first_in_whatever_order_they_are_held() -> None:
    assert [first(n) for n in (1, 2, 3, 4)] == [{30}, {30, 10}, {30, 10, 20}, {30, 10, 20, 40}]


def test_counted_from_the_bottom_the_smaller_ids_come_first_too() -> None:
    assert [first(n, bottom=True) for n in (1, 2, 3)] == [{50}, {50, 10}, {50, 10, 20}]


def test_all_are_chosen_where_there_are_no_more() -> None:
    assert first(5) == first(9) == set(CUSTOMERS.tolist())

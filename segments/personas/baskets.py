"""What is in an order, and what is bought together. Pure: lines of orders in, counts out."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .evidence import Interval, share_interval
from .statistics import Base, Distribution, Share, veil

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
# Lower edges of an average number of items; below the second one it is exactly one.
EDGES = (1.0, 1.0001, 2.0, 3.0, 5.0, 10.0)
NAMES = ("1", "1–2", "2–3", "3–5", "5–10", "≥10")


@dataclass(frozen=True)
class Lines:
    """A place each line: the customer, the order's number (one customer's alone), how many items, and which of the
    goods that are asked about (−1: none)."""

    customers: Ints
    orders: Ints
    items: Floats
    goods: Ints

    def of(self, chosen: npt.NDArray[np.bool_]) -> "Lines":
        return Lines(self.customers[chosen], self.orders[chosen], self.items[chosen], self.goods[chosen])


@dataclass(frozen=True)
class Baskets:
    """A place each order: the customer, its items, and which goods are in it."""

    customers: Ints
    items: Floats
    holds: npt.NDArray[np.bool_]

    @property
    def buyers(self) -> int:
        return len(np.unique(self.customers))

    @property
    def has_several(self) -> bool:
        """Whether different goods are in one order at all: where each line is an order of its own, they are not."""
        return bool((self.holds.sum(axis=1) > 1).any())


@dataclass(frozen=True)
class Pair:
    """So many orders of so many customers have both. `lift`: how many times as many orders have both as would if
    one had nothing to do with the other; of `of` orders, with its 95 % interval."""

    customers: int
    orders: int
    of: int
    lift: float | None
    interval: Interval | None


def baskets_of(lines: Lines, goods: int) -> Baskets:
    # As one number, for pairs are ten times as long in sorting.
    numbers, number = np.unique(lines.orders, return_inverse=True)
    keys, place = np.unique(lines.customers * max(len(numbers), 1) + number, return_inverse=True)
    holds = np.zeros((len(keys), goods), dtype=bool)
    known = lines.goods >= 0
    holds[place[known], lines.goods[known]] = True
    return Baskets(
        keys // max(len(numbers), 1), np.bincount(place, lines.items, len(keys)).astype(np.float64), holds
    )


def by_customer(of: Baskets) -> Baskets:
    """All orders of a customer as one."""
    who, place = np.unique(of.customers, return_inverse=True)
    holds = np.zeros((len(who), of.holds.shape[1]), dtype=bool)
    order, shelf = np.nonzero(of.holds)
    holds[place[order], shelf] = True
    return Baskets(who, np.bincount(place, of.items, len(who)).astype(np.float64), holds)


def items_distribution(ours: Baskets, theirs: Baskets, least: int) -> Distribution:
    """Customers by how many items their orders have on average."""
    counts = [np.bincount(_steps(of), minlength=len(EDGES)) for of in (ours, theirs)]
    shares = (
        Share(f"{edge:g}", int(group), int(everyone), name)
        for edge, name, group, everyone in zip(EDGES, NAMES, *counts, strict=True)
    )
    return veil(Distribution(tuple(shares), Base(ours.buyers, theirs.buyers, least)))


def _steps(of: Baskets) -> Ints:
    _who, place = np.unique(of.customers, return_inverse=True)
    average = np.bincount(place, of.items) / np.bincount(place) if len(place) else np.zeros(0)
    return np.clip(np.searchsorted(EDGES, average, side="right") - 1, 0, None)


def pair_of(of: Baskets, one: int, other: int) -> Pair:
    first, second = of.holds[:, one], of.holds[:, other]
    both, size = first & second, len(of.holds)
    together, single, rest = (int(some.sum()) for some in (both, first, second))
    people = len(np.unique(of.customers[both]))
    if not (single and rest):
        return Pair(people, together, size, None, None)
    # Of the orders with the one, the share that has the other, beside its share of all.
    usual, found = rest / size, share_interval(together, single)
    interval = Interval(found.low / usual, found.high / usual)
    return Pair(people, together, size, together / single / usual, interval)


def pairs_ranked(of: Baskets, most: int, least: int) -> Iterator[tuple[int, int]]:
    """Those that most customers bought together, of enough of them."""
    goods = of.holds.shape[1]
    found = [(one, other, pair_of(of, one, other).customers) for one in range(goods) for other in range(one)]
    ranked = sorted(found, key=lambda pair: (-pair[2], pair[1], pair[0]))
    yield from ((other, one) for one, other, people in ranked[:most] if people >= max(least, 1))

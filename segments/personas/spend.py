"""How often and for how much: from each buyer's orders and spend to key numbers. Pure."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .statistics import Base, Distribution
from .steps import Label, distribution_in_steps, round_edges

ORDER_EDGES = (1, 2, 3, 5, 10, 20)


@dataclass(frozen=True)
class Buyers:
    """One place a buyer, everyone's: number of orders, spend (NaN where unknown), and whether a member."""

    orders: npt.NDArray[np.int64]
    spend: npt.NDArray[np.float64]
    inside: npt.NDArray[np.bool_]
    least: int

    @property
    def base(self) -> Base:
        return Base(int(self.inside.sum()), len(self.inside), self.least)


@dataclass(frozen=True)
class Worth:
    """Of a set of buyers; `spend` is None when no amount is known."""

    buyers: int
    orders: int
    spend: float | None

    @property
    def orders_each(self) -> float | None:
        return self.orders / self.buyers if self.buyers else None

    @property
    def spend_each(self) -> float | None:
        return self.spend / self.buyers if self.buyers and self.spend is not None else None

    @property
    def average_order(self) -> float | None:
        return self.spend / self.orders if self.orders and self.spend is not None else None


def worth(buyers: Buyers, *, group: bool) -> Worth:
    chosen = buyers.inside if group else np.ones(len(buyers.inside), dtype=bool)
    spend = buyers.spend[chosen]
    total = None if np.isnan(spend).all() else float(np.nansum(spend))
    return Worth(int(chosen.sum()), int(buyers.orders[chosen].sum()), total)


def spends(buyers: Buyers) -> npt.NDArray[np.float64] | None:
    """What each spent, as `worth` reckons it: unknown is nothing. None when no amount is known."""
    return None if np.isnan(buyers.spend).all() else np.nan_to_num(buyers.spend)


def orders_distribution(buyers: Buyers) -> Distribution:
    """Buyers by number of orders: 1, 2, 3–4, 5–9, 10–19, 20 and more."""
    return distribution_in_steps(buyers.orders, buyers.inside, ORDER_EDGES, buyers.least, lambda edge: f"{edge:g}")


def spend_distribution(buyers: Buyers, label: Label) -> Distribution:
    """Buyers by what they spent in all."""
    known = ~np.isnan(buyers.spend)
    spend = buyers.spend[known]
    return distribution_in_steps(spend, buyers.inside[known], round_edges(spend), buyers.least, label)

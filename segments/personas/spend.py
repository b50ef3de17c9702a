"""How often and for how much: from each buyer's orders and spend to key numbers. Pure."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from .statistics import Base, Distribution
from .steps import Label, distribution_in_steps, round_edges

ORDER_EDGES = (1, 2, 3, 5, 10, 20)
# Days: a week, one month, two, a quarter, half a year, a year.
SINCE_EDGES = (0, 7, 30, 60, 90, 180, 365)
# Hundredths: nothing is a step of its own.
SOMETHING = 0.01
OFF_EDGES = (0, SOMETHING, 5, 10, 20, 30)
REDUCED_EDGES = (0, SOMETHING, 25, 50, 75, 100)


@dataclass(frozen=True)
class Buyers:
    """One place a buyer, everyone's: number of orders, spend and discount (NaN where unknown), whether a member,
    of how many orders something was taken off, and days since the last one."""

    orders: npt.NDArray[np.int64]
    spend: npt.NDArray[np.float64]
    inside: npt.NDArray[np.bool_]
    least: int
    discount: npt.NDArray[np.float64] | None = None
    reduced: npt.NDArray[np.int64] | None = None
    since: npt.NDArray[np.int64] | None = None

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


def since_distribution(buyers: Buyers) -> Distribution | None:
    """Buyers by days since they bought last."""
    if buyers.since is None:
        return None
    return distribution_in_steps(buyers.since, buyers.inside, SINCE_EDGES, buyers.least, lambda edge: f"{edge:g}")


def basket_distribution(buyers: Buyers, label: Label) -> Distribution:
    """Buyers by the average of their orders."""
    known = ~np.isnan(buyers.spend)
    average = buyers.spend[known] / buyers.orders[known]
    return distribution_in_steps(average, buyers.inside[known], round_edges(average), buyers.least, label)


def off_distribution(buyers: Buyers) -> Distribution | None:
    """Buyers by what was taken off what they would have paid: discount over discount and spend, in hundredths."""
    if buyers.discount is None:
        return None
    full = buyers.spend + buyers.discount
    known = (full > 0) & (buyers.discount >= 0) & (buyers.spend >= 0)
    return _hundredths(100 * buyers.discount[known] / full[known], buyers.inside[known], OFF_EDGES, buyers.least)


def reduced_distribution(buyers: Buyers) -> Distribution | None:
    """Buyers by how many of their orders something was taken off, in hundredths."""
    if buyers.reduced is None or not buyers.reduced.any():
        return None
    return _hundredths(100 * buyers.reduced / buyers.orders, buyers.inside, REDUCED_EDGES, buyers.least)


def _hundredths(
    values: npt.NDArray[np.float64], inside: npt.NDArray[np.bool_], edges: tuple[float, ...], least: int
) -> Distribution:
    """Steps that read `0%`, `<5%`, `5–10%`, `≥30%`; hundredths end at 100."""
    found = distribution_in_steps(values, inside, edges, least, lambda edge: f"{edge:g}%")
    ends = [*(float(share.value) for share in found.shares[1:]), None]
    named = (
        replace(share, label=_hundredth(float(share.value), end))
        for share, end in zip(found.shares, ends, strict=True)
    )
    return replace(found, shares=tuple(named))


def _hundredth(low: float, end: float | None) -> str:
    if end is None:
        return {100: "100%", SOMETHING: ">0%"}.get(low, f"≥{low:g}%")
    if end == SOMETHING:
        return "0%"
    return f"<{end:g}%" if low <= SOMETHING else f"{low:g}–{end:g}%"

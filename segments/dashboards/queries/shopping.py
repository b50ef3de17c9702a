"""What they buy, how often and for how much."""

from collections.abc import Iterator

import numpy as np

from segments.personas.spend import Buyers, orders_distribution, spend_distribution
from segments.personas.statistics import Distribution

from ..figures.numerals import short
from ..group import Group
from .answer import Answer

MOST_GOODS = 10


def buyers_of(group: Group) -> Buyers | None:
    """Each buyer's number of orders and their sum; None when there is no event that means a purchase."""
    if group.meaning.purchase is None:
        return None
    found = group.everyone.orders(group.meaning.purchase, group.meaning.amount)
    these = group.compared(found.customers)
    inside = group.inside(found.customers)
    return Buyers(found.orders[these], found.spend[these], inside[these], group.least)


def orders(group: Group) -> Iterator[Answer]:
    if buyers := group.buyers:
        yield Answer("orders", "", orders_distribution(buyers), buyers.base.group)


def spend(group: Group) -> Iterator[Answer]:
    buyers = group.buyers
    if buyers and not np.isnan(buyers.spend).all():
        distribution = spend_distribution(buyers, lambda value: short(value, group.language))
        yield Answer("spend", "", distribution, distribution.base.group)


def goods(group: Group) -> Iterator[Answer]:
    """Of the customers whose purchases name a category, brand or product, how many bought each."""
    for slug in group.meaning.goods:
        found = group.everyone.goods(group.meaning.purchase, slug, group.properties[slug].kind)
        base = group.base_of(found.known)
        every = Distribution(group.shares(found.holders), base)
        yield Answer(slug, group.properties[slug].name, _top_of_group(every), base.group, every)


def _top_of_group(distribution: Distribution) -> Distribution:
    """The values most bought in the group; the rest is left out, since customers buy more than one."""
    base = distribution.base
    common = [share for share in distribution.shares if share.everyone >= base.least]
    ranked = sorted(common, key=lambda share: (-share.group, -share.everyone, share.value))
    return Distribution(tuple(ranked[:MOST_GOODS]), base)

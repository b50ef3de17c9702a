"""What they buy, how often and for how much."""

from collections.abc import Callable, Iterator
from datetime import date

import numpy as np

from segments.personas.spend import (
    Buyers,
    basket_distribution,
    off_distribution,
    orders_distribution,
    reduced_distribution,
    since_distribution,
    spend_distribution,
)
from segments.personas.statistics import Distribution

from ..figures.numerals import short
from ..group import Group
from .answer import Answer

MOST_GOODS = 10
EPOCH = date(1970, 1, 1)


def buyers_of(group: Group) -> Buyers | None:
    """Each buyer's number of orders and their sum; None when there is no event that means a purchase."""
    if group.meaning.purchase is None:
        return None
    found = group.everyone.orders(group.meaning)
    these = group.compared(found.customers)
    inside = group.inside(found.customers)
    known = bool(group.meaning.discount or group.meaning.coupon)
    return Buyers(
        found.orders[these],
        found.spend[these],
        inside[these],
        group.least,
        discount=found.discount[these] if group.meaning.discount else None,
        reduced=found.reduced[these] if known else None,
        since=np.maximum((group.day - EPOCH).days - found.last[these], 0),
    )


def orders(group: Group) -> Iterator[Answer]:
    if buyers := group.buyers:
        yield Answer("orders", "", orders_distribution(buyers), buyers.base.group)


def spend(group: Group) -> Iterator[Answer]:
    buyers = group.buyers
    if buyers and not np.isnan(buyers.spend).all():
        distribution = spend_distribution(buyers, lambda value: short(value, group.language))
        yield Answer("spend", "", distribution, distribution.base.group)


def since(group: Group) -> Iterator[Answer]:
    yield from _of_buyers("since", group, since_distribution)


def basket(group: Group) -> Iterator[Answer]:
    """What an order of theirs is worth on average, where amounts are known."""
    if group.buyers and not np.isnan(group.buyers.spend).all():
        yield from _of_buyers(
            "basket", group, lambda buyers: basket_distribution(buyers, lambda value: short(value, group.language))
        )


def reduced(group: Group) -> Iterator[Answer]:
    yield from _of_buyers("reduced", group, reduced_distribution)


def off(group: Group) -> Iterator[Answer]:
    yield from _of_buyers("off", group, off_distribution)


def _of_buyers(subject: str, group: Group, of: Callable[[Buyers], Distribution | None]) -> Iterator[Answer]:
    found = of(group.buyers) if group.buyers else None
    if found and found.base.everyone:
        yield Answer(subject, "", found, found.base.group)


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

"""What they buy, how often and for how much."""

from collections.abc import Iterator

import ibis
import ibis.expr.types as ir
import numpy as np

from segments.personas.spend import Buyers, orders_distribution, spend_distribution
from segments.personas.statistics import Base, Distribution, Share

from ..figures.numerals import short
from ..group import Group, counted_customers, with_members
from .answer import Answer

MOST_GOODS = 10


def buyers_of(group: Group) -> Buyers | None:
    """Each buyer's number of orders and their sum; None when there is no event that means a purchase."""
    if group.meaning.purchase is None:
        return None
    bought = _purchases(group)
    amount = group.meaning.amount
    spend = bought[amount].cast("float64").sum() if amount else ibis.null("float64")
    each = bought.group_by("customer_id").aggregate(orders=bought.count(), spend=spend)
    joined, inside = with_members(group, each)
    frame = group.frame(joined.select("orders", "spend", inside=inside))
    return Buyers(
        orders=frame["orders"].to_numpy().astype(np.int64),
        spend=frame["spend"].cast("float64").to_numpy(zero_copy_only=False).astype(np.float64),
        inside=frame["inside"].to_numpy(zero_copy_only=False).astype(bool),
        least=group.least,
    )


def _purchases(group: Group) -> ir.Table:
    events = group.lake.tables.events
    return events.filter(events.event == group.meaning.purchase) if group.meaning.purchase else events


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
    bought = _purchases(group)
    for slug in group.meaning.goods:
        known = bought.filter(bought[slug].notnull())
        values = known.select("customer_id", value=known[slug])
        if group.properties[slug].kind == "list":
            values = values.select("customer_id", value=values.value.unnest())
        rows = group.ask(counted_customers(group, values, value=values.value))
        base = _asked(group, values)
        shares = (Share(row["value"], row["members"], row["everyone"], row["value"]) for row in rows)
        top = _top_of_group(Distribution(tuple(shares), base))
        yield Answer(slug, group.properties[slug].name, top, base.group)


def _asked(group: Group, values: ir.Table) -> Base:
    rows = group.ask(counted_customers(group, values, any=values.customer_id.notnull()))
    return Base(sum(r["members"] for r in rows), sum(r["everyone"] for r in rows), group.least)


def _top_of_group(distribution: Distribution) -> Distribution:
    """The values most bought in the group; the rest is left out, since customers buy more than one."""
    base = distribution.base
    common = [share for share in distribution.shares if share.everyone >= base.least]
    ranked = sorted(common, key=lambda share: (-share.group, -share.everyone, share.value))
    return Distribution(tuple(ranked[:MOST_GOODS]), base)

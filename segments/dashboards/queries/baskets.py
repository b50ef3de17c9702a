"""What is in an order of theirs, by a sample: how many items, and which goods together."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
from django.utils.translation import gettext as _
from pyroaring import BitMap

from cdp.bitmaps import mask_of_bitmap
from segments.personas.baskets import (
    Baskets,
    Lines,
    baskets_of,
    by_customer,
    items_distribution,
    pair_of,
    pairs_ranked,
)
from segments.personas.months import months_between
from segments.personas.statistics import Base, Distribution, Share

from ..figures.numerals import whole
from ..figures.pairs import Sampled
from ..group import Group
from ..orders import Asked, Bought, Read
from ..visits import sample_of
from .answer import Answer

# As many customers as tell a share to within a hundredth, and the months they are asked of, this one included.
SAMPLE, MONTHS, MOST_GOODS, MOST_PAIRS = 20_000, 3, 12, 8


def read(group: Group) -> Read | None:
    """Nothing where no purchase names what was bought, or nobody bought lately."""
    asked = asked_of(group)
    if asked is None:
        return None
    ours, theirs = (sample_of(some, SAMPLE) for some in (group.members, group.universe))
    first = group.day - timedelta(days=31 * (MONTHS - 1))
    months = months_between(f"{first:%Y-%m}", f"{group.day:%Y-%m}")[-MONTHS:]
    found = group.everyone.bought_by(asked, ours | theirs, months)
    goods, one, other = _sides(found, ours, theirs)
    if not len(one.items):
        return None
    said = {"n": whole(one.buyers), "orders": whole(len(one.items)), "since": months[0]}
    if len(ours) < len(group.members):
        note = _("%(orders)s orders since %(since)s, by a sample of %(n)s members") % said
    else:
        note = _("%(orders)s orders since %(since)s, of %(n)s members") % said
    return Read(asked, goods, one, other, note)


def items(group: Group) -> Iterator[Answer]:
    """How many items an order of theirs has on average."""
    if found := group.orders:
        told = items_distribution(found.ours, found.theirs, group.least)
        title = _("Items per order, on average")
        yield Answer("items", title, Sampled(told), told.base.group, note=found.note)


def pairs(group: Group) -> Iterator[Answer]:
    """What they buy together: in an order, or where each line is one, whatever they bought lately."""
    if found := group.orders:
        data = _pairs(group, found)
        title = _("Bought by the same customers: %(name)s") if data.by_customer else _("Bought together: %(name)s")
        title = title % {"name": group.properties[found.asked.goods].name}
        yield Answer("pairs", title, data, data.base.group, note=found.note)


def asked_of(group: Group) -> Asked | None:
    """Nothing where no purchase names what was bought."""
    meaning = group.meaning
    goods = next((slug for slug in meaning.goods if group.properties[slug].kind == "text"), None)
    if meaning.purchase is None or goods is None:
        return None
    return Asked(meaning.purchase, goods, meaning.order, meaning.items)


def _sides(found: Bought, ours: BitMap, theirs: BitMap) -> tuple[list[str], Baskets, Baskets]:
    """The goods most often bought, and the orders of each sample."""
    size = len(found.names)
    counts = np.bincount(found.goods[found.goods >= 0], minlength=size)
    common = np.argsort(-counts, kind="stable")[:MOST_GOODS]
    place = np.full(size + 1, -1, np.int64)
    place[common] = np.arange(len(common))
    lines = Lines(found.customers, found.orders, found.items, place[found.goods])
    most = int(found.customers.max(initial=0)) + 1
    inside = [mask_of_bitmap(some, most)[found.customers] for some in (ours, theirs)]
    one, other = (baskets_of(lines.of(chosen), len(common)) for chosen in inside)
    return [found.names[number] for number in common], one, other


def _pairs(group: Group, found: Read) -> Sampled:
    ours, theirs, alone = found.ours, found.theirs, not found.theirs.has_several
    if alone:
        ours, theirs = by_customer(ours), by_customer(theirs)
    ranked = list(pairs_ranked(ours, MOST_PAIRS, group.least))
    told = tuple((pair_of(ours, *pair), pair_of(theirs, *pair)) for pair in ranked)
    if alone:
        # Who buys little buys few things, so that chance is no measure of what the same customers buy.
        told = tuple((replace(one, lift=None), replace(other, lift=None)) for one, other in told)
    labels = [" + ".join(found.goods[place] for place in pair) for pair in ranked]
    shares = tuple(
        Share(label, one.customers, other.customers, label)
        for label, (one, other) in zip(labels, told, strict=True)
    )
    base = Base(ours.buyers, theirs.buyers, group.least)
    return Sampled(Distribution(shares, base), told, _("Lift"), by_customer=alone)

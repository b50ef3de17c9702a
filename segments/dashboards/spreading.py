"""How the members of a group are spread over the measures single customers are placed by."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from cdp.bitmaps import ids_of_bitmap
from segments.personas.spread import spread_of

from .group import Group

Floats = npt.NDArray[np.float64]
# Last days are told as proleptic ordinals.
EPOCH = date(1970, 1, 1).toordinal()


def spreads_of(group: Group) -> dict[str, list[float]]:
    """By measure, edges of steps with enough members each (`personas.spread`). Who did nothing has nothing of each,
    and is not recent at all. Nothing of a group that is cut or compared with another: customers are placed among
    members whole."""
    if group.filters or group.within or group.base.too_small or group.too_alike:
        return {}
    spreads = ((name, spread_of(values, group.least)) for name, values in _measures(group))
    return {name: edges for name, edges in spreads if edges}


def _measures(group: Group) -> Iterator[tuple[str, Floats]]:
    members, done = ids_of_bitmap(group.members), group.everyone.deeds.done
    yield "recency", _of(members, done.customers, done.last + EPOCH)
    if group.meaning.purchase:
        bought = group.everyone.orders(group.meaning)
        yield "frequency", _of(members, bought.customers, bought.orders)
        if not np.isnan(bought.spend).all():
            yield "spend", _of(members, bought.customers, np.nan_to_num(bought.spend))
    yield "activity", _of(members, done.customers, done.events)
    yield "breadth", _of(members, done.customers, group.everyone.breadth())


def _of(members: npt.NDArray[np.uint32], customers: npt.NDArray[np.uint32], values: npt.NDArray[Any]) -> Floats:
    """The value of each member, 0 of those who have none."""
    told = np.zeros(max(int(members.max(initial=0)), int(customers.max(initial=0))) + 1)
    told[customers] = values
    return told[members]

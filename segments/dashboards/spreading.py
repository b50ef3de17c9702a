"""How the members of a group are spread over the measures single customers are placed by."""

import numpy as np
import numpy.typing as npt

from cdp.bitmaps import ids_of_bitmap
from segments.personas.spread import spread_of

from .group import Group

Floats = npt.NDArray[np.float64]


def spreads_of(group: Group) -> dict[str, list[float]]:
    """By measure, edges of steps with enough members each (`personas.spread`). Who did nothing has nothing of each,
    and is not recent at all."""
    done = group.everyone.doings()
    members = ids_of_bitmap(group.members)
    found = {
        "recency": _of(members, done.customers, done.last),
        "activity": _of(members, done.customers, done.events),
        "breadth": _of(members, done.customers, done.channels),
    }
    if group.meaning.purchase:
        bought = group.everyone.orders(group.meaning)
        found["frequency"] = _of(members, bought.customers, bought.orders.astype(np.float64))
        if not np.isnan(bought.spend).all():
            found["spend"] = _of(members, bought.customers, np.nan_to_num(bought.spend))
    order = ("recency", "frequency", "spend", "activity", "breadth")
    spreads = {name: spread_of(found[name], group.least) for name in order if name in found}
    return {name: edges for name, edges in spreads.items() if edges}


def _of(members: npt.NDArray[np.uint32], customers: npt.NDArray[np.uint32], values: Floats) -> Floats:
    """The value of each member, 0 of those who have none."""
    told = np.zeros(max(int(members.max(initial=0)), int(customers.max(initial=0))) + 1)
    told[customers] = values
    return told[members]

"""Two names of one person: an alias says that whoever was called one thing is called another from now on."""

from collections.abc import Iterable, Sequence

import numpy as np

from cdp.errors import N_
from cdp.identity.models import Identifier
from cdp.identity.services import customers_merge
from cdp.store.models import Customer

from .people import USER, VISITOR, name_cleaned
from .reading import Rows

BY_ALIAS = N_("The application said that they are one person.")


def aliases_spread(rows: Rows) -> list[tuple[int, int]]:
    """Let a row more show the earlier name: a visitor's beside the user's, so that they are linked as any two are.
    Of two users that cannot be, for a row shows one of a type: gives the pairs of rows to be merged instead."""
    names = [(row, clean) for row, previous in rows.aliases if (clean := name_cleaned(previous))]
    known = _users(clean for _row, clean in names)
    # Those who come with the very step are not stored yet.
    known |= {one[USER] for one in rows.identifiers if USER in one}
    same = []
    for row, clean in names:
        here = len(rows.identifiers)
        if clean in known:
            rows.identifiers.append({USER: clean})
            same.append((row, here))
        else:
            user = rows.identifiers[row].get(USER)
            rows.identifiers.append({VISITOR: clean, **({USER: user} if user else {})})
        rows.traits.append({})
    return same


def _users(names: Iterable[str]) -> set[str]:
    found = Identifier.objects.filter(type=USER, value__in=list(names))
    return set(found.values_list("value", flat=True))


def aliases_merge(same: Sequence[tuple[int, int]], origins: np.ndarray) -> None:
    for one, other in same:
        ends = [int(origins[row]) for row in (one, other)]
        roots = Customer.objects.in_bulk(ends)
        if len({root.merged_into_id or root.pk for root in roots.values()}) == 2:
            customers_merge(one=ends[0], other=ends[1], by=None, note=BY_ALIAS)

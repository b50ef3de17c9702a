"""Where the places of customers are cut into groups, and the rules of the groups. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from pyroaring import BitMap

from cdp.bitmaps import ids_of_bitmap
from tags.rules.sample import SPACE, salted

# In smaller strata cuts of their own would be far from the shares, and somebody who changes stratum changes group.
SMALLEST = 100
DECIMALS = 12


@dataclass(frozen=True)
class Stratum:
    """The members that satisfy `rule`, whom no other stratum has."""

    rule: dict[str, Any]
    members: BitMap


def cuts_plain(shares: Sequence[Decimal]) -> list[float]:
    """The ends of the groups' stretches of [0, 1), from 0 to 1. `shares` in percent, 100 in all."""
    return [0.0, *(float(end / 100) for end in accumulate(shares[:-1])), 1.0]


def cuts_exact(shares: Sequence[Decimal], salt: str, members: BitMap) -> list[float]:
    """The same, put where these members are divided as exactly as whole customers can be; as they are where a
    share is of less than one of them."""
    places = np.sort(salted(salt, ids_of_bitmap(members))).astype(np.float64) / SPACE
    ends = [round(len(places) * float(end) / 100) for end in accumulate(shares[:-1])]
    if any(low >= high for low, high in pairwise([0, *ends, len(places)])):
        return cuts_plain(shares)
    return [0.0, *(round(float(places[end - 1] + places[end]) / 2, DECIMALS) for end in ends), 1.0]


def group_rules(
    parent: str, salt: str, shares: Sequence[Decimal], strata: Sequence[Stratum], members: BitMap
) -> list[dict[str, Any]]:
    """A rule for each group. Strata that are too small, and whoever is in none, are cut together."""
    large = [one for one in strata if len(one.members) >= SMALLEST]
    if not large:
        cuts = cuts_plain(shares)
        return [_all({"segment": parent}, _sample(salt, pair)) for pair in pairwise(cuts)]
    rest = members - BitMap.union(*(one.members for one in large))
    parts = [(one.rule, cuts_exact(shares, salt, one.members)) for one in large]
    others = {"not": _any(*(one.rule for one in large))}
    parts.append((others, cuts_exact(shares, salt, rest) if len(rest) >= SMALLEST else cuts_plain(shares)))
    return [
        _all({"segment": parent}, _any(*(_all(rule, _sample(salt, cuts[n : n + 2])) for rule, cuts in parts)))
        for n in range(len(shares))
    ]


def _sample(salt: str, ends: Sequence[float]) -> dict[str, Any]:
    low, high = ends
    return {"sample": {"salt": salt, "from": low, "to": high}}


def _all(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"all": list(parts)}


def _any(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"any": list(parts)} if len(parts) > 1 else parts[0]

"""An answer about everybody after some of them changed: theirs as it is now, that of all others as it was. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import singledispatch
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from cdp.bitmaps import mask_of_bitmap

from .answers import MOST_VALUES, Numbers, Orders, Values, by_number
from .deeds import Deeds, Done

T = TypeVar("T", Numbers, Orders, Done)


@singledispatch
def renewed(before: Any, theirs: Any, changed: BitMap) -> Any:
    """What is true now, when `before` was of all and `theirs` is of those who changed since; None where they do not
    tell it."""
    raise TypeError(f"{type(before).__name__} is not told by customer")


@renewed.register
def _who(before: BitMap, theirs: BitMap, changed: BitMap) -> BitMap:
    return (before - changed) | theirs


@renewed.register(Mapping)
def _who_by_name(
    before: Mapping[str, BitMap], theirs: Mapping[str, BitMap], changed: BitMap
) -> Mapping[str, BitMap]:
    """Names in their order, those of nobody left out."""
    nobody = BitMap()
    found = {
        name: _who(before.get(name, nobody), theirs.get(name, nobody), changed)
        for name in sorted({*before, *theirs})
    }
    return {name: who for name, who in found.items() if who}


@renewed.register(Sequence)
def _who_by_place(before: Sequence[BitMap], theirs: Sequence[BitMap], changed: BitMap) -> Sequence[BitMap]:
    return [_who(was, now, changed) for was, now in zip(before, theirs, strict=True)]


@renewed.register
def _values(before: Values, theirs: Values, changed: BitMap) -> Values | None:
    """Not where some values were left out: one of them may have become more frequent than one that was not."""
    holders = by_number(_who_by_name(before.holders, theirs.holders, changed))
    most = max(map(len, (before.holders, theirs.holders, holders)))
    if before.rest or theirs.rest or most >= MOST_VALUES:
        return None
    return Values(holders, _who(before.known, theirs.known, changed), BitMap())


@renewed.register(Numbers)
@renewed.register(Orders)
@renewed.register(Done)
def _rows(before: T, theirs: T, changed: BitMap) -> T:
    stays = ~_among(before.customers, changed)
    return type(before)(
        *(
            np.concatenate([getattr(before, one.name)[stays], getattr(theirs, one.name)])
            for one in fields(type(before))
        )
    )


@renewed.register
def _deeds(before: Deeds, theirs: Deeds, changed: BitMap) -> Deeds:
    return Deeds(*(renewed(getattr(before, one.name), getattr(theirs, one.name), changed) for one in fields(Deeds)))


def _among(customers: npt.NDArray[np.uint32], chosen: BitMap) -> npt.NDArray[np.bool_]:
    return mask_of_bitmap(chosen, int(customers.max(initial=0)) + 1)[customers]

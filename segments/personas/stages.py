"""From stage to stage: where those of each stage of then are now, of a group beside everyone. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from pyroaring import BitMap

from .statistics import Base, Share
from .veiling import Bools, Ints, veiled


@dataclass(frozen=True)
class Move:
    """From the stage at place `then` to the one at `now`; `base` are those who were in the first one then."""

    then: int
    now: int
    share: Share
    base: Base


@dataclass(frozen=True)
class Moves:
    """Customers [then, now]; the last row are those who had no stage then. `few`: not told of the group."""

    group: Ints
    everyone: Ints
    few: Bools
    least: int

    def told(self) -> Iterator[Move]:
        """All that are told of the group, those who stayed too."""
        for then, now in np.argwhere((self.group > 0) & ~self.few).tolist():
            base = Base(int(self.group[then].sum()), int(self.everyone[then].sum()), self.least)
            yield Move(then, now, Share("", int(self.group[then, now]), int(self.everyone[then, now])), base)

    @property
    def moved(self) -> bool:
        return any(move.then != move.now for move in self.told())


def moves_of(then: Sequence[BitMap], now: Sequence[BitMap], members: BitMap, universe: BitMap, least: int) -> Moves:
    """The same stages then and now, each customer in one of them at most."""
    before = [*then, universe - BitMap.union(BitMap(), *then)]
    group, everyone = (_counts(before, [stage & some for stage in now]) for some in (members, universe))
    places = np.arange(group.size).reshape(group.shape)
    # How many of the group are in a stage now is told, and so is how many were.
    return Moves(group, everyone, veiled(group, [*places, *places.T], least), least)


def _counts(before: Sequence[BitMap], after: Sequence[BitMap]) -> Ints:
    counts = [[old.intersection_cardinality(new) for new in after] for old in before]
    return np.array(counts, dtype=np.int64).reshape(len(before), len(after))

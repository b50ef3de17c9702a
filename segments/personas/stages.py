"""From stage to stage: where those of each stage of then are now, of a group beside everyone. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from pyroaring import BitMap

from .statistics import Base, Share
from .veiling import Bools, Ints, veiled, veiled_beside


@dataclass(frozen=True)
class Move:
    """From the stage at place `then` to the one at `now`; `base` are those who were in the first one then."""

    then: int
    now: int
    share: Share
    base: Base


@dataclass(frozen=True)
class Moves:
    """Customers [then, now]; the last row are those who had no stage then. `few`: not told of the group,
    `few_beside`: not told of everyone."""

    group: Ints
    everyone: Ints
    few: Bools
    few_beside: Bools
    least: int

    def told(self) -> Iterator[Move]:
        """All that are told of the group, those who stayed too."""
        for then, now in np.argwhere((self.group > 0) & ~self.few).tolist():
            base = Base(int(self.group[then].sum()), int(self.everyone[then].sum()), self.least)
            ours, theirs = int(self.group[then, now]), int(self.everyone[then, now])
            share = Share("", ours, theirs, veiled_beside=bool(self.few_beside[then, now]))
            yield Move(then, now, share, base)

    @property
    def moved(self) -> bool:
        return any(move.then != move.now for move in self.told())


def moves_of(then: Sequence[BitMap], now: Sequence[BitMap], members: BitMap, universe: BitMap, least: int) -> Moves:
    """The same stages then and now, each customer in one of them at most."""
    before = [*then, universe - BitMap.union(BitMap(), *then)]
    group, everyone = (_counts(before, [stage & some for stage in now]) for some in (members, universe))
    places = np.arange(group.size).reshape(group.shape)
    # How many of the group are in a stage now is told, and so is how many were.
    lines = [*places, *places.T]
    # Moves of nobody are not drawn, so that they look like those that are not told.
    few = veiled(group, lines, least, _of_few(group, least) | (group == 0))
    hidden = few | _of_few(everyone, least) | _of_few(everyone - group, least)
    return Moves(group, everyone, few, veiled_beside(group, everyone, lines, least, hidden), least)


def _of_few(counts: Ints, least: int) -> Bools:
    """The moves from and to stages that are not told themselves: all moves of one would tell it."""
    ends = [counts.sum(axis=axis) for axis in (1, 0)]
    then, now = (veiled(end, [np.arange(len(end))], least) for end in ends)
    return then[:, None] | now[None, :]


def _counts(before: Sequence[BitMap], after: Sequence[BitMap]) -> Ints:
    counts = [[old.intersection_cardinality(new) for new in after] for old in before]
    return np.array(counts, dtype=np.int64).reshape(len(before), len(after))

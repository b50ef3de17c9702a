"""What putting a definition in force would do: worked out over today's data with the new result in the place
of the one in use, for whatever is built on it too. Nothing is written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from cdp.access.viewer import Viewer
from cdp.errors import Problem, UserError
from cdp.store.lake import snapshot

from . import membership
from .dependencies import Ref, downstream, order
from .in_force import in_force
from .kinds import Result
from .membership import ANY
from .moments import moment_of
from .selectors import graph
from .trial import Trial, in_use


@dataclass(frozen=True)
class ValueEffect:
    """One value before and after. `entered` and `left` count customers."""

    value: str
    before: int
    after: int
    entered: int
    left: int


@dataclass(frozen=True)
class Effect:
    """What would happen to one tag or segment, of the customers a viewer may see. `moved`: who keep a value,
    but another one or another number. `problems`: why it cannot be told."""

    ref: Ref
    name: str
    before: int = 0
    after: int = 0
    entered: BitMap = field(default_factory=BitMap)
    left: BitMap = field(default_factory=BitMap)
    moved: BitMap = field(default_factory=BitMap)
    values: tuple[ValueEffect, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def unchanged(self) -> bool:
        return not (self.entered or self.left or self.moved or self.problems)


@dataclass(frozen=True)
class Effects:
    """`own`: of what is published; `anyway`: what a refresh without it would do now, None where nothing is
    in force or it cannot be computed any more; `others`: of what is built on it, the nearest first."""

    own: Effect
    anyway: Effect | None
    others: tuple[Effect, ...]
    as_of: datetime
    universe: int


Told = Callable[[int, int, str], None]


def _untold(done: int, total: int, step: str) -> None:
    """Nobody looks at how far it is."""


def effects_of(viewer: Viewer, ref: Ref, definition: Any, told: Told = _untold) -> Effects:
    """What publishing `definition` would do to `ref` and to what is built on it. `UserError` when the
    definition itself cannot be computed. `told` hears how many of how many are done, and what comes next."""
    known, moment, edges = in_force(), moment_of(), graph()
    users = [user for user in downstream(edges, ref) if user in known]
    show = _Shown(membership.scope(viewer))
    total = len(users) + 2
    with snapshot() as lake:
        told(0, total, ref.slug)
        trial = Trial(known, lake, moment)
        own = trial.result(ref, definition)
        told(1, total, ref.slug)
        anyway = trial.anyway(ref)
        trial = Trial(known, lake, moment, put={ref: own})
        others = []
        for done, user in enumerate(order(edges, users), start=2):
            told(done, total, user.slug)
            others.append(_other(trial, user, show))
    before, name = in_use(ref), known[ref].name if ref in known else ref.slug
    return Effects(
        own=show.effect(ref, name, before, own),
        anyway=None if anyway is None else show.effect(ref, name, before, anyway),
        others=tuple(others),
        as_of=moment.as_of,
        universe=len(show.cut(trial.universe)),
    )


def _other(trial: Trial, ref: Ref, show: "_Shown") -> Effect:
    try:
        after = trial.tried(ref)
    except UserError as error:
        return Effect(ref, trial.known[ref].name, problems=error.problems)
    return show.effect(ref, trial.known[ref].name, in_use(ref), after)


@dataclass(frozen=True)
class _Shown:
    """`allowed`: the customers a viewer may see, None for all."""

    allowed: BitMap | None

    def cut(self, members: BitMap) -> BitMap:
        return members if self.allowed is None else members & self.allowed

    def effect(self, ref: Ref, name: str, before: Result, after: Result) -> Effect:
        earlier, later = self.cut(before.everyone()), self.cut(after.everyone())
        values = dict.fromkeys([*after.values, *before.values])
        return Effect(
            ref=ref,
            name=name,
            before=len(earlier),
            after=len(later),
            entered=later - earlier,
            left=earlier - later,
            moved=_moved(before, after) & earlier & later,
            values=tuple(self._value(value, before, after) for value in values if value != ANY),
        )

    def _value(self, value: str, before: Result, after: Result) -> ValueEffect:
        earlier = self.cut(before.values.get(value, BitMap()))
        later = self.cut(after.values.get(value, BitMap()))
        entered, left = later.difference_cardinality(earlier), earlier.difference_cardinality(later)
        return ValueEffect(value, len(earlier), len(later), entered, left)


def _moved(before: Result, after: Result) -> BitMap:
    """Whoever has another value, or another number, than before."""
    nobody = BitMap()
    moved = BitMap()
    for value in {*before.values, *after.values}:
        moved |= before.values.get(value, nobody) ^ after.values.get(value, nobody)
    if before.numbers is not None and after.numbers is not None:
        moved |= _renumbered(before.numbers, after.numbers)
    return moved


def _renumbered(before: pa.Table, after: pa.Table) -> BitMap:
    ids, others = before["customer_id"].to_numpy(), after["customer_id"].to_numpy()
    both, here, there = np.intersect1d(ids, others, assume_unique=True, return_indices=True)
    differs = before["value"].to_numpy()[here] != after["value"].to_numpy()[there]
    return BitMap(both[differs])

"""Answers carried over from an earlier moment: only customers to whom something happened since are asked again.

Whoever has other events now than then, came or went, or has an event between an edge of then and the same edge
of now (`edges`), is *touched*. All others have the same answer as before. The events of those touched are
taken out of the lake once, and asked by themselves.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_ids, ids_of_bitmap

from .edges import DAYS_AGO, any_event, edges, strips
from .evaluate import Evaluation, Lake
from .having import Advance, Having, inserted, without
from .nodes import Measure, Node
from .shared import Asked
from .walk import columns_of
from .windows import Moment

# Where more of the customers are touched, asking everybody is as quick.
MOST_TOUCHED = 0.3

Answer = BitMap | Having


@dataclass(frozen=True)
class Recalled:
    """Answers of one moment over one state of the data, each read when it is wanted (None: it is gone); `seen` is
    what that state's lake said of itself. `runs` name the results in which a measure's numbers are kept; `having`
    tells of some measures who had them, and who had not."""

    moment: Moment
    seen: Any
    answers: Mapping[Asked, Callable[[], Answer | None]]
    runs: Mapping[Measure, frozenset[int]]
    having: Mapping[Measure, Callable[[], Having | None]] = field(default_factory=dict)


class Small(Lake, Protocol):
    """The events of some customers, who are numbered from 0 on."""

    def ids_of(self, numbers: np.ndarray) -> np.ndarray: ...

    def detach(self) -> None: ...


class Changing(Lake, Protocol):
    """A lake that can be compared with what it was."""

    def changed_since(self, before: Any) -> BitMap | None: ...

    def happened(self, events: Collection[str] | None, start: datetime, end: datetime) -> BitMap: ...

    def only(self, members: BitMap, columns: Set[str]) -> Small: ...


class Nothing:
    """Stands for tags and segments where only events are asked."""

    def __getattr__(self, name: str) -> Any:
        raise ValueError("only events are asked here")


class Carried:
    """Brings the answers of one moment up to date; `detach` it at the end."""

    def __init__(self, lake: Changing, moment: Moment, recalled: Recalled) -> None:
        self.moment, self.recalled = moment, recalled
        self.universe = lake.universe()
        self.small: Small | None = None
        self.touched = BitMap()
        self._known = self._begin(lake)

    def _begin(self, lake: Changing) -> set[Asked]:
        between = {one: self._strips(one, lake) for one in {*self.recalled.answers, *self.recalled.having}}
        known = {one: found for one, found in between.items() if found is not None}
        changed = lake.changed_since(self.recalled.seen) if known else None
        if changed is None:
            return set()
        self.touched = changed | _happened(lake, known.values())
        live = self.touched & self.universe
        if len(live) > MOST_TOUCHED * len(self.universe):
            return set()
        self.small = lake.only(live, set().union(*map(columns_of, known)))
        self._evaluation = Evaluation(lake=self.small, moment=self.moment, members=Nothing())
        self._evaluation.prepare(list(known))
        return set(known)

    def _strips(self, one: Asked, lake: Lake) -> set[tuple[tuple[str, ...], datetime, datetime]] | None:
        then, now = (edges(one, lake.tables.events, moment) for moment in (self.recalled.moment, self.moment))
        return None if then is None or now is None else strips(then, now)

    def answers(self, wanted: Collection[Asked]) -> tuple[dict[Node, BitMap], dict[Measure, Having]]:
        asked: dict[Node, BitMap] = {}
        measured: dict[Measure, Having] = {}
        for one in self._known.intersection(wanted) & self.recalled.answers.keys():
            before = self.recalled.answers[one]()
            if isinstance(one, Measure) and isinstance(before, Having):
                measured[one] = self._having(one, before)
            elif not isinstance(one, Measure) and isinstance(before, BitMap):
                asked[one] = self._of(one, before)
        return asked, measured

    def having(self, wanted: Collection[Measure]) -> dict[Measure, Having]:
        known = self._known.intersection(wanted) & self.recalled.having.keys()
        read = {one: self.recalled.having[one]() for one in known if isinstance(one, Measure)}
        return {one: self._having(one, before) for one, before in read.items() if before is not None}

    def _of(self, leaf: Node, before: BitMap) -> BitMap:
        now = ids_of_bitmap(self._evaluation.of(leaf))
        return ((before & self.universe) - self.touched) | bitmap_of_ids(self._ids(now))

    def _having(self, measure: Measure, before: Having) -> Having:
        ids, values = without(before.ids, before.values, ids_of_bitmap(self.touched))
        now = self._theirs(measure)
        return Having(*inserted(ids, values + self._days_later(measure), now.ids, now.values))

    def _theirs(self, measure: Measure) -> Having:
        """Of those who were touched."""
        now = self._evaluation.having(measure)
        return Having(self._ids(now.ids), now.values)

    def _days_later(self, measure: Measure) -> int:
        return (self.moment.day - self.recalled.moment.day).days if measure.agg in DAYS_AGO else 0

    def advance(self, measure: Measure) -> Advance | None:
        runs = self.recalled.runs.get(measure)
        if runs is None or measure not in self._known or self._days_later(measure):
            return None
        return Advance(runs, self.touched, self._theirs(measure))

    def _ids(self, numbers: np.ndarray) -> np.ndarray:
        assert self.small is not None
        return self.small.ids_of(numbers).astype(np.uint32)

    def detach(self) -> None:
        if self.small is not None:
            self.small.detach()


def _happened(lake: Changing, all_strips: Iterable[set[tuple[tuple[str, ...], datetime, datetime]]]) -> BitMap:
    """Whoever has an event in one of the strips; those of the same time are looked for together."""
    by_time: dict[tuple[datetime, datetime], set[str] | None] = {}
    for events, start, end in set().union(*all_strips):
        named = by_time.setdefault((start, end), set())
        by_time[start, end] = None if named is None or any_event(events) else named | set(events)
    found = BitMap()
    for (start, end), named in by_time.items():
        found |= lake.happened(named, start, end)
    return found

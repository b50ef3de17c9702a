"""What people do one after the other within a visit. Pure: events in, counts of ways out.

A visit is a customer's events none of which is more than half an hour after the one before; the same thing several
times in a row counts once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

GAP = 30 * 60 * 1_000_000
STEPS = 4
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Way:
    """So many visits of so many customers went from event `source` at a step (0: the first) to `target`."""

    step: int
    source: int
    target: int
    visits: int
    customers: int


@dataclass(frozen=True)
class Paths:
    """`visits` in all; `went_on` those that have a second step; `ways` with enough customers, by step."""

    visits: int
    went_on: int
    ways: tuple[Way, ...]


def paths_of(customers: Ints, times: Ints, events: Ints, least: int) -> Paths:
    """One place an event, in any order; `times` in microseconds, `events` by number."""
    order = np.lexsort((events, times, customers))
    customers, times, events = customers[order], times[order], events[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (customers[1:] != customers[:-1]) | (times[1:] - times[:-1] > GAP)
    kept = begins.copy()
    kept[1:] |= events[1:] != events[:-1]
    begins, customers, events = begins[kept], customers[kept], events[kept]
    first = np.flatnonzero(begins)
    lengths = np.diff(np.append(first, len(events)))
    ways = tuple(_ways(first, lengths, customers, events, least))
    return Paths(len(first), int((lengths > 1).sum()), ways)


def _ways(first: Ints, lengths: Ints, customers: Ints, events: Ints, least: int) -> Sequence[Way]:
    found = []
    size = int(events.max(initial=0)) + 1
    for step in range(STEPS - 1):
        here = first[lengths > step + 1] + step
        pairs = events[here] * size + events[here + 1]
        kinds, visits = np.unique(pairs, return_counts=True)
        people = np.unique(np.column_stack([pairs, customers[here]]), axis=0)[:, 0]
        counts = dict(zip(*np.unique(people, return_counts=True), strict=True))
        found += [
            Way(step, int(kind) // size, int(kind) % size, int(count), int(counts[kind]))
            for kind, count in zip(kinds, visits, strict=True)
            if counts[kind] >= max(least, 1)
        ]
    return found

"""Many leaves about events, answered together in as few readings of the events as can be."""

from collections.abc import Collection, Iterator
from typing import Protocol, TypeAlias

import numpy as np

from .held_columns import HeldColumns
from .money import TooLarge
from .nodes import Measure, Node
from .parts import Parts
from .questions import Question, numbers, question
from .scan import tallied
from .tally import Kind
from .windows import Moment

# What the dense arrays of one reading may take together.
MOST_BYTES = 400 * 2**20


class PartLake(Parts, Protocol):
    @property
    def by_parts(self) -> bool:
        """Whether the lake is better read part by part than asked whole questions."""


# A leaf asks who, a measure how much.
Asked: TypeAlias = Node | Measure


def questions(
    asked: Collection[Asked], lake: PartLake, moment: Moment, held: bool = False
) -> dict[Asked, Question]:
    """Those that can be asked this way, of columns that are held or not."""
    if not lake.by_parts:
        return {}
    events = lake.tables.events
    found = {
        one: numbers(one, events, moment) if isinstance(one, Measure) else question(one, events, moment)
        for one in asked
    }
    return {one: what for one, what in found.items() if what is not None and (held or not _told_apart(what))}


def _told_apart(what: Question) -> bool:
    return any(tally.kind is Kind.DIFFERENT for tally in what.tallies)


def answered(
    asked: dict[Asked, Question], lake: PartLake, moment: Moment, size: int, held: HeldColumns | None = None
) -> Iterator[tuple[Asked, np.ndarray]]:
    """What each question's `judge` says of the customers 0 to `size` - 1, where the numbers have room."""
    for batch in _batches(asked, size):
        wanted = (tally for what in batch.values() for tally in what.tallies)
        tallies = tallied(wanted, lake, moment, size, held)
        for one, what in batch.items():
            found = [tallies[tally] for tally in what.tallies]
            there = [tally for tally in found if tally is not None]
            if len(there) == len(found):
                try:
                    yield one, what.judge(there)
                except TooLarge:
                    continue  # Asked by itself, of an engine that counts in longer numbers.


def _batches(questions: dict[Asked, Question], size: int) -> Iterator[dict[Asked, Question]]:
    """Questions about the same events stay together, as long as their arrays have room."""
    batch: dict[Asked, Question] = {}
    taken = 0
    for leaf, what in sorted(questions.items(), key=lambda item: item[1].tallies[0].what.events):
        needed = size * sum(tally.bytes for tally in what.tallies)
        if batch and taken + needed > MOST_BYTES:
            yield batch
            batch, taken = {}, 0
        batch[leaf] = what
        taken += needed
    if batch:
        yield batch

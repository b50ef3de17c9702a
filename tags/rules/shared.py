"""Many leaves about events, answered together in as few readings of the events as can be."""

from collections.abc import Collection, Iterator
from typing import Protocol

from pyroaring import BitMap

from cdp.bitmaps import bitmap_of_mask

from .money import TooLarge
from .nodes import Node
from .questions import Question, question
from .scan import Parts, tallied
from .windows import Moment

# What the dense arrays of one reading may take together.
MOST_BYTES = 400 * 2**20


class PartLake(Parts, Protocol):
    @property
    def by_parts(self) -> bool:
        """Whether the lake is better read part by part than asked whole questions."""


def answered(leaves: Collection[Node], lake: PartLake, moment: Moment, size: int) -> dict[Node, BitMap]:
    """Leaf → customers (not cut to the universe), for the leaves that can be answered this way.

    `size` is one more than the highest customer id.
    """
    if not lake.by_parts:
        return {}
    asked = {leaf: question(leaf, lake.tables.events, moment) for leaf in leaves}
    questions = {leaf: what for leaf, what in asked.items() if what is not None}
    found: dict[Node, BitMap] = {}
    for batch in _batches(questions, size):
        found |= _answers(batch, lake, moment, size)
    return found


def _answers(batch: dict[Node, Question], lake: PartLake, moment: Moment, size: int) -> dict[Node, BitMap]:
    tallies = tallied((tally for what in batch.values() for tally in what.tallies), lake, moment, size)
    found: dict[Node, BitMap] = {}
    for leaf, what in batch.items():
        parts = [tallies[tally] for tally in what.tallies]
        there = [part for part in parts if part is not None]
        if len(there) == len(parts):
            try:
                found[leaf] = bitmap_of_mask(what.judge(there))
            except TooLarge:
                continue  # Asked by itself, of an engine that counts in longer numbers.
    return found


def _batches(questions: dict[Node, Question], size: int) -> Iterator[dict[Node, Question]]:
    """Questions about the same events stay together, as long as their arrays have room."""
    batch: dict[Node, Question] = {}
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

"""What a picture is: figures, worked out over the same data as the counts beside a form, and how they are shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyroaring import BitMap

from tags.builder.board import Board
from tags.kinds import Result, World


@dataclass(frozen=True)
class Seen:
    """Whom a viewer may see: None for everybody."""

    allowed: BitMap | None = None

    def cut(self, members: BitMap) -> BitMap:
        return members if self.allowed is None else members & self.allowed

    def count(self, members: BitMap) -> int:
        return len(members) if self.allowed is None else members.intersection_cardinality(self.allowed)


@dataclass(frozen=True)
class Picture:
    """`figures(definition, result, world, seen)` are plain numbers; `drawn(figures, board)` is what the template
    shows, in the reader's language."""

    figures: Callable[[Any, Result, World, Seen], Any]
    drawn: Callable[[Any, Board], Any]
    template: str

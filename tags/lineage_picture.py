"""The picture of a lineage: a column a step, boxes that are links, and lines between them. Pure arithmetic."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from .dependencies import Ref
from .lineage import Lineage, Thing

WIDTH, HEIGHT, BESIDE, BELOW, MARGIN = 168, 46, 56, 14, 8
# Widths of letters: a Chinese one takes two places.
PLACES = 19


@dataclass(frozen=True)
class Box:
    thing: Thing
    x: int
    y: int
    text: str

    @property
    def is_self(self) -> bool:
        return self.thing.step == 0


@dataclass(frozen=True)
class Picture:
    """`lines`: the `d` of each path."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]


def picture_of(lineage: Lineage) -> Picture:
    columns: dict[int, list[Thing]] = {}
    for thing in lineage.things:
        columns.setdefault(thing.step, []).append(thing)
    ordered = [_untangled(columns[step]) for step in sorted(columns)]
    tallest = max(len(column) for column in ordered)
    height = 2 * MARGIN + tallest * (HEIGHT + BELOW) - BELOW
    boxes: dict[Ref, Box] = {}
    for place, column in enumerate(ordered):
        top = (height - (len(column) * (HEIGHT + BELOW) - BELOW)) // 2
        for row, thing in enumerate(column):
            x, y = MARGIN + place * (WIDTH + BESIDE), top + row * (HEIGHT + BELOW)
            boxes[thing.ref] = Box(thing, x, y, cut(thing.name, PLACES))
    width = 2 * MARGIN + len(ordered) * (WIDTH + BESIDE) - BESIDE
    lines = tuple(_line(boxes[low], boxes[high]) for low, high in lineage.links)
    return Picture(width, height, tuple(boxes.values()), lines)


def _untangled(column: Sequence[Thing]) -> list[Thing]:
    return sorted(column, key=lambda thing: (thing.ref.kind, thing.name))


def _line(low: Box, high: Box) -> str:
    x, y, to_x, to_y = low.x + WIDTH, low.y + HEIGHT // 2, high.x, high.y + HEIGHT // 2
    bend = max(24, (to_x - x) // 2)
    return f"M{x} {y}C{x + bend} {y} {to_x - bend} {to_y} {to_x} {to_y}"


def cut(text: str, places: int) -> str:
    """As much of a text as fits, with an ellipsis where some is missing."""
    taken = 0
    for place, letter in enumerate(text):
        taken += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if taken > places:
            return f"{text[: max(place - 1, 1)]}…"
    return text

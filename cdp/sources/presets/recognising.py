"""Which preset a file looks like, by its headers."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..columns import folded
from . import PRESETS
from .preset import Preset

# Of a file without enough signs: so much of what it has must be known to the preset that has one of them.
_MOSTLY, _AT_LEAST = 0.7, 5


@dataclass(frozen=True)
class Likeness:
    """How many of a preset's signs a file has, how many of its columns the preset knows, and of how many."""

    preset: Preset
    signs: int
    known: int
    columns: int

    @property
    def is_enough(self) -> bool:
        if self.signs >= self.preset.enough:
            return True
        return bool(self.signs) and self.known >= _AT_LEAST and self.known >= self.columns * _MOSTLY

    @property
    def score(self) -> tuple[int, float]:
        return self.signs, self.known / self.columns


def recognised(columns: Sequence[str]) -> Preset | None:
    """The preset the file is most like; None when it is like none, or like several alike."""
    found = sorted(filter(lambda like: like.is_enough, likenesses(columns)), key=lambda like: like.score)
    if not found or (len(found) > 1 and found[-1].score == found[-2].score):
        return None
    return found[-1].preset


def likenesses(columns: Sequence[str]) -> list[Likeness]:
    headers = {folded(column) for column in columns}
    return [_likeness(preset, headers) for preset in PRESETS.values()]


def _likeness(preset: Preset, headers: set[str]) -> Likeness:
    known = {folded(header) for field in preset.fields for header in field.headers}
    signs = {folded(sign) for sign in preset.signs}
    return Likeness(preset, len(signs & headers), len((known | signs) & headers), max(len(headers), 1))

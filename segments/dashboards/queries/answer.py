from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pyroaring import BitMap

from segments.personas.statistics import Base, Distribution


class Drawable(Protocol):
    @property
    def empty(self) -> bool: ...

    @property
    def base(self) -> Base: ...


@dataclass(frozen=True)
class Answer:
    """What one chart draws: `subject` (a slug), its name in the reader's language, and the sample size `n`.
    `every` has all values where the chart shows only some; `note` says more of the sample than its chart's;
    `section` is where it is shown, where that is not its chart's; `holders` are who of everyone has each value, of
    what a chart may nest in another by (by "" who has one of those left out)."""

    subject: str
    name: str
    data: Drawable
    n: int
    every: Distribution | None = None
    note: str = ""
    section: str = ""
    holders: Mapping[str, BitMap] = field(default_factory=dict, repr=False)

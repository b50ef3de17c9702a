from dataclasses import dataclass
from typing import Protocol


class Drawable(Protocol):
    @property
    def empty(self) -> bool: ...


@dataclass(frozen=True)
class Answer:
    """What one chart draws: `subject` (a slug), its name in the reader's language, and the sample size `n`."""

    subject: str
    name: str
    data: Drawable
    n: int

"""What the storey above tells of editions, which know nothing of reviews."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cdp.access.viewer import Viewer

from .models import Edition


@dataclass(frozen=True)
class AnsweredNote:
    """A comment on an earlier edition that a later one answers; `about` is the title of the figure, "" for all of
    it."""

    number: int
    text: str
    by: str
    answer: str
    about: str
    url: str


class Beside(Protocol):
    def review_url(self, viewer: Viewer, edition: Edition) -> tuple[str, str]:
        """Where the edition's review is or is begun, and what its state is called; empty where neither may be."""

    def answered(self, viewer: Viewer, edition: Edition) -> Mapping[str, list[AnsweredNote]]:
        """The comments it answers, by the chart they are about; "" for the others."""


BESIDE: list[Beside] = []


def answered_by(viewer: Viewer, edition: Edition) -> dict[str, list[AnsweredNote]]:
    found: dict[str, list[AnsweredNote]] = {}
    for one in BESIDE:
        for chart, notes in one.answered(viewer, edition).items():
            found.setdefault(chart, []).extend(notes)
    return found

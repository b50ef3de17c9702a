"""Which entries answer which findings. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .models import Direction, Play


@dataclass(frozen=True)
class Finding:
    """A value that sets a group apart, as a dashboard lists it (`shown`): of which `field`, its stored value, what
    it is read as, and its index."""

    field: str
    value: str
    label: str
    direction: Direction
    tgi: float
    shown: Mapping[str, Any]


@dataclass(frozen=True)
class Suggestion:
    play: Play
    finding: Finding


def suggestions(plays: Sequence[Play], findings: Iterable[Finding]) -> list[Suggestion]:
    """In the order of the findings; each entry once, for the first finding it answers."""
    found: list[Suggestion] = []
    for finding in findings:
        done = {one.play.pk for one in found}
        found += [Suggestion(play, finding) for play in plays if play.pk not in done and answers(play, finding)]
    return found


def answers(play: Play, finding: Finding) -> bool:
    same = play.field == finding.field and play.direction == finding.direction
    wanted = play.value.strip().casefold()
    fits = not wanted or wanted in (finding.value.casefold(), finding.label.casefold())
    reaches = finding.tgi >= play.tgi if play.direction == Direction.OVER else finding.tgi <= play.tgi
    return same and fits and reaches

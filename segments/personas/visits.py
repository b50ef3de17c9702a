"""Events into visits: what happened without a longer break. Pure."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T")
# As web analytics counts them.
BREAK = timedelta(minutes=30)


def visits_of(events: Sequence[T], at: Callable[[T], datetime]) -> Iterator[list[T]]:
    """Of events in either order of time; a break of more than half an hour ends a visit, and so does midnight."""
    visit: list[T] = []
    for event in events:
        if visit and (abs(at(event) - at(visit[-1])) > BREAK or at(event).date() != at(visit[-1]).date()):
            yield visit
            visit = []
        visit.append(event)
    if visit:
        yield visit

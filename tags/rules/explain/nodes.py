"""What an explanation is made of: a tree as the rule was written, and at each leaf what decided it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


class ChangeKind(StrEnum):
    """What it would take. The number is `Change.amount`, where there is one."""

    EVENTS = "events"  # so many more matching events
    DAYS = "days"  # matching events on so many more days
    SUM = "sum"  # so much more of the property, over matching events
    VALUES = "values"  # so many further values of the property
    ONE = "one"  # an event whose property is as high (or low) as `to`
    WAIT = "wait"  # so many business days without a matching event
    SET = "set"  # the attribute becoming what the test wants, `to` for example
    JOIN = "join"  # a tag, segment or list taking the customer in
    LEAVE = "leave"  # … or letting the customer go
    REACH = "reach"  # the value becoming what the test wants, by whatever way
    FEWER = "fewer"  # events passing out of the window as time goes on
    NEVER = "never"  # nothing the customer does


@dataclass(frozen=True, slots=True)
class Change:
    """What would turn a leaf. `over`: its window has ended, so nothing new can count any more."""

    kind: ChangeKind
    text: str
    amount: Decimal | None = None
    to: Any = None
    until: date | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """A property of an event, as people call it and read it."""

    slug: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Seen:
    """An event that decided a leaf; `time` is the business's wall clock."""

    event: str
    name: str
    time: datetime
    channel: str
    source: str
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """A node of the rule for one customer.

    `wanted` is what would help the whole rule to be true: false inside a `not`. `change` is there when a leaf is
    not what is wanted. `observed` and `threshold` are in words, `window` too, with its boundaries and the zone.
    """

    kind: str
    sentence: str
    holds: bool
    wanted: bool
    observed: str = ""
    threshold: str = ""
    window: str = ""
    change: Change | None = None
    events: tuple[Seen, ...] = ()
    items: tuple["Explained", ...] = ()

    def leaves(self) -> Iterator["Explained"]:
        """Left to right."""
        if not self.items:
            yield self
        for item in self.items:
            yield from item.leaves()

"""Conditions and measures as frozen, closed nodes: what every phase after the parser walks."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

ANY_EVENT = "*"


class Unit(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Agg(StrEnum):
    COUNT = "count"
    DAYS = "days"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    MEDIAN = "median"
    P90 = "p90"
    DISTINCT = "distinct"
    FIRST = "first"
    LAST = "last"
    DAYS_SINCE_FIRST = "days_since_first"
    DAYS_SINCE_LAST = "days_since_last"


# Windows


@dataclass(frozen=True, slots=True)
class Last:
    """The last `n` units up to `as_of`; `complete` leaves the unfinished day out."""

    n: int
    unit: Unit
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Previous:
    """The whole calendar unit before the one `as_of` is in."""

    unit: Unit


@dataclass(frozen=True, slots=True)
class This:
    """The calendar unit `as_of` is in, up to `as_of`."""

    unit: Unit


@dataclass(frozen=True, slots=True)
class Fixed:
    """Business-local wall-clock times; the end is exclusive, a missing side is open."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class BetweenAgo:
    """From the start of the day `far` units ago to the start of the day `near` units ago."""

    far: int
    near: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Ever:
    """Everything before `as_of`."""


Window: TypeAlias = Last | Previous | This | Fixed | BetweenAgo | Ever


# Right-hand sides


@dataclass(frozen=True, slots=True)
class Ago:
    n: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Ahead:
    n: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class StartOf:
    unit: Unit


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, such as the 30 days of `within_last`."""

    n: int
    unit: Unit


DateExpr: TypeAlias = Ago | Ahead | StartOf
Literal: TypeAlias = str | int | Decimal | bool | date | datetime
Operand: TypeAlias = Literal | DateExpr
Value: TypeAlias = Operand | Span | tuple[Operand, ...] | None


@dataclass(frozen=True, slots=True)
class Test:
    """An operator of the operators table and its right-hand side (None when it takes none)."""

    __test__ = False  # not a test class of pytest

    op: str
    value: Value = None


# Conditions


@dataclass(frozen=True, slots=True)
class All:
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    item: "Node"


@dataclass(frozen=True, slots=True)
class Attribute:
    slug: str
    test: Test


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the event itself; only inside `where`."""

    slug: str
    test: Test


@dataclass(frozen=True, slots=True)
class Measure:
    """A number (or a date, for first and last) a customer has over the matching events.

    `events` are slugs, or `(ANY_EVENT,)`.
    """

    events: tuple[str, ...]
    agg: Agg = Agg.COUNT
    property: str | None = None
    where: "Node | None" = None
    window: Window = Ever()


@dataclass(frozen=True, slots=True)
class Event:
    measure: Measure
    test: Test


@dataclass(frozen=True, slots=True)
class Tag:
    slug: str
    test: Test


@dataclass(frozen=True, slots=True)
class Segment:
    slug: str


@dataclass(frozen=True, slots=True)
class OnList:
    slug: str


Group: TypeAlias = All | AnyOf | Not
Leaf: TypeAlias = Attribute | Event | Tag | Segment | OnList
Node: TypeAlias = Group | Leaf | Property

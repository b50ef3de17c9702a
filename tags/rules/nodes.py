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
    SHARE = "share"


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


@dataclass(frozen=True, slots=True)
class Circle:
    """The places at most `km` kilometres from a point; degrees, WGS 84."""

    lat: Decimal
    lon: Decimal
    km: Decimal


@dataclass(frozen=True, slots=True)
class Region:
    """The places inside a ring of (latitude, longitude) corners; the last corner joins the first."""

    corners: tuple[tuple[Decimal, Decimal], ...]


@dataclass(frozen=True, slots=True)
class AttributeOf:
    """On the right: the same customer's attribute."""

    slug: str


@dataclass(frozen=True, slots=True)
class MeasureOf:
    """On the right: `times` the same customer's measure."""

    measure: "Measure"
    times: Decimal = Decimal(1)


DateExpr: TypeAlias = Ago | Ahead | StartOf
Place: TypeAlias = Circle | Region
Own: TypeAlias = AttributeOf | MeasureOf
Literal: TypeAlias = str | int | Decimal | bool | date | datetime
Operand: TypeAlias = Literal | DateExpr
Value: TypeAlias = Operand | Span | Place | Own | tuple[Operand, ...] | None


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
class Occurrence:
    """Events of these names (or `(ANY_EVENT,)`) that satisfy `where`."""

    events: tuple[str, ...]
    where: "Node | None" = None


@dataclass(frozen=True, slots=True)
class Step:
    what: Occurrence
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """Some instance of the first step in `window` is followed by the others in order, inside `within`.

    Each step is strictly later than the one before, the last at most `within` after the first. An absent
    step must not happen between its neighbours (or up to the end of `within` when it is the last); an
    instance whose `within` has not elapsed at `as_of` does not count where a step is absent.
    """

    steps: tuple[Step, ...]
    within: Span
    window: Window = Ever()


@dataclass(frozen=True, slots=True)
class Regular:
    """At least `times` in at least `least` of the last `of` complete calendar periods."""

    what: Occurrence
    times: int
    per: Unit
    least: int
    of: int


@dataclass(frozen=True, slots=True)
class First:
    """The first occurrence ever lies in `window`."""

    what: Occurrence
    window: Window = Ever()


@dataclass(frozen=True, slots=True)
class Stopped:
    """Something in the `after` before the last `quiet`, nothing since."""

    what: Occurrence
    quiet: Span
    after: Span


@dataclass(frozen=True, slots=True)
class Resumed:
    """Something in the last `after`, nothing in the `quiet` before that, something earlier."""

    what: Occurrence
    quiet: Span
    after: Span


@dataclass(frozen=True, slots=True)
class Sample:
    """A stable hash of the salt and the customer id falls in [low, high) of [0, 1)."""

    salt: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Rank:
    """Among the first `n` (or `n` percent, rounded up) of the customers who have the measure.

    The highest values come first, with `bottom` the lowest; the smaller customer id wins a tie.
    """

    measure: Measure
    n: Decimal
    percent: bool = False
    bottom: bool = False


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
Pattern: TypeAlias = Sequence | Regular | First | Stopped | Resumed
Leaf: TypeAlias = Attribute | Event | Pattern | Tag | Segment | OnList | Sample | Rank
Node: TypeAlias = Group | Leaf | Property

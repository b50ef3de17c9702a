"""Windows and date expressions → instants. Business time in, UTC out; nothing here reads the clock."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TypeAlias, assert_never
from zoneinfo import ZoneInfo

from .nodes import Ago, Ahead, BetweenAgo, DateExpr, Ever, Fixed, Last, Previous, Span, StartOf, This, Unit, Window

MONTHS = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
DAYS = {Unit.DAY: 1, Unit.WEEK: 7}
INSTANT = timedelta(microseconds=1)
# Far enough from the ends of the calendar that no length of time leads out of it.
FIRST_YEAR, LAST_YEAR = 1000, 9000


@dataclass(frozen=True, slots=True)
class Moment:
    """When a rule is evaluated, and by whose calendar. `as_of` is aware."""

    as_of: datetime
    zone: str

    def __post_init__(self) -> None:
        if self.as_of.tzinfo is None:
            raise ValueError("as_of needs a time zone")

    @property
    def local(self) -> datetime:
        """`as_of` as the business's wall clock shows it, without a zone."""
        return self.as_of.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    @property
    def day(self) -> date:
        return self.local.date()

    def utc(self, local: datetime) -> datetime:
        """A wall-clock time as naive UTC, the way the lake keeps times."""
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A resolved window: business-local wall-clock and naive UTC; `start` inclusive, `end` exclusive."""

    start: datetime | None
    end: datetime
    start_utc: datetime | None
    end_utc: datetime

    @property
    def first_month(self) -> str | None:
        return None if self.start is None else f"{self.start:%Y-%m}"

    @property
    def last_month(self) -> str:
        return f"{self.end - INSTANT:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Interval:
    """What a date on the right-hand side covers, in wall-clock time: a whole day, or one instant."""

    start: datetime
    end: datetime


def resolve(window: Window, as_of: datetime, zone: str) -> Bounds:
    """The bounds of a window; the end is never later than `as_of`."""
    moment = Moment(as_of, zone)
    now_utc = as_of.astimezone(UTC).replace(tzinfo=None)
    if isinstance(window, Last | BetweenAgo) and window.unit is Unit.HOUR:
        far, near = (window.n, 0) if isinstance(window, Last) else (window.far, window.near)
        return _rolling(moment, now_utc, timedelta(hours=far), timedelta(hours=near))
    start, end = _local_bounds(window, moment)
    start_utc = None if start is None else moment.utc(start)
    end_utc = now_utc if end is None else moment.utc(end)
    if end is None or end_utc >= now_utc:
        return Bounds(start, moment.local, start_utc, now_utc)
    return Bounds(start, end, start_utc, end_utc)


def _rolling(moment: Moment, now_utc: datetime, far: timedelta, near: timedelta) -> Bounds:
    """Hours are elapsed time, so they are counted in UTC."""
    zone = ZoneInfo(moment.zone)
    start, end = moment.as_of.astimezone(UTC) - far, moment.as_of.astimezone(UTC) - near
    wall = (start.astimezone(zone).replace(tzinfo=None), end.astimezone(zone).replace(tzinfo=None))
    return Bounds(*wall, now_utc - far, now_utc - near)


def _local_bounds(window: Window, moment: Moment) -> tuple[datetime | None, datetime | None]:
    """Wall-clock bounds; an end of None is `as_of`."""
    match window:
        case Last(n, unit, complete):
            return midnight(day_shifted(moment.day, -n, unit)), midnight(moment.day) if complete else None
        case Previous(unit):
            end = unit_start(moment.local, unit)
            return unit_start(end - INSTANT, unit), end
        case This(unit):
            return unit_start(moment.local, unit), None
        case Fixed(start, end):
            return start, end
        case BetweenAgo(far, near, unit):
            return midnight(day_shifted(moment.day, -far, unit)), midnight(day_shifted(moment.day, -near, unit))
        case Ever():
            return None, None
        case _:
            assert_never(window)


def stopped_bounds(quiet: Span, after: Span, moment: Moment) -> tuple[Bounds, Bounds]:
    """The stretch somebody was active in, and the silent one after it that lasts until `as_of`."""
    now = _edge_now(moment)
    turned = _stepped_back(now, quiet, moment)
    return _between(_stepped_back(turned, after, moment), turned), _between(turned, now)


def resumed_bounds(quiet: Span, after: Span, moment: Moment) -> tuple[Bounds, Bounds, Bounds]:
    """Any time before the silent stretch, the silent one, and the active one until `as_of`."""
    now = _edge_now(moment)
    back = _stepped_back(now, after, moment)
    silent = _stepped_back(back, quiet, moment)
    return Bounds(None, silent[0], None, silent[1]), _between(silent, back), _between(back, now)


def periods(per: Unit, of: int, moment: Moment) -> tuple[Bounds, ...]:
    """The last `of` complete calendar units before the one `as_of` is in, the earliest first; they adjoin."""
    edges = [unit_start(moment.local, per)]
    for _ in range(of):
        edges.append(unit_start(edges[-1] - INSTANT, per))
    edges.reverse()
    return tuple(_between(*((edge, moment.utc(edge)) for edge in pair)) for pair in pairwise(edges))


def elapsed(span: Span) -> timedelta:
    """The length of a span that is measured from an event: a day is 24 hours. Months have no such length."""
    if span.unit is Unit.HOUR:
        return timedelta(hours=span.n)
    if span.unit not in DAYS:
        raise ValueError(f"a {span.unit} has no fixed length")
    return timedelta(days=span.n * DAYS[span.unit])


# An instant as the business's wall clock shows it, and as naive UTC.
Edge: TypeAlias = tuple[datetime, datetime]


def _edge_now(moment: Moment) -> Edge:
    return moment.local, moment.as_of.astimezone(UTC).replace(tzinfo=None)


def _stepped_back(edge: Edge, span: Span, moment: Moment) -> Edge:
    """The start of the day `span` before; hours are elapsed time, so they are counted in UTC."""
    local, utc = edge
    if span.unit is Unit.HOUR:
        back = (utc - timedelta(hours=span.n)).replace(tzinfo=UTC)
        return back.astimezone(ZoneInfo(moment.zone)).replace(tzinfo=None), back.replace(tzinfo=None)
    start = midnight(day_shifted(local.date(), -span.n, span.unit))
    return start, moment.utc(start)


def _between(start: Edge, end: Edge) -> Bounds:
    return Bounds(start[0], end[0], start[1], end[1])


def covered(value: DateExpr | date | datetime, moment: Moment) -> Interval:
    """What a date covers: without a time of day it is that whole day, otherwise that instant."""
    match value:
        case Ago(n, Unit.HOUR):
            return _instant(moment.local - timedelta(hours=n))
        case Ahead(n, Unit.HOUR):
            return _instant(moment.local + timedelta(hours=n))
        case StartOf(Unit.HOUR):
            return _instant(unit_start(moment.local, Unit.HOUR))
        case Ago(n, unit):
            return _whole_day(day_shifted(moment.day, -n, unit))
        case Ahead(n, unit):
            return _whole_day(day_shifted(moment.day, n, unit))
        case StartOf(unit):
            return _whole_day(unit_start(moment.local, unit).date())
        case datetime():
            return _instant(value)
        case date():
            return _whole_day(value)
        case _:
            assert_never(value)


def last_span(span: Span, moment: Moment) -> Interval:
    """`within_last`: as the window `last`, up to `as_of`."""
    if span.unit is Unit.HOUR:
        return Interval(moment.local - timedelta(hours=span.n), moment.local)
    return Interval(midnight(day_shifted(moment.day, -span.n, span.unit)), moment.local)


def next_span(span: Span, moment: Moment) -> Interval:
    """`within_next`: all of today and the `n` units after it; hours roll from `as_of`."""
    if span.unit is Unit.HOUR:
        return Interval(moment.local, moment.local + timedelta(hours=span.n))
    last_day = day_shifted(moment.day, span.n, span.unit)
    return Interval(midnight(moment.day), midnight(last_day + timedelta(days=1)))


def day_shifted(day: date, n: int, unit: Unit) -> date:
    """A calendar step of `n` units: 31 March minus one month is the last day of February."""
    if unit in DAYS:
        return day + timedelta(days=n * DAYS[unit])
    months = day.year * 12 + day.month - 1 + n * MONTHS[unit]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def unit_start(moment: datetime, unit: Unit) -> datetime:
    """The start of the calendar unit a wall-clock time is in; weeks start on Monday."""
    day = moment.date()
    match unit:
        case Unit.HOUR:
            return moment.replace(minute=0, second=0, microsecond=0)
        case Unit.DAY:
            return midnight(day)
        case Unit.WEEK:
            return midnight(day - timedelta(days=day.weekday()))
        case Unit.MONTH:
            return midnight(day.replace(day=1))
        case Unit.QUARTER:
            return midnight(day.replace(month=day.month - (day.month - 1) % 3, day=1))
        case Unit.YEAR:
            return midnight(day.replace(month=1, day=1))
        case _:
            assert_never(unit)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _whole_day(day: date) -> Interval:
    return Interval(midnight(day), midnight(day + timedelta(days=1)))


def _instant(moment: datetime) -> Interval:
    return Interval(moment, moment + INSTANT)

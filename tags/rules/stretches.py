"""Sets of instants in UTC: what a test of a first or last event asks for, as stretches of time.

The sides here stand on the left of the operators' tests, as columns do, and give stretches instead of
columns. So "bought within the last 3 days" looks at three days and not at everything ever bought.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TypeAlias

from .windows import Interval, Moment, midnight

# Times here are naive UTC, as the lake keeps them.
BEGINNING, END = datetime.min, datetime.max  # noqa: DTZ901
Span: TypeAlias = tuple[datetime, datetime]


@dataclass(frozen=True)
class Stretches:
    """Disjoint, ascending and half-open: `start` belongs to a span, `end` does not."""

    spans: tuple[Span, ...] = ()

    def __and__(self, other: "Stretches") -> "Stretches":
        both = ((max(a, c), min(b, d)) for a, b in self.spans for c, d in other.spans)
        return _joined(both)

    def __or__(self, other: "Stretches") -> "Stretches":
        return _joined((*self.spans, *other.spans))

    def __invert__(self) -> "Stretches":
        edges = [BEGINNING, *(edge for span in self.spans for edge in span), END]
        return _joined(zip(edges[::2], edges[1::2], strict=True))


def _joined(spans: Iterable[Span]) -> Stretches:
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return Stretches(tuple(found))


def before(time: datetime) -> Stretches:
    return _joined([(BEGINNING, time)])


def since(time: datetime) -> Stretches:
    return _joined([(time, END)])


@dataclass(frozen=True)
class TimeSide:
    """The instant of an event, compared with wall-clock times; `clock` turns those into UTC."""

    clock: Callable[[datetime], datetime]

    def __lt__(self, local: datetime) -> Stretches:
        return before(self.clock(local))

    def __ge__(self, local: datetime) -> Stretches:
        return since(self.clock(local))

    def within(self, interval: Interval) -> Stretches:
        return (self >= interval.start) & (self < interval.end)

    def outside(self, interval: Interval) -> Stretches:
        return ~self.within(interval)


class DaysSide:
    """The business-day boundaries between an event and `as_of`, compared with numbers."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment

    def __le__(self, most: Decimal | float) -> Stretches:
        return since(self._midnight(_floor(most)))

    def __ge__(self, least: Decimal | float) -> Stretches:
        return before(self._midnight(_ceiling(least) - 1))

    def __lt__(self, limit: Decimal | float) -> Stretches:
        return ~(self >= limit)

    def __gt__(self, limit: Decimal | float) -> Stretches:
        return ~(self <= limit)

    def __eq__(self, number: object) -> Stretches:  # type: ignore[override]
        assert isinstance(number, int | float | Decimal)
        return (self <= number) & (self >= number)

    def __ne__(self, number: object) -> Stretches:  # type: ignore[override]
        return ~(self == number)

    def _midnight(self, days: int) -> datetime:
        """The start, in UTC, of the day so many days ago."""
        day = self.moment.day.toordinal() - days
        if day <= 1:
            return BEGINNING
        if day >= date.max.toordinal():
            return END
        return self.moment.utc(midnight(date.fromordinal(day)))


def _floor(number: Decimal | float) -> int:
    return int(Decimal(number).to_integral_value(ROUND_FLOOR))


def _ceiling(number: Decimal | float) -> int:
    return int(Decimal(number).to_integral_value(ROUND_CEILING))


def stretch(start: datetime | None, end: datetime) -> Stretches:
    """A window, of which a missing start is the beginning of time."""
    return _joined([(start or BEGINNING, end)])

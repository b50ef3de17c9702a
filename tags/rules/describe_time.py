"""Windows and lengths of time in words, with their resolved boundaries and the zone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import assert_never

from .nodes import BetweenAgo, Ever, Fixed, Last, Previous, Span, This, Unit, Window
from .phrases import Phrases
from .windows import Bounds, Interval, Moment, resolve

DAY = timedelta(days=1)


class TimeWords:
    """Time as one language puts it, at one moment."""

    def __init__(self, words: Phrases, moment: Moment) -> None:
        self.words = words
        self.moment = moment

    def timed(self, item: str, window: Window) -> str:
        """What happened in a window: the window first."""
        return self.placed(self.words.timed, item, window)

    def placed(self, template: str, item: str, window: Window) -> str:
        bounds = resolve(window, self.moment.as_of, self.moment.zone)
        zoned = self.zoned(self.bounds(bounds, exact if isinstance(window, Fixed) else minute))
        return joined(template, window=self._window(window), zoned=zoned, item=item)

    def zoned(self, bounds: str) -> str:
        return self.words.zoned.format(bounds=bounds, zone=self.moment.zone)

    def _window(self, window: Window) -> str:
        match window:
            case Last(n, unit, complete):
                template = self.words.last_complete if complete else self.words.last
                return template.format(length=self.length(n, unit))
            case Previous(unit):
                return self.words.previous[unit]
            case This(unit):
                return self.words.this[unit]
            case BetweenAgo(far, near, unit):
                return self.words.between_ago.format(far=far, near=near, unit=self.unit(far, unit))
            case Fixed():
                return ""
            case Ever():
                return self.words.ever
            case _:
                assert_never(window)

    def bounds(self, bounds: Bounds, clock: Callable[[datetime], str]) -> str:
        if bounds.start is None:
            return self.words.until.format(end=clock(bounds.end))
        return self.words.bounds.format(start=clock(bounds.start), end=clock(bounds.end))

    def length(self, n: int, unit: Unit) -> str:
        return self.words.length.format(n=n, unit=self.unit(n, unit))

    def unit(self, n: int, unit: Unit) -> str:
        return self.words.units[unit][n != 1]

    def span(self, span: Span) -> str:
        return self.length(span.n, span.unit)

    def interval(self, interval: Interval) -> str:
        bounds = self.words.bounds.format(start=minute(interval.start), end=minute(interval.end))
        return self.words.with_zone.format(bounds=bounds, zone=self.moment.zone)


def joined(template: str, **parts: str) -> str:
    """A template filled in, without the gaps that empty parts leave."""
    return " ".join(template.format(**parts).split())


def minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def exact(moment: datetime) -> str:
    """With seconds only where somebody wrote them."""
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment.second else minute(moment)


def day_or_clock(interval: Interval) -> str:
    whole = interval.end - interval.start == DAY
    return f"{interval.start:%Y-%m-%d}" if whole else exact(interval.start)

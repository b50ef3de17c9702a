"""Sequences, regular, first, stopped and resumed behaviour: how far the customer got, and what is missing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, assert_never

from ..describe_time import minute
from ..nodes import First, Node, Occurrence, Pattern, Regular, Resumed, Sequence, Span, Stopped, Unit
from ..walk import references
from ..windows import Bounds, day_shifted, periods, resolve, resumed_bounds, stopped_bounds, unit_start
from .measures import leaves_on
from .nodes import Change, ChangeKind
from .observed import Customer
from .saying import Speaker, day


@dataclass(frozen=True)
class Behaviour:
    """What there was of a pattern; `change` is what would turn it."""

    observed: str
    threshold: str
    window: str
    events: list[dict[str, Any]]
    properties: tuple[str, ...]
    change: Change


class PatternChanges:
    def __init__(self, customer: Customer, speaker: Speaker) -> None:
        self.customer, self.speaker, self.say = customer, speaker, speaker.say
        self.moment = customer.moment

    def behaviour(self, node: Pattern, wanted: bool) -> Behaviour:
        match node:
            case Sequence():
                return self._sequence(node, wanted)
            case Regular():
                return self._regular(node, wanted)
            case First():
                return self._first(node, wanted)
            case Stopped():
                return self._stopped(node, wanted)
            case Resumed():
                return self._resumed(node, wanted)
            case _:
                assert_never(node)

    def _sequence(self, node: Sequence, wanted: bool) -> Behaviour:
        window = resolve(node.window, self.moment.as_of, self.moment.zone)
        whole = Bounds(window.start, self.moment.local, window.start_utc, self._now_utc())
        whats = [step.what for step in node.steps]
        counted = [
            self.say.step.format(events=self.speaker.happened(what), n=len(self.customer.times(what, whole)))
            for what in dict.fromkeys(whats)
        ]
        return Behaviour(
            observed=self.speaker.words.separator.join(counted),
            threshold=self.speaker.steps(node),
            window=self.speaker.span_of(node.window),
            events=self.customer.happened(whats, whole, properties := properties_of(whats)),
            properties=properties,
            change=self._generic(node, wanted),
        )

    def _regular(self, node: Regular, wanted: bool) -> Behaviour:
        found = periods(node.per, node.of, self.moment)
        whole = replace(found[0], end=found[-1].end, end_utc=found[-1].end_utc)
        times = self.customer.times(node.what, whole)
        busy = sum(held(times, period) >= node.times for period in found)
        properties = properties_of([node.what])
        lacking = node.least - busy
        return Behaviour(
            observed=self.say.busy.format(of=self._length(node.of, node.per), n=busy),
            threshold=self._length(node.least, node.per),
            window=self.speaker.stretch(whole),
            events=self.customer.happened([node.what], whole, properties),
            properties=properties,
            change=self._periods(node, lacking) if wanted and lacking > 0 else self._generic(node, wanted),
        )

    def _periods(self, node: Regular, lacking: int) -> Change:
        nowhere = unit_start(self.moment.local, node.per)
        again = nowhere.date() if node.per is Unit.HOUR else day_shifted(nowhere.date(), 1, node.per)
        text = self.say.periods[lacking != 1].format(
            n=lacking,
            unit=self.speaker.units(lacking, node.per),
            events=self.speaker.happened(node.what),
            times=self.speaker.times(node.times),
            day=day(again),
        )
        return Change(ChangeKind.REACH, text, Decimal(lacking), over=True)

    def _first(self, node: First, wanted: bool) -> Behaviour:
        ever = Bounds(None, self.moment.local, None, self._now_utc())
        properties = properties_of([node.what])
        events = self.customer.happened([node.what], ever, properties, first=True)
        first = events[0]["time"] if events else None
        window = resolve(node.window, self.moment.as_of, self.moment.zone)
        if first is None:
            change = self._once(node.what, window)
        else:
            change = Change(ChangeKind.NEVER, self.say.never_first.format(time=minute(first)))
        observed = self.say.not_once if first is None else self.say.first_time.format(time=minute(first))
        said = self.speaker.span_of(node.window)
        return Behaviour(observed, said, said, events, properties, change)

    def _once(self, what: Occurrence, bounds: Bounds) -> Change:
        events = self.speaker.happened(what)
        text = self.say.more_events[0].format(n=1, events=events)
        if bounds.end < self.moment.local:
            return self._over(text, bounds)
        return Change(ChangeKind.EVENTS, text, Decimal(1))

    def _over(self, text: str, bounds: Bounds) -> Change:
        text = self.say.over.format(text=text, bounds=self.speaker.stretch(bounds))
        return Change(ChangeKind.EVENTS, text, Decimal(1), over=True)

    def _stopped(self, node: Stopped, wanted: bool) -> Behaviour:
        active, silent = stopped_bounds(node.quiet, node.after, self.moment)
        whole = Bounds(active.start, silent.end, active.start_utc, silent.end_utc)
        times = self.customer.times(node.what, whole)
        properties = properties_of([node.what])
        return Behaviour(
            observed=self._last_of(times),
            threshold=self.speaker.time.span(node.quiet),
            window=self.speaker.stretch(whole),
            events=self.customer.happened([node.what], whole, properties),
            properties=properties,
            change=self._stop(node, times, active, silent, wanted),
        )

    def _stop(self, node: Stopped, times: list[datetime], active: Bounds, silent: Bounds, wanted: bool) -> Change:
        if not wanted:
            return self._once(node.what, silent)
        if not times:
            return self._over(self.say.first_event.format(events=self.speaker.happened(node.what)), active)
        if node.quiet.unit is Unit.HOUR:
            return self._generic(node, wanted)
        return self._quiet(node.what, node.quiet, times[-1].date())

    def _quiet(self, what: Occurrence, quiet: Span, last: date) -> Change:
        """Nothing more until the last one lies before the quiet stretch."""
        until = leaves_on(last, quiet.n, quiet.unit)
        days = (until - self.moment.day).days
        events = self.speaker.happened(what)
        text = self.say.wait[days != 1].format(n=days, events=events, day=day(until))
        return Change(ChangeKind.WAIT, text, Decimal(days), until=until)

    def _resumed(self, node: Resumed, wanted: bool) -> Behaviour:
        before, silent, active = resumed_bounds(node.quiet, node.after, self.moment)
        ever = Bounds(None, active.end, None, active.end_utc)
        times = self.customer.times(node.what, ever)
        properties = properties_of([node.what])
        gaps = held(times, silent) + held(times, active)
        lacks_only_the_return = wanted and held(times, before) > 0 and not gaps
        return Behaviour(
            observed=self._last_of(times),
            threshold=self.speaker.time.span(node.after),
            window=self.speaker.stretch(active),
            events=self.customer.happened([node.what], ever, properties),
            properties=properties,
            change=self._once(node.what, active) if lacks_only_the_return else self._generic(node, wanted),
        )

    def _generic(self, node: Node, wanted: bool) -> Change:
        template = self.say.pattern if wanted else self.say.unpattern
        return Change(
            ChangeKind.REACH if wanted else ChangeKind.FEWER, template.format(sentence=self.speaker.node(node))
        )

    def _last_of(self, times: list[datetime]) -> str:
        return self.say.last_time.format(time=minute(times[-1])) if times else self.say.not_once

    def _length(self, n: int, unit: Unit) -> str:
        return self.speaker.time.length(n, unit)

    def _now_utc(self) -> datetime:
        return self.moment.utc(self.moment.local)


def held(times: Iterable[datetime], bounds: Bounds) -> int:
    """How many lie within the bounds, by the wall clock."""
    return sum((bounds.start is None or bounds.start <= time) and time < bounds.end for time in times)


def properties_of(whats: Iterable[Occurrence]) -> tuple[str, ...]:
    """The properties that the filters name."""
    named = [references(what.where).properties for what in whats if what.where is not None]
    return tuple(sorted(frozenset().union(*named)))

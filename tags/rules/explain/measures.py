"""What would turn a test of a measure."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from ..compile_measures import ZERO_WITHOUT_EVENTS
from ..nodes import Agg, Ever, Fixed, Last, Measure, This, Unit
from ..operators import Operator
from ..windows import Bounds, Moment, day_shifted, midnight, resolve, unit_start
from .nodes import Change, ChangeKind
from .observed import Customer, Observed
from .saying import Speaker, day
from .targets import CENT, Targets, targets

GROWING = {
    Agg.COUNT: ChangeKind.EVENTS,
    Agg.DAYS: ChangeKind.DAYS,
    Agg.SUM: ChangeKind.SUM,
    Agg.DISTINCT: ChangeKind.VALUES,
}
SINCE = (Agg.DAYS_SINCE_FIRST, Agg.DAYS_SINCE_LAST)
# What a test of a date or of a place compares with is no number.
Args = tuple[Fraction, ...] | None


@dataclass(frozen=True)
class Asked:
    """A test of a measure that is not what is wanted, and what it found."""

    measure: Measure
    row: Operator
    args: Args
    observed: Observed
    threshold: str
    wanted: bool


class MeasureChanges:
    def __init__(self, customer: Customer, speaker: Speaker) -> None:
        self.customer, self.speaker, self.say = customer, speaker, speaker.say
        self.moment: Moment = customer.moment

    def change(self, asked: Asked) -> Change:
        if asked.row.presence is not None:
            return self._presence(asked)
        agg, value = asked.measure.agg, asked.observed.number
        if asked.args is None or not asked.args:
            return self._reach(asked)
        if agg in GROWING and value is not None:
            return self._growing(asked, value)
        if agg in SINCE:
            return self._since(asked, value)
        if agg in (Agg.MAX, Agg.MIN):
            return self._extreme(asked, value)
        return self._reach(asked)

    # Counts and sums only grow by events

    def _growing(self, asked: Asked, value: Fraction) -> Change:
        found = self._targets(asked, value)
        if found.up is None:
            return self._fewer(asked)
        more = found.up - value
        kind = GROWING[asked.measure.agg]
        bounds = self._bounds(asked.measure)
        if kind is ChangeKind.DAYS and found.up > (room := days_in(bounds, self.moment)):
            return Change(ChangeKind.NEVER, self.say.few_days.format(n=room))
        return self._timed(Change(kind, self._more(asked, kind, more), _decimal(more)), asked)

    def _targets(self, asked: Asked, value: Fraction | None) -> Targets:
        assert asked.args is not None
        step = {"money": CENT}.get(asked.observed.kind)
        if asked.measure.agg in (Agg.COUNT, Agg.DAYS, Agg.DISTINCT, *SINCE):
            step = Fraction(1)
        return targets(asked.row, asked.args, value, wanted=asked.wanted, step=step)

    def _more(self, asked: Asked, kind: ChangeKind, more: Fraction) -> str:
        events = self.speaker.of_measure(asked.measure)
        name = "" if asked.measure.property is None else self.speaker.property_name(asked.measure.property)
        n = self.speaker.number(more, money=asked.observed.kind == "money")
        template = {
            ChangeKind.EVENTS: self.say.more_events[more != 1],
            ChangeKind.DAYS: self.say.more_days[more != 1],
            ChangeKind.SUM: self.say.more_sum,
            ChangeKind.VALUES: self.say.more_values[more != 1],
        }[kind]
        return template.format(n=n, events=events, property=name)

    def _fewer(self, asked: Asked) -> Change:
        what, observed = self.speaker.measure(asked.measure), self.speaker.value(asked.observed)
        if isinstance(asked.measure.window, Ever) and asked.measure.agg is not Agg.SUM:
            return Change(ChangeKind.NEVER, self.say.never.format(what=what, observed=observed))
        return Change(ChangeKind.FEWER, self.say.fewer.format(what=what, observed=observed))

    # Until when it counts

    def _timed(self, change: Change, asked: Asked) -> Change:
        bounds = self._bounds(asked.measure)
        now = self.moment.local
        if bounds.start is not None and bounds.start >= now:
            said = self.say.not_yet.format(text=change.text, bounds=self.speaker.span_of(asked.measure.window))
            return replace(change, text=said)
        if bounds.end < now:
            said = self.say.over.format(text=change.text, bounds=self.speaker.span_of(asked.measure.window))
            return replace(change, text=said, over=True)
        until = self._deadline(asked)
        if until is None:
            return change
        return replace(change, text=self.say.before.format(text=change.text, day=day(until)), until=until)

    def _deadline(self, asked: Asked) -> date | None:
        """The day from which the window is another one, or no longer holds what was counted."""
        match asked.measure.window:
            case This(unit) if unit is not Unit.HOUR:
                return day_shifted(unit_start(self.moment.local, unit).date(), 1, unit)
            case Fixed(_, datetime() as end):
                return end.date() if end == midnight(end.date()) else end.date() + timedelta(days=1)
            case Last(n, unit, _) if unit is not Unit.HOUR and asked.observed.value:
                first = self.customer.first_time(asked.measure)
                return None if first is None else leaves_on(first.date(), n, unit)
            case _:
                return None

    def _bounds(self, measure: Measure) -> Bounds:
        return resolve(measure.window, self.moment.as_of, self.moment.zone)

    # Days pass by themselves

    def _since(self, asked: Asked, value: Fraction | None) -> Change:
        found = self._targets(asked, value)
        nothing_new = asked.measure.agg is Agg.DAYS_SINCE_LAST
        if value is not None and found.up is not None:
            days = int(found.up - value)
            if self._still_seen(asked.measure, value, days) and not self._comes_in(asked.measure, value):
                return self._wait(asked.measure, days)
        assert asked.args is not None
        at_once = bool(asked.row.test(Fraction(0), asked.args)) == asked.wanted
        if at_once and (value is None or nothing_new):
            text = self._more(asked, ChangeKind.EVENTS, Fraction(1))
            return self._timed(Change(ChangeKind.EVENTS, text, Decimal(1)), asked)
        return self._reach(asked)

    def _still_seen(self, measure: Measure, ago: Fraction, days: int) -> bool:
        """Whether the event is still in the window when so many days have passed."""
        happened = self.moment.day - timedelta(days=int(ago))
        later = Moment(self.moment.as_of + timedelta(days=days), self.moment.zone)
        bounds = resolve(measure.window, later.as_of, later.zone)
        return bounds.end > midnight(happened) and (bounds.start is None or bounds.start <= midnight(happened))

    def _comes_in(self, measure: Measure, ago: Fraction) -> bool:
        """Whether the customer did it again after the window: as that moves on, it would count anew from there."""
        if measure.agg is not Agg.DAYS_SINCE_LAST:
            return False
        ever = self.customer.measure(replace(measure, window=Ever())).number
        return ever is not None and ever < ago

    def _wait(self, measure: Measure, days: int) -> Change:
        until = self.moment.day + timedelta(days=days)
        events = self.speaker.of_measure(measure)
        text = self.say.wait[days != 1].format(n=days, events=events, day=day(until))
        return Change(ChangeKind.WAIT, text, Decimal(days), until=until)

    # One event can lift a maximum, or lower a minimum

    def _extreme(self, asked: Asked, value: Fraction | None) -> Change:
        if asked.observed.kind == "date" or not asked.wanted:
            return self._reach(asked)
        found = self._targets(asked, value)
        target = found.up if asked.measure.agg is Agg.MAX else found.down
        if target is None or asked.measure.property is None:
            return self._reach(asked)
        money = asked.observed.kind == "money"
        text = self.say.one_event.format(
            events=self.speaker.of_measure(asked.measure),
            property=self.speaker.property_name(asked.measure.property),
            n=self.speaker.number(target, money=money),
        )
        return self._timed(Change(ChangeKind.ONE, text, Decimal(1), to=_decimal(target)), asked)

    # Whatever else

    def _presence(self, asked: Asked) -> Change:
        wants_any = asked.row.presence == asked.wanted
        if not wants_any or asked.measure.agg in ZERO_WITHOUT_EVENTS:
            return self._fewer(asked)
        text = self._more(asked, ChangeKind.EVENTS, Fraction(1))
        return self._timed(Change(ChangeKind.EVENTS, text, Decimal(1)), asked)

    def _reach(self, asked: Asked) -> Change:
        template = self.say.reach if asked.wanted else self.say.unreach
        what, observed = self.speaker.measure(asked.measure), self.speaker.value(asked.observed)
        text = template.format(what=what, threshold=asked.threshold, observed=observed)
        return Change(ChangeKind.REACH, text)


def days_in(bounds: Bounds, moment: Moment) -> int:
    """How many business days a stretch touches; no limit when it has no start."""
    if bounds.start is None:
        return 10**9
    if bounds.start >= bounds.end:
        return 0
    last = (bounds.end - timedelta(microseconds=1)).date()
    return (last - bounds.start.date()).days + 1


def leaves_on(happened: date, n: int, unit: Unit) -> date:
    """The first day whose last `n` units no longer hold what happened on a day."""
    found = day_shifted(happened, n, unit)
    while day_shifted(found, -n, unit) <= happened:
        found += timedelta(days=1)
    return found


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)

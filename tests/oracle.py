"""Rules evaluated in plain Python over plain lists, from RULES.md alone.

It shares nothing with the product but the node classes, and prefers the slowest plain way of saying
what a rule means. Where the product and this disagree, one of them reads the language wrongly.
"""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tags.rules import nodes
from tests.plain import (
    anniversary,
    list_satisfies,
    missing,
    number_holds,
    number_satisfies,
    place_satisfies,
    sample_place,
    step,
    text_satisfies,
    unit_of,
)
from tests.world import Deed, Person, World


def members(node: nodes.Node, world: World, as_of: datetime) -> set[int]:
    """The customers of the world the rule is true for."""
    return {person.id for person in world.people if Judge(world, as_of, person).true(node)}


def measured(measure: nodes.Measure, world: World, as_of: datetime) -> dict[int, float]:
    """Each customer's number, left out where it is missing."""
    found = {person.id: Judge(world, as_of, person).measured(measure) for person in world.people}
    return {who: float(value) for who, (_kind, value) in found.items() if value is not None}


class Judge:
    """Answers for one customer."""

    def __init__(self, world: World, as_of: datetime, person: Person) -> None:
        self.world = world
        self.person = person
        self.as_of = as_of
        self.now = as_of.astimezone(ZoneInfo(world.zone)).replace(tzinfo=None)

    def true(self, node: nodes.Node, deed: Deed | None = None) -> bool:
        if isinstance(node, nodes.All):
            return all(self.true(item, deed) for item in node.items)
        if isinstance(node, nodes.AnyOf):
            return any(self.true(item, deed) for item in node.items)
        if isinstance(node, nodes.Not):
            return not self.true(node.item, deed)
        if isinstance(node, nodes.Attribute):
            kind = self.world.attributes[node.slug]
            return self.satisfies(kind, self.person.attributes.get(node.slug), node.test)
        if isinstance(node, nodes.Property):
            assert deed is not None
            return self.satisfies(*self.property(deed, node.slug), node.test)
        if isinstance(node, nodes.Event):
            return self.satisfies(*self.measured(node.measure), node.test)
        if isinstance(node, nodes.Tag):
            return self.tagged(node.slug, node.test)
        if isinstance(node, nodes.Segment):
            return self.person.id in self.world.segments[node.slug]
        if isinstance(node, nodes.OnList):
            return self.person.id in self.world.lists[node.slug]
        if isinstance(node, nodes.Sample):
            return node.low <= sample_place(node.salt, self.person.id) < node.high
        if isinstance(node, nodes.Rank):
            return self.person.id in self.first_ranked(node)
        return self.behaved(node)

    def behaved(self, node: nodes.Node) -> bool:
        """What happened in order, regularly, for the first time, no longer, or again."""
        if isinstance(node, nodes.Sequence):
            return self.sequence(node)
        if isinstance(node, nodes.Regular):
            return self.regular(node)
        if isinstance(node, nodes.First):
            times = self.times(node.what)
            return bool(times) and self.inside(min(times), node.window)
        if isinstance(node, nodes.Stopped):
            turned = self.back(self.now, node.quiet)
            active = self.back(turned, node.after)
            times = self.times(node.what)
            return any(active <= time < turned for time in times) and not any(time >= turned for time in times)
        if isinstance(node, nodes.Resumed):
            again = self.back(self.now, node.after)
            silent = self.back(again, node.quiet)
            times = self.times(node.what)
            between = any(silent <= time < again for time in times)
            return any(time >= again for time in times) and any(time < silent for time in times) and not between
        raise AssertionError(node)

    def property(self, deed: Deed, slug: str) -> tuple[str, Any]:
        fixed = {
            "channel": ("text", deed.channel),
            "source": ("text", deed.source),
            "hour": ("number", deed.time.hour),
            "weekday": ("number", deed.time.isoweekday()),
        }
        return fixed.get(slug) or (self.world.properties[slug], deed.properties.get(slug))

    def first_ranked(self, node: nodes.Rank) -> list[int]:
        judges = [Judge(self.world, self.as_of, person) for person in self.world.people]
        values = {judge.person.id: judge.measured(node.measure)[1] for judge in judges if judge.took(node.measure)}
        having = {who: value for who, value in values.items() if value is not None}
        order = sorted(having, key=lambda who: (having[who] if node.bottom else -having[who], who))
        if not node.percent:
            return order[: math.ceil(node.n)]
        return order[: math.ceil(Fraction(node.n) / 100 * len(order))]

    def took(self, measure: nodes.Measure) -> bool:
        """Whether there is any event to take the measure over."""
        where = None if measure.agg == "share" else measure.where
        return any(self.counts(deed, replace(measure, where=where)) for deed in self.world.deeds)

    # Behaviour

    def deeds(self, what: nodes.Occurrence) -> list[Deed]:
        measure = nodes.Measure(what.events, where=what.where)
        return [deed for deed in self.world.deeds if self.counts(deed, measure)]

    def times(self, what: nodes.Occurrence) -> list[datetime]:
        return [deed.time for deed in self.deeds(what)]

    def back(self, time: datetime, span: nodes.Span) -> datetime:
        """Hours are elapsed time; longer units lead to the start of a day."""
        if span.unit == "hour":
            return self.wall(self.real(time) - timedelta(hours=span.n))
        return datetime.combine(step(time.date(), -span.n, span.unit), datetime.min.time())

    def real(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=ZoneInfo(self.world.zone)).astimezone(UTC)

    def wall(self, real: datetime) -> datetime:
        return real.astimezone(ZoneInfo(self.world.zone)).replace(tzinfo=None)

    def regular(self, node: nodes.Regular) -> bool:
        units = [unit_of(time, node.per) for time in self.times(node.what)]
        return sum(units.count(unit) >= node.times for unit in self.last_units(node.per, node.of)) >= node.least

    def last_units(self, unit: str, count: int) -> list[tuple]:
        """The calendar units before the one it is now: walk back and write down each new one."""
        found = [unit_of(self.now, unit)]
        time = self.now
        while len(found) <= count:
            time -= timedelta(hours=1 if unit == "hour" else 24)
            if unit_of(time, unit) != found[-1]:
                found.append(unit_of(time, unit))
        return found[1:]

    def sequence(self, node: nodes.Sequence) -> bool:
        length = timedelta(hours=node.within.n * {"hour": 1, "day": 24, "week": 7 * 24}[node.within.unit])
        waits = any(step.absent for step in node.steps)
        for time in self.times(node.steps[0].what):
            begun, end = self.real(time), self.real(time) + length
            if not self.inside(time, node.window) or (waits and end >= self.as_of):
                continue
            if self.goes_on(node.steps[1:], begun, end):
                return True
        return False

    def goes_on(self, steps: tuple[nodes.Step, ...], since: datetime, end: datetime) -> bool:
        """Whether the steps can follow, in order, something that happened at `since`."""
        present = [i for i, step in enumerate(steps) if not step.absent]
        until = present[0] if present else len(steps)
        barred = [self.real(time) for step in steps[:until] for time in self.times(step.what)]
        if not present:
            return not any(since < time <= end for time in barred)
        for time in map(self.real, self.times(steps[until].what)):
            clear = not any(since < other < time for other in barred)
            if since < time <= end and clear and self.goes_on(steps[until + 1 :], time, end):
                return True
        return False

    # Tags

    def tagged(self, slug: str, test: nodes.Test) -> bool:
        if slug in self.world.numbers:
            return self.satisfies("number", self.world.numbers[slug].get(self.person.id), test)
        mine = {value for value, ids in self.world.labels[slug].items() if self.person.id in ids}
        wanted = set(test.value) if isinstance(test.value, tuple) else {test.value}
        if test.op == "missing":
            return not mine
        if not mine:
            return False
        if test.op in ("is", "in", "has", "has_any"):
            return bool(mine & wanted)
        if test.op in ("is_not", "not_in", "has_none"):
            return not mine & wanted
        return wanted <= mine if test.op == "has_all" else test.op == "exists"

    # Measures

    def measured(self, measure: nodes.Measure) -> tuple[str, Any]:
        """The kind of the measure and its value, None where it is missing."""
        if measure.agg == "share":
            return "number", self.share(measure)
        deeds = [deed for deed in self.world.deeds if self.counts(deed, measure)]
        agg = measure.agg.value
        days = sorted({deed.time.date() for deed in deeds})
        times = sorted(deed.time for deed in deeds)
        if agg == "count":
            return "number", len(deeds)
        if agg == "days":
            return "number", len(days)
        if agg in ("first", "last"):
            return "date", (times[0] if agg == "first" else times[-1]) if times else None
        if agg in ("days_since_first", "days_since_last"):
            since = None if not days else days[0] if agg == "days_since_first" else days[-1]
            return "number", None if since is None else (self.now.date() - since).days
        return self.measured_of(agg, measure.property, deeds)

    def share(self, measure: nodes.Measure) -> Fraction | None:
        every = [deed for deed in self.world.deeds if self.counts(deed, replace(measure, where=None))]
        some = [deed for deed in every if self.counts(deed, measure)]
        return Fraction(len(some), len(every)) if every else None

    def measured_of(self, agg: str, slug: str, deeds: list[Deed]) -> tuple[str, Any]:
        read = [self.property(deed, slug) for deed in deeds]
        values = sorted(value for _kind, value in read if not missing(value))
        kind = self.world.properties.get(slug, "number" if slug in ("hour", "weekday") else "text")
        if agg == "sum":
            return kind, sum(map(Fraction, values))
        if agg == "distinct":
            return "number", len(set(values))
        if not values:
            return kind, None
        if agg == "avg":
            return kind, sum(map(Fraction, values)) / len(values)
        if agg == "median":
            half = len(values) // 2
            pair = values[half], values[-half - 1]
            return kind, (Fraction(pair[0]) + Fraction(pair[1])) / 2
        if agg == "p90":
            return kind, values[math.ceil(Fraction(9, 10) * len(values)) - 1]
        return kind, values[0] if agg == "min" else values[-1]

    def counts(self, deed: Deed, measure: nodes.Measure) -> bool:
        return (
            deed.customer_id == self.person.id
            and ("*" in measure.events or deed.event in measure.events)
            and deed.time < self.now
            and self.inside(deed.time, measure.window)
            and (measure.where is None or self.true(measure.where, deed))
        )

    def inside(self, time: datetime, window: nodes.Window) -> bool:
        """Whether a wall-clock time earlier than now lies in the window."""
        today = self.now.date()
        if isinstance(window, nodes.Ever):
            return True
        if isinstance(window, nodes.Last) and window.unit == "hour":
            return self.real(time) >= self.as_of - timedelta(hours=window.n)
        if isinstance(window, nodes.Last):
            return step(today, -window.n, window.unit) <= time.date() and not (
                window.complete and time.date() == today
            )
        if isinstance(window, nodes.BetweenAgo) and window.unit == "hour":
            far, near = (self.as_of - timedelta(hours=n) for n in (window.far, window.near))
            return far <= self.real(time) < near
        if isinstance(window, nodes.BetweenAgo):
            far, near = (step(today, -n, window.unit) for n in (window.far, window.near))
            return far <= time.date() < near
        if isinstance(window, nodes.This):
            return unit_of(time, window.unit) == unit_of(self.now, window.unit)
        if isinstance(window, nodes.Previous):
            return unit_of(time, window.unit) == unit_of(self.before(window.unit), window.unit)
        assert isinstance(window, nodes.Fixed)
        return (window.start is None or time >= window.start) and (window.end is None or time < window.end)

    def before(self, unit: str) -> datetime:
        """Some time in the calendar unit before this one: walk back until the unit changes."""
        time = self.now
        while unit_of(time, unit) == unit_of(self.now, unit):
            time -= timedelta(hours=1)
        return time

    # Comparisons

    def satisfies(self, kind: str, value: Any, test: nodes.Test) -> bool:
        if test.op in ("exists", "missing"):
            return missing(value) == (test.op == "missing")
        if missing(value):
            return False
        if isinstance(test.value, nodes.AttributeOf | nodes.MeasureOf):
            return self.own_satisfies(kind, value, test.op, test.value)
        if kind == "geo":
            return place_satisfies(value, test.value)
        if kind == "date":
            return self.date_satisfies(value, test)
        if kind == "list":
            return list_satisfies(value, test)
        if kind == "boolean":
            return value == (test.op == "is_true")
        if kind == "text":
            return text_satisfies(value, test)
        return number_satisfies(Fraction(value), test)

    def own_satisfies(self, kind: str, value: Any, op: str, own: nodes.AttributeOf | nodes.MeasureOf) -> bool:
        """Against another value of the same customer; dates by their days."""
        if isinstance(own, nodes.AttributeOf):
            other = self.person.attributes.get(own.slug)
        else:
            other = self.measured(own.measure)[1]
        if missing(other):
            return False
        if kind == "text":
            return (value == other) == (op == "is")
        if kind == "date":
            side = self.side(value, other.date())
            return {"before": side < 0, "after": side > 0, "on": side == 0}[op]
        times = Fraction(own.times) if isinstance(own, nodes.MeasureOf) else 1
        return number_holds(Fraction(value), op, [Fraction(other) * times])

    def date_satisfies(self, value: datetime, test: nodes.Test) -> bool:
        today = self.now.date()
        if isinstance(test.value, nodes.Span):
            return self.span_satisfies(value, test.op, test.value, today)
        wanted = test.value if isinstance(test.value, tuple) else (test.value,)
        sides = [self.side(value, self.point(point)) for point in wanted]
        if test.op == "between":
            return sides[0] >= 0 and sides[1] <= 0
        return {"before": sides[0] < 0, "after": sides[0] > 0, "on": sides[0] == 0}[test.op]

    def point(self, value: Any) -> date | datetime:
        """A whole day, or with a time of day an instant."""
        if isinstance(value, str):
            return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
        unit = value.unit.value
        if isinstance(value, nodes.StartOf):
            time = self.now.replace(minute=0, second=0, microsecond=0)
            while unit != "hour" and unit_of(time - timedelta(hours=1), unit) == unit_of(self.now, unit):
                time -= timedelta(hours=1)
            return time if unit == "hour" else time.date()
        n = -value.n if isinstance(value, nodes.Ago) else value.n
        return self.now + timedelta(hours=n) if unit == "hour" else step(self.now.date(), n, unit)

    @staticmethod
    def side(value: datetime, point: date | datetime) -> int:
        """-1 before the point, 0 in it, 1 after it."""
        mine: Any = value if isinstance(point, datetime) else value.date()
        return (mine > point) - (mine < point)

    def span_satisfies(self, value: datetime, op: str, span: nodes.Span, today: date) -> bool:
        if span.unit == "hour":
            ago, ahead = self.now - timedelta(hours=span.n), self.now + timedelta(hours=span.n)
            last, coming = ago <= value < self.now, self.now <= value < ahead
        else:
            last = step(today, -span.n, span.unit) <= value.date() and value < self.now
            coming = today <= value.date() <= step(today, span.n, span.unit)
        if op == "anniversary_within":
            days = [today + timedelta(days=i) for i in range(800)]
            return any(anniversary(value, day) for day in days if day <= step(today, span.n, span.unit))
        return {"within_last": last, "not_within_last": not last, "within_next": coming}[op]

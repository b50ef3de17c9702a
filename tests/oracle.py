"""Rules evaluated in plain Python over plain lists, from RULES.md alone.

It shares nothing with the product but the node classes, and prefers the slowest plain way of saying
what a rule means. Where the product and this disagree, one of them reads the language wrongly.
"""

import calendar
import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tags.rules import nodes
from tests.world import Deed, Person, World

MONTHS = {"month": 1, "quarter": 3, "year": 12}


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
        raise AssertionError(node)

    def property(self, deed: Deed, slug: str) -> tuple[str, Any]:
        fixed = {
            "channel": ("text", deed.channel),
            "source": ("text", deed.source),
            "hour": ("number", deed.time.hour),
            "weekday": ("number", deed.time.isoweekday()),
        }
        return fixed.get(slug) or (self.world.properties[slug], deed.properties.get(slug))

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
            return time >= self.now - timedelta(hours=window.n)
        if isinstance(window, nodes.Last):
            return step(today, -window.n, window.unit) <= time.date() and not (
                window.complete and time.date() == today
            )
        if isinstance(window, nodes.BetweenAgo) and window.unit == "hour":
            return self.now - timedelta(hours=window.far) <= time < self.now - timedelta(hours=window.near)
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
        if kind == "date":
            return self.date_satisfies(value, test)
        if kind == "list":
            return list_satisfies(value, test)
        if kind == "boolean":
            return value == (test.op == "is_true")
        if kind == "text":
            return text_satisfies(value, test)
        return number_satisfies(Fraction(value), test)

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


def missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def step(day: date, n: int, unit: str) -> date:
    """A day n units on; a month that is too short ends on its last day."""
    if unit in ("day", "week"):
        return day + timedelta(days=n * (7 if unit == "week" else 1))
    year, month = day.year, day.month
    for _ in range(abs(n) * MONTHS[unit]):
        month += 1 if n > 0 else -1
        if month in (0, 13):
            year, month = (year - 1, 12) if month == 0 else (year + 1, 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def unit_of(time: datetime, unit: str) -> tuple:
    """What names the calendar unit a time is in."""
    return {
        "hour": (time.date(), time.hour),
        "day": (time.date(),),
        "week": tuple(time.isocalendar())[:2],
        "month": (time.year, time.month),
        "quarter": (time.year, math.ceil(time.month / 3)),
        "year": (time.year,),
    }[str(unit)]


def anniversary(value: datetime, day: date) -> bool:
    if (value.month, value.day) == (2, 29) and not calendar.isleap(day.year):
        return (day.month, day.day) == (2, 28)
    return (value.month, value.day) == (day.month, day.day)


def text_satisfies(value: str, test: nodes.Test) -> bool:
    items = test.value if isinstance(test.value, tuple) else (test.value,)
    if test.op in ("matches", "not_matches"):
        return bool(re.search(items[0], value)) == (test.op == "matches")
    wanted = [unicodedata.normalize("NFKC", item) for item in items]
    low, mine = wanted[0].lower(), value.lower()
    tests: dict[str, Callable[[], bool]] = {
        "is": lambda: value == wanted[0],
        "is_not": lambda: value != wanted[0],
        "in": lambda: value in wanted,
        "not_in": lambda: value not in wanted,
        "contains": lambda: low in mine,
        "not_contains": lambda: low not in mine,
        "starts_with": lambda: mine.startswith(low),
        "ends_with": lambda: mine.endswith(low),
    }
    return tests[test.op]()


def number_satisfies(value: Fraction, test: nodes.Test) -> bool:
    raw = test.value if isinstance(test.value, tuple) else (test.value,)
    wanted = [Fraction(Decimal(item)) for item in raw]
    low, high = wanted[0], wanted[-1]
    return {
        "=": value == low,
        "!=": value != low,
        "<": value < low,
        "<=": value <= low,
        ">": value > low,
        ">=": value >= low,
        "between": low <= value <= high,
        "not_between": not low <= value <= high,
        "in": value in wanted,
    }[test.op]


def list_satisfies(value: list[str], test: nodes.Test) -> bool:
    if test.op.startswith("size "):
        return number_satisfies(Fraction(len(value)), nodes.Test(test.op.removeprefix("size "), test.value))
    items = test.value if isinstance(test.value, tuple) else (test.value,)
    wanted = {unicodedata.normalize("NFKC", item) for item in items}
    mine = set(value)
    return {
        "has": bool(wanted & mine),
        "has_any": bool(wanted & mine),
        "has_all": wanted <= mine,
        "has_none": not wanted & mine,
    }[test.op]
